"""The commands of the documentation that commands.py does not run."""

# Commands that cannot run here, word by word: by page, and by who runs them.
ELSEWHERE = {
    "README.md": {
        "tests/e2e/demo.py": ["scripts/demo"],
        "scripts/test": ["scripts/test"],  # which runs this test
    },
    "docs/api.md": {
        "tests/e2e/page.py": [
            "build/release/ricochet demo --serve &",
            "cd tests/page && npm install --no-package-lock && "
            "node page_test.js http://127.0.0.1:9464 /tmp"],
    },
    "docs/install.md": {
        # They install what a build needs, or build, as this build was built.
        "tests/scripts/shell_test.sh": ["scripts/setup --for package"],
        "scripts/test": [
            "cmake --preset release -DRICOCHET_TESTS=OFF "
            "-DRICOCHET_BENCH=OFF -DRICOCHET_FUZZ=OFF",
            "cmake --build build/release"],
        "tests/package/contents.py": ["scripts/package build/packages"],
        "tests/package/install.py": [
            "apt-get install ./ricochet_0.1.0_amd64.deb",
            "sed -i 's/^brokers = .*/brokers = \"kafka.example.org:9092\"/' "
            "/etc/ricochet/ricochet.toml",
            "ricochet config check -c /etc/ricochet/ricochet.toml",
            "ricochet topics create -c /etc/ricochet/ricochet.toml",
            "systemctl enable --now ricochet",
            "systemctl status ricochet",
            "journalctl --unit ricochet",
            "systemctl reload ricochet",
            "install -m 640 -g ricochet /dev/stdin "
            "/etc/ricochet/kafka-password <<<'secret'",
            "cp -r /usr/share/ricochet/rules /etc/ricochet/rules",
            "ricochet rules check /etc/ricochet/rules",
            "apt-get install -o Dpkg::Options::=--force-confold "
            "./ricochet_0.2.0_amd64.deb",
            "systemctl restart ricochet",
            "apt-get install -o Dpkg::Options::=--force-confold "
            "--allow-downgrades ./ricochet_0.1.0_amd64.deb",
            "apt-get remove ricochet",
            "apt-get purge ricochet",
            "cmake --install build/release",
            "systemd-sysusers /usr/local/lib/sysusers.d/ricochet.conf",
            "systemctl daemon-reload"],
        "tests/package/image.py": [
            "scripts/image oci ricochet.oci.tar",
            "podman load -i ricochet.oci.tar",
            "podman run --rm -i --read-only ricochet:0.1.0 report <mail.log",
            "podman run --detach --name ricochet --read-only --network host "
            "--volume ./ricochet.toml:/etc/ricochet/ricochet.toml:ro "
            "ricochet:0.1.0",
            "podman logs ricochet",
            "podman stop --time 30 ricochet"],
    },
    "docs/kubernetes.md": {
        "tests/helm/cluster_test.py": [
            "helm install mail helm/ricochet --namespace mail "
            "--create-namespace -f values.yaml",
            "helm upgrade mail helm/ricochet --namespace mail -f values.yaml",
            "helm rollback mail 1 --namespace mail",
            "helm install bulk helm/ricochet --namespace mail -f values.yaml "
            "--set outputPrefix=bulk."],
    },
    "docs/monitoring.md": {
        "tests/scripts/dashboard_test.py": [
            "python3 -m venv /tmp/grafana && /tmp/grafana/bin/pip install -r "
            "config/grafana/requirements.txt",
            "/tmp/grafana/bin/python config/grafana/dashboard.py "
            ">config/grafana/ricochet.json"],
    },
    "docs/suppressions.md": {
        "tests/docs/mailing_list.py": [
            "python3 -m venv /tmp/list && /tmp/list/bin/pip install -r "
            "examples/requirements.txt",
            "/tmp/list/bin/python examples/ten_lines.py BROKER list.db",
            "/tmp/list/bin/python examples/mailing_list.py BROKER list.db"],
    },
}


def run_elsewhere():
    """All (page, command) of ELSEWHERE."""
    return {(page, command) for page, tests in ELSEWHERE.items()
            for commands in tests.values() for command in commands}
