#!/usr/bin/env python3
"""Installs the package in a clean Debian under systemd, and does there what
docs/install.md says, word by word, with a real broker: configure, start, read a
log, reload, upgrade, go back, remove, purge; then the same from source.

    install.py BUILD
"""

import pathlib
import re
import sys

from lab import (Broker, Failure, Network, SOURCE, blocks, check, expected_events, main,
                 need, run, say, wait_for)
from machine import Machine

BUILD = pathlib.Path(sys.argv[1]).resolve()
EVENTS = "mail.delivery-events"
PACKAGE = "ricochet_0.1.0_amd64.deb"  # as the document has it
NEWER = "ricochet_0.2.0_amd64.deb"
PLACEHOLDER = "kafka.example.org:9092"
DEADLINE = 60


def make_newer(deb, folder, out):
    """The same with another version, and a configuration that has a comment
    more."""
    tree = folder / "newer"
    run("dpkg-deb", "-R", deb, tree)
    control = tree / "DEBIAN" / "control"
    text = control.read_text()
    check("\nVersion: 0.1.0\n" in text, "the document names another version")
    control.write_text(text.replace("\nVersion: 0.1.0\n",
                                    "\nVersion: 0.2.0\n"))
    with open(tree / "etc/ricochet/ricochet.toml", "a",
              encoding="utf-8") as config:
        config.write("# New in 0.2.0.\n")
    run("dpkg-deb", "--root-owner-group", "-Zgzip", "-b", tree, out)


def traces(machine):
    """All that is named after us, but for what keeps count of packages."""
    return machine(
        r"find / -xdev \( -path /proc -o -path /sys -o -path /root"
        r" -o -path /var/lib/apt -o -path /var/cache/apt"
        r" -o -path /var/cache/man \) -prune"
        r" -o -iname '*ricochet*' -print;"
        r" getent passwd ricochet || true; getent group ricochet || true;"
        r" dpkg-query -W -f '${Package} ${Status}\n' ricochet 2>/dev/null"
        r" || true")


def check_process(machine):
    """What the unit promises, as the kernel has it."""
    status = machine.status()
    uid = machine("id -u ricochet").strip()
    check(0 < int(uid) < 1000, f"user {uid}")
    check(set(status["Uid"].split()) == {uid}, f"runs as {status['Uid']}")
    check(int(status["CapBnd"], 16) == 0, f"capabilities {status['CapBnd']}")
    check(status["NoNewPrivs"].strip() == "1", "may gain privileges")
    check(status["Seccomp"].strip() == "2", "no filter of system calls")
    pid = machine.unit("MainPID")
    mounts = machine(f"cat /proc/{pid}/mounts").splitlines()
    root = [line.split()[3] for line in mounts if line.split()[1] == "/"]
    check(root[-1].split(",")[0] == "ro", f"its root is {root}")


class Service:
    """The service, fed and observed."""

    def __init__(self, machine, broker, ricochet):
        self.machine, self.broker = machine, broker
        self.wanted, self.each = 0, expected_events(ricochet)
        check(self.each > 100, f"the sample gives {self.each} events")

    def is_ready(self):
        check(self.machine.unit("NRestarts") == "0", "it ended by itself")
        return self.machine.ends_with(
            "curl --fail http://127.0.0.1:9464/readyz") == 0

    def reads_the_log(self):
        wait_for("the service to be ready", self.is_ready, DEADLINE)
        check_process(self.machine)
        self.broker.feed("mail.logs")
        self.wanted += self.each
        wait_for(f"{self.wanted} events", lambda: self.broker.count(EVENTS) >=
                 self.wanted, DEADLINE)
        seen = self.broker.count(EVENTS)
        check(seen == self.wanted, f"{seen} events, not {self.wanted}")

    def says(self, text):
        log = self.machine("journalctl --unit ricochet --output cat")
        return text in log

    def stops(self):
        self.machine("systemctl stop ricochet")
        result = (self.machine.unit("Result"),
                  self.machine.unit("ExecMainStatus"))
        check(result == ("success", "0"), f"it stopped with {result}")
        check(self.says("stopped"), "it does not say that it stopped")


def test(folder, closing):
    need("mmdebstrap", "java", "mvn", "kcat", "dpkg-deb", root=True)
    deb = run(SOURCE / "scripts" / "package", "--build", BUILD,
              folder / "packages", stderr=None).splitlines()[-1]
    check(deb.endswith("/" + PACKAGE), f"the document does not name {deb}")

    network = Network()
    closing.append(network)
    broker = Broker(folder, network)
    closing.append(broker)
    machine = Machine(folder, network)
    closing.append(machine)

    home = machine.root / "root"
    run("cp", deb, home / PACKAGE)
    make_newer(deb, folder, home / NEWER)
    making, install, configure, look, password, rules = blocks("Debian package")
    check("scripts/package" in making, "how the package is made")
    machine.install("apt-get -q update", "apt-get -q install curl man-db")
    machine.install(install)
    machine.install("systemd-machine-id-setup")  # a first start enables all
    check(not (machine.root / "etc/systemd/system/multi-user.target.wants"
               "/ricochet.service").exists(), "it is enabled, unasked")
    say("installed in a clean Debian")
    machine.boot()
    check(machine.unit("ActiveState") == "inactive", "it is started, unasked")
    try:
        as_the_document_says(machine, broker, configure, look, password, rules)
    except Failure:
        say(machine("systemctl status ricochet || true;"
                    " journalctl --unit ricochet -n 40"))
        raise


