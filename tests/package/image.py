#!/usr/bin/env python3
"""Makes the image twice, without Docker, and runs it by podman as
docs/install.md says: report on a log, run against a real broker, stop.

    image.py BUILD
    image.py BUILD --dockerfile

The latter makes it once, by podman from the Dockerfile, which compiles all
anew, and so is no test of ctest's: twelve minutes of CPU.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile

import machine
from lab import (Broker, Failure, Network, SOURCE, blocks, check,
                 expected_events, main, need, run, say, wait_for)

BUILD = pathlib.Path(sys.argv[1]).resolve()
EVENTS = "mail.delivery-events"
NAME = "ricochet.oci.tar"
LIMIT = 16_000_000  # octets; it is 10 million

# Podman's own folders, and no cgroups: those of a test's machine may be of a
# kind that crun does not know.
CONF = """
[containers]
cgroups = "disabled"
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
log_driver = "k8s-file"
pids_limit = 0
[engine]
cgroup_manager = "cgroupfs"
events_logger = "none"
runtime = "crun"
"""
SLIM = """
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/man/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/info/*
path-exclude /usr/share/lintian/*
"""
STORAGE = """
[storage]
driver = "vfs"
graphroot = "{0}/storage"
runroot = "{0}/run"
"""


def environment(folder):
    """For a podman that has all it knows in a folder."""
    (folder / "containers.conf").write_text(CONF)
    (folder / "storage.conf").write_text(STORAGE.format(folder))
    return {"CONTAINERS_CONF": f"{folder}/containers.conf",
            "CONTAINERS_STORAGE_CONF": f"{folder}/storage.conf"}


class Podman:
    """A shell with podman, in namespaces of its own."""

    def __init__(self, folder, network):
        self.folder = folder
        self.environment = [f"{name}={value}" for name, value in
                            environment(folder).items()]
        self.holder = subprocess.Popen(
            network.command(
                "unshare", "--mount", "--cgroup", "bash", "-c",
                "mount --make-rprivate / && mount -t cgroup2 cgroup2 "
                "/sys/fs/cgroup && echo up && exec sleep infinity"),
            stdout=subprocess.PIPE, text=True)
        check(self.holder.stdout.readline() == "up\n", "no namespaces")

    def command(self, script):
        return ["nsenter", f"--target={self.holder.pid}", "--mount", "--cgroup",
                "--net", f"--wd={self.folder}", "env",
                *self.environment, "bash", "-euo", "pipefail", "-c", script]

    def __call__(self, script, **options):
        return run(*self.command(script), **options)

    def close(self):
        subprocess.run(self.command("podman kill --all; podman rm --all --force;"
                                    " podman rmi --all --force"), check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.holder.kill()
        self.holder.wait()


def made_twice(folder):
    """By different people at different times and places; the same."""
    first, second = folder / NAME, folder / "second.tar"
    run(SOURCE / "scripts" / "image", "--build", BUILD, "oci", first)
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    run("bash", "-c", 'umask 077; exec "$@"', "sh",
        SOURCE / "scripts" / "image", "--build", BUILD, "oci", second,
        env={**os.environ, "TMPDIR": str(elsewhere), "TZ": "Asia/Tokyo",
             "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1"})
    check(first.read_bytes() == second.read_bytes(), "two images differ")
    size = first.stat().st_size
    check(size < LIMIT, f"the image has {size} octets")
    return first


def slim_base(folder):
    """A Debian made here, whose apt asks what this system's apt asks, and whose
    packages come without documents, as in debian:12-slim."""
    base = shutil.copy(machine.base(), folder / "base.tar")
    name = "etc/dpkg/dpkg.cfg.d/docker"
    path = folder / "slim" / name
    path.parent.mkdir(parents=True)
    path.write_text(SLIM)
    run("tar", "-C", folder / "slim", "--owner=0", "--group=0", "--append",
        "--file", base, f"./{name}")
    return base


def made_from_dockerfile(folder):
    """No registry is asked."""
    base = slim_base(folder)
    own = {**os.environ, **environment(folder)}

    def podman(*command):
        run("podman", *command, timeout=7200, stdout=None, stderr=None, env=own)

    source = folder / "source"  # as a clone has it: without what is built
    run("git", "clone", "--quiet", "--no-hardlinks", SOURCE, source)
    podman("import", "--quiet", base, "docker.io/library/debian:12-slim")
    podman("build", "--pull=never", "--isolation", "chroot", "--network",
           "host", "--tag", "ricochet:0.1.0", source)
    image = folder / NAME
    podman("save", "--format", "oci-archive", "--output", image,
           "ricochet:0.1.0")
    podman("rmi", "--all", "--force")
    return image


class Archive(tarfile.TarFile):
    """Whose names may begin with a point and a slash."""

    def extractfile(self, member):
        names = {os.path.normpath(name): name for name in self.getnames()}
        return super().extractfile(names[member])


def blob(archive, digest):
    return archive.extractfile("blobs/" + digest.replace(":", "/"))


def check_settings(path):
    """What the image says of itself, and the files in it."""
    with Archive.open(path) as archive:
        index = json.load(archive.extractfile("index.json"))
        manifest = json.load(blob(archive, index["manifests"][0]["digest"]))
        config = json.load(blob(archive, manifest["config"]["digest"]))
        layer, = manifest["layers"]
        with tarfile.open(fileobj=blob(archive, layer["digest"])) as files:
            members = files.getmembers()
    check(config["config"]["User"] == "65532:65532", f"user of {config}")
    check(config["config"]["Entrypoint"] == ["/usr/bin/ricochet"], "entrypoint")
    check(config["config"]["Cmd"] == ["run", "-c",
                                      "/etc/ricochet/ricochet.toml"], "command")
    check(config["config"]["StopSignal"] == "SIGTERM", "stop signal")
    for member in members:
        member.name = os.path.normpath(member.name)
    names = {member.name for member in members}
    for name in ("usr/bin/ricochet", "etc/ricochet/ricochet.toml",
                 "var/lib/dpkg/status.d/librdkafka1",
                 "usr/share/doc/librdkafka1/copyright"):
        check(name in names, f"{name} is not in the image")
    for member in members:
        check(not member.mode & 0o6000, f"{member.name} is setuid")
        check(not member.mode & 0o002 or member.issym() or
              member.name == "tmp", f"anybody may write {member.name}")
        path = pathlib.PurePath(member.name)
        check(not member.isfile() or not member.mode & 0o111 or
              path.name == "ricochet" or ".so" in path.name,
              f"{path} can be run in the image")
        check((member.uid, member.gid) == (0, 0), f"owner of {member.name}")


def test(folder, closing):
    need("umoci", "podman", "crun", "java", "mvn", "kcat", root=True)
    if sys.argv[2:] == ["--dockerfile"]:
        image = made_from_dockerfile(folder)
    else:
        image = made_twice(folder)
    check_settings(image)
    say(f"made, {image.stat().st_size} octets")

    network = Network()
    closing.append(network)
    broker = Broker(folder, network)
    closing.append(broker)
    podman = Podman(folder, network)
    closing.append(podman)

    once, service = blocks("Image")
    setup, make, load, report = once.splitlines()
    check(setup.startswith("scripts/setup"), "the document begins otherwise")
    check(make == f"scripts/image oci {NAME}", "how the image is made")
    podman(load)
    shutil.copy(Broker.LOG, folder / "mail.log")
    check("bounced hard" in podman(report), "report")
    check("ricochet 0.1.0" in podman(
        "podman run --rm --read-only ricochet:0.1.0 --version"), "--version")
    write = subprocess.run(podman.command(
        "podman run --rm --read-only --user 0 ricochet:0.1.0 report "
        "--events /etc/events </dev/null"), check=False, capture_output=True)
    check(write.returncode != 0, "its root can be written to")

    config = (SOURCE / "config" / "ricochet.toml").read_text()
    config = config.replace("localhost:9092", broker.address)
    (folder / "ricochet.toml").write_text(config)
    podman("podman run --rm --read-only --network host --volume ./ricochet.toml"
           ":/etc/ricochet/ricochet.toml:ro ricochet:0.1.0"
           " topics create -c /etc/ricochet/ricochet.toml")
    *start, log, stop = service.splitlines()
    podman("\n".join(start))
    try:
        read_and_stop(podman, broker, log, stop)
    except Failure:
        say(podman(log))
        raise


def read_and_stop(podman, broker, log, stop):
    inspect = "podman inspect --format "
    wait_for("it to be ready", lambda: subprocess.run(
        podman.command("curl --fail http://127.0.0.1:9464/readyz"), check=False,
        capture_output=True).returncode == 0)
    pid = podman(inspect + "'{{.State.Pid}}' ricochet").strip()
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    check("\nUid:\t65532\t65532\t65532\t65532\n" in status, status)
    broker.feed("mail.logs")
    wanted = expected_events(BUILD / "ricochet")
    wait_for(f"{wanted} events", lambda: broker.count(EVENTS) >= wanted)
    check(broker.count(EVENTS) == wanted, "more events than lines give")
    podman(stop)
    check("stopped" in podman(log), "it does not say that it stopped")
    code = podman(inspect + "'{{.State.ExitCode}}' ricochet").strip()
    check(code == "0", f"it stopped with {code}")
    say("loaded, reported, read a log from Kafka, stopped")


if __name__ == "__main__":
    sys.exit(main(test))
