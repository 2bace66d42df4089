#!/usr/bin/env python3
"""From nothing to events of one's own Postfix, by the documents alone: in a
clean Debian under systemd, with a Kafka elsewhere, what docs/install.md,
docs/shippers.md (rsyslog) and README.md say is done word by word. Two mails are
sent to a server elsewhere and two stay; what README.md has people look at is
there.

    newcomer.py BUILD
"""

import json
import pathlib
import re
import socketserver
import subprocess
import sys
import time

from lab import (Broker, Failure, Network, SOURCE, blocks, check, main, need,
                 run, say, wait_for)
from machine import Machine

BUILD = pathlib.Path(sys.argv[1]).resolve()
PACKAGE = "ricochet_0.1.0_amd64.deb"  # as the document has it
PLACEHOLDER = "kafka.example.org:9092"
HOST = "mx1"
ELSEWHERE = "127.0.0.2"  # where mail for example.org goes
# Postfix's answer to debconf's questions is its own: an Internet site.
POSTFIX = f"""
postconf -e inet_interfaces=127.0.0.1 myhostname={HOST}.example.net \\
  'transport_maps=inline:{{example.org=smtp:[{ELSEWHERE}]}}'
systemctl restart postfix
"""
# Recipient -> outcome, and the reason of its verdict.
MAILS = {"ann@example.org": ("delivered", None),
         "gone@example.org": ("bounced", "user_unknown"),
         f"root@{HOST}.example.net": ("delivered", None),
         f"nobody-here@{HOST}.example.net": ("bounced", "user_unknown")}


class MailServer(socketserver.StreamRequestHandler):
    """Knows everybody but one."""

    def handle(self):
        self.say("220 mx.example.org ESMTP")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"RCPT" and b"<gone@" in line:
                self.say("550 5.1.1 <gone@example.org>: Recipient address "
                         "rejected: User unknown")
            elif word == b"DATA":
                self.say("354 go on")
                while self.rfile.readline() != b".\r\n":
                    pass
                self.say("250 2.0.0 Ok: queued as 4XvYkz1abcz9rxn")
            elif word == b"QUIT":
                return self.say("221 2.0.0 Bye")
            else:
                self.say("250 2.0.0 Ok")

    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


def shipper():
    """What the page has for rsyslog: commands to install and to restart it, a
    path, and what belongs there."""
    text = (SOURCE / "docs/shippers.md").read_text()
    section, = re.findall(r"^## rsyslog\n(.*?)^## ", text, re.M | re.S)
    install, path, restart = (
        each for each in re.findall(r"`([^`\n]+)`", section.split("```")[0])
        if each.startswith(("apt-get ", "/etc/", "systemctl ")))
    return install, path, restart, re.findall(
        r"^```rsyslog\n(.*?)^```", section, re.M | re.S)[0]


def looks():
    """How README.md looks at events and at suppressions."""
    text = (SOURCE / "README.md").read_text()
    events, suppressions = re.findall(r"^(kcat [^#\n]*\S)", text, re.M)
    return events, suppressions


def with_broker(text, broker):
    for name in (PLACEHOLDER, "BROKER"):
        if name in text:
            return text.replace(name, broker.address)
    raise Failure(f"no broker is named in {text}")


def install(machine, folder, closing):
    """All that comes by apt, while the machine has the host's network."""
    deb = run(SOURCE / "scripts" / "package", "--build", BUILD,
              folder / "packages", stderr=None).splitlines()[-1]
    run("cp", deb, machine.root / "root" / PACKAGE)
    (machine.root / "etc/hostname").write_text(f"{HOST}\n")
    command = blocks("Debian package")[1]
    machine.install("apt-get -q update", "apt-get -q install curl kcat postfix",
                    command, shipper()[0], "systemd-machine-id-setup")
    server = subprocess.Popen(
        machine.network.command(sys.executable, __file__, "serve"))
    closing.append(Process(server))


class Process:
    def __init__(self, process):
        self.process = process

    def close(self):
        self.process.kill()
        self.process.wait()


def walk(machine, broker):
    begun = time.monotonic()
    _, _, configure, look, _, _ = blocks("Debian package")
    # Fewer partitions take less time to be taken over.
    machine(r"sed -i 's/^\(\|evidence_\|state_\)partitions = .*/\1partitions = 4/'"
            " /etc/ricochet/ricochet.toml")
    machine(with_broker(configure, broker))
    wait_for("readiness", lambda: machine.ends_with(look.splitlines()[2]) == 0)
    machine(look)
    _, path, restart, text = shipper()
    (machine.root / path.lstrip("/")).write_text(with_broker(text, broker))
    machine(restart)
    machine(POSTFIX)
    for recipient in MAILS:
        machine(f"printf 'Subject: hello\\n\\nhello\\n' | "
                f"sendmail -f news@{HOST}.example.net {recipient}")
    events, suppressions = (with_broker(each, broker) for each in looks())
    seen = wait_for("events", lambda: all_of(machine(events)))
    check(seen == MAILS, f"events are {seen}")
    listed = wait_for("suppressions", lambda: whom(machine(suppressions)))
    wanted = {recipient for recipient, (_, reason) in MAILS.items() if reason}
    check(listed == wanted, f"suppressed are {listed}")
    keys = machine(f"kcat -b {broker.address} -t mail.logs -C -e -q -f '%k\\n'")
    check(set(keys.split()) == {HOST}, f"keys {set(keys.split())}")
    say(f"{len(seen)} mails, as many events, {len(listed)} suppressions, "
        f"{time.monotonic() - begun:.0f} s after the installation")


def all_of(text):
    """The attempts, once there is one of each mail; what Postfix sends about
    them is not ours."""
    seen = {}
    for event in map(json.loads, text.splitlines()):
        if event["recipient"]["address"] in MAILS:
            verdict = event.get("verdict")  # a delivery is told in short
            seen[event["recipient"]["address"]] = (
                event["outcome"], verdict["reason"] if verdict else None)
    return seen if len(seen) == len(MAILS) else None


def whom(text):
    seen = {entry["recipient"] for entry in map(json.loads, text.splitlines())}
    return seen if len(seen) > 1 else None


def test(folder, closing):
    need("mmdebstrap", "java", "mvn", "kcat", "dpkg-deb", root=True)
    network = Network()
    closing.append(network)
    broker = Broker(folder, network)
    closing.append(broker)
    machine = Machine(folder, network)
    closing.append(machine)
    install(machine, folder, closing)
    machine.boot()
    say("installed in a clean Debian")
    try:
        walk(machine, broker)
    except Failure:
        say(machine("journalctl -n 60 --output short; postqueue -p"))
        raise


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        socketserver.ThreadingTCPServer(
            (ELSEWHERE, 25), MailServer).serve_forever()
    sys.exit(main(test))