def as_the_document_says(machine, broker, configure, look, password, rules):
    verified = machine("systemd-analyze verify --man=yes "
                       "/lib/systemd/system/ricochet.service")
    check("ricochet" not in verified, verified)
    check("ricochet report" in machine("man ricochet | cat"), "man ricochet")

    # A configuration that is not in order is not tried again and again.
    broken = "echo '[kafkaa]' >>/etc/ricochet/ricochet.toml"
    machine("cp -p /etc/ricochet/ricochet.toml kept; " + broken)
    machine.ends_with("systemctl start ricochet")
    wait_for("it to fail", lambda: machine.unit("ActiveState") == "failed")
    check(machine.unit("ExecMainStatus") == "2", "a wrong configuration")
    check(machine.unit("NRestarts") == "0", "it is started again in vain")
    machine("cat kept >/etc/ricochet/ricochet.toml;"
            " systemctl reset-failed ricochet")

    check(PLACEHOLDER in configure, f"the document names no {PLACEHOLDER}")
    # Fewer partitions take less time to be taken over.
    machine(r"sed -i 's/^\(\|evidence_\|state_\)partitions = .*/\1partitions = 4/'"
            " /etc/ricochet/ricochet.toml")
    machine(configure.replace(PLACEHOLDER, broker.address))
    service = Service(machine, broker, BUILD / "ricochet")
    service.reads_the_log()
    machine(look)
    wait_for("the rules read again", lambda: service.says("rules.unchanged"))
    check(machine.unit("ActiveState") == "active", "reload ended it")
    say("configured, started, read a log, reloaded")

    machine(password)
    check(machine("runuser -u ricochet -- cat /etc/ricochet/kafka-password") ==
          "secret\n", "the service cannot read its password")
    check(machine.ends_with("runuser -u nobody -- cat "
                            "/etc/ricochet/kafka-password") != 0,
          "anybody can read the password")
    machine(rules)
    upgrades(machine, broker, service)
    service.reads_the_log()
    service.stops()
    machine("systemctl start ricochet")
    say("upgraded, went back, read on, stopped")

    remove, purge = blocks("Remove")[0].splitlines()
    machine(remove)
    check(machine.unit("ActiveState") != "active", "removed, and still running")
    check("/etc/ricochet/ricochet.toml" in traces(machine),
          "remove takes the configuration")
    machine(purge)
    check(traces(machine) == "", f"left behind: {traces(machine)}")
    say("removed and purged, nothing is left")

    from_source(machine, broker, service)


def upgrades(machine, broker, service):
    """There, to a version that writes another topic, and back: the service is
    restarted, and what was configured stays."""
    upgrade, topics, downgrade = blocks("Upgrade")
    for command, version in ((upgrade, "0.2.0"), (downgrade, "0.1.0"),
                             (upgrade, "0.2.0"), (downgrade, "0.1.0")):
        before = machine.unit("MainPID")
        config = machine("cat /etc/ricochet/ricochet.toml")
        check(broker.address in config, "the configuration is not ours")
        machine(command)
        check(machine("dpkg-query -W -f '${Version}' ricochet") == version,
              f"not upgraded to {version}")
        check(machine.unit("MainPID") not in (before, "0"),
              "an upgrade does not restart it")
        check(machine("cat /etc/ricochet/ricochet.toml") == config,
              "an upgrade changes the configuration")
        check(("New in 0.2.0" in machine(
            "cat /etc/ricochet/ricochet.toml.dpkg-dist")) ==
              (version == "0.2.0"), "what is new in it is not told")
    service.reads_the_log()

    # As of a version that writes what none wrote before.
    machine("sed -i 's/^suppression_history = .*/suppression_history = "
            "\"mail.of-0-2-0\"/' /etc/ricochet/ricochet.toml")
    machine(upgrade)
    wait_for("it to end", lambda: machine.unit("ActiveState") == "failed",
             DEADLINE)
    check(service.says("mail.of-0-2-0"), "which topic is missing is not told")
    machine(topics)
    service.reads_the_log()
    machine(downgrade)


def from_source(machine, broker, service):
    """What a build installs, into the machine that has its libraries."""
    lines = blocks("From source")[0].splitlines()
    install = lines.index("cmake --install build/release")
    check(len(lines) - install == 4, "the document says more than is tested")
    run("env", f"DESTDIR={machine.root}", "cmake", "--install", BUILD)
    config = machine.root / "etc/ricochet/ricochet.toml"
    text = config.read_text()
    check("localhost:9092" in text, "no configuration installed")
    text = re.sub(r"(?m)^(\w*partitions) = .*", r"\1 = 4", text)
    config.write_text(text.replace("localhost:9092", broker.address))
    run("env", f"DESTDIR={machine.root}", "cmake", "--install", BUILD)
    check(broker.address in config.read_text(),
          "an installation takes the configuration away")
    machine("\n".join(lines[install + 1:]))
    service.reads_the_log()
    service.stops()
    say("installed from source, started, read a log, stopped")


if __name__ == "__main__":
    sys.exit(main(test))
