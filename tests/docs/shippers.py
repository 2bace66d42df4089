#!/usr/bin/env python3
"""What docs/shippers.md says is tried as it stands there.

    shippers.py BUILD

Debian's rsyslog and syslog-ng, and Filebeat, are run with the blocks of the
page; broker, topic and folders are the test's. They are given lines of several
hosts by a socket, Filebeat as files, and Exim's log as a file, and send them to
a real Kafka broker. Each
record must have its host as key, each host's lines their order and one
partition, and `ricochet run` must make of them the events that `ricochet
report` makes of the lines themselves. Of the other shippers the syntax is
checked, and that the records which the page shows are read.
"""
import collections
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import time
import tomllib

import yaml

from pages import SOURCE, blocks, replaced

sys.path.insert(0, str(SOURCE / "tests/e2e"))
from kafka_end_to_end import (EVENTS, LETTERS, Failure, Service, check,
                              in_a_lab, lines_of, run, say)  # noqa: E402

PAGE = SOURCE / "docs/shippers.md"
TOOLS = SOURCE / "build/tools/shippers"
LINES = 150  # of each host
HOSTS = ("mta01", "mta02", "mta03", "mta04")
DEADLINE = 60
BROKER = "kafka.example.org:9092"


def postfix_lines():
    """Of several hosts in turn, as their syslog daemons forward them."""
    logs = [(SOURCE / f"tests/data/samples/{host}.log").read_text().splitlines()
            for host in HOSTS]
    return [line for row in zip(*(log[:LINES] for log in logs)) for line in row]


def exim_lines():
    """A main log; after it the sample has forms of other kinds."""
    lines = (SOURCE / "tests/data/exim/forms.txt").read_text().splitlines()
    log = list(itertools.takewhile(lambda line: line.startswith("20"), lines))
    assert len(log) > 200
    return log


class Shipper:
    """One of Debian's, unpacked by scripts/setup."""

    def __init__(self, lab, topic, folder):
        self.lab = lab
        self.folder = folder
        self.table = {BROKER: lab.bootstrap, "mail.logs": topic}
        folder.mkdir()

    def start(self, *command):
        libraries = [TOOLS / "usr/lib/x86_64-linux-gnu", TOOLS / "usr/lib/syslog-ng"]
        self.log = open(self.folder / "out", "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [str(part) for part in command], stdout=self.log, stderr=self.log,
            env={**os.environ, "LC_ALL": "C.UTF-8",
                 "LD_LIBRARY_PATH": ":".join(map(str, libraries))})
        self.lab.processes.append(self.process)

    def send(self, lines):
        """Through its socket, as syslog(3) would, but for the host."""
        path = self.folder / "log.sock"
        until = time.time() + DEADLINE
        while not path.exists():
            check(self.process.poll() is None, "it ended: " + self.tail())
            check(time.time() < until, "no socket: " + self.tail())
            time.sleep(0.05)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to:
            to.connect(str(path))
            for line in lines:
                to.send(b"<22>" + line.encode())

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=DEADLINE)

    def tail(self):
        self.log.seek(0)
        return self.log.read()[-2000:]


class Rsyslog(Shipper):
    language = "rsyslog"

    def run(self):
        action, exim = blocks(PAGE, self.language)
        action = replaced(action, {**self.table,
                                   "/var/spool/rsyslog": self.folder})
        log = self.folder / "mainlog"
        exim = replaced(exim, {"/var/log/exim4/mainlog": log})
        config = self.folder / "rsyslog.conf"
        config.write_text(f"""
global(workDirectory="{self.folder}")
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="{self.folder}/log.sock" ParseHostname="on"
      UseSpecialParser="off" RateLimit.Interval="0")
{exim}
{action}
""")
        self.start(TOOLS / "usr/sbin/rsyslogd", "-n", "-f", config, "-i",
                   self.folder / "pid", "-M",
                   TOOLS / "usr/lib/x86_64-linux-gnu/rsyslog")
        return log


class SyslogNg(Shipper):
    language = "syslog-ng"

    def run(self):
        destination, exim = blocks(PAGE, self.language)
        destination = replaced(destination, {**self.table,
                                             "/var/lib/syslog-ng": self.folder})
        log = self.folder / "mainlog"
        exim = replaced(exim, {"/var/log/exim4/mainlog": log})
        config = self.folder / "syslog-ng.conf"
        config.write_text(f"""@version: 3.38
options {{ keep-hostname(yes); use-dns(no); }};
source s_src {{
  unix-dgram("{self.folder}/log.sock" flags(expect-hostname));
}};
{destination}
{exim}
""")
        self.start(TOOLS / "usr/sbin/syslog-ng", "-F", "-f", config, "--no-caps",
                   "-R", self.folder / "persist", "-p", self.folder / "pid",
                   "-c", self.folder / "control", "--module-path",
                   TOOLS / "usr/lib/syslog-ng/3.38")
        return log


class Filebeat(Shipper):
    """Of scripts/test-tools. One for each host, which thinks that it is
    there: it asks the system for its host, not the line."""
    language = "filebeat"

    def __init__(self, lab, topic, folder):
        super().__init__(lab, topic, folder)
        self.processes = []

    @classmethod
    def fetch(cls):
        """Whether it can be had; it is built once."""
        got = subprocess.run([SOURCE / "scripts/test-tools", "filebeat"],
                             stdout=subprocess.PIPE, text=True, check=False)
        cls.program = f"{got.stdout.strip()}/filebeat"
        if got.returncode:
            say("Filebeat cannot be had, and is not tried")
        return got.returncode == 0

    def run(self):
        log = self.folder / "mainlog"
        self.follow(log, socket.gethostname())
        return log

    def follow(self, log, host):
        text = replaced(blocks(PAGE, "yaml")[0],
                        {**self.table, "/var/log/mail.log": log})
        config = self.folder / f"{host}.yml"
        config.write_text(text)
        self.start(self.program, "-e", "-c", config, "-E", f"name={host}",
                   "--strict.perms=false", "--path.home", self.folder / host)
        self.processes.append(self.process)

    def send(self, lines):
        for host in HOSTS:
            log = self.folder / f"{host}.log"
            log.write_text("".join(f"{line}\n" for line in lines
                                   if line[16:].startswith(f"{host} ")))
            self.follow(log, host)

    def stop(self):
        for self.process in self.processes:
            super().stop()


def records_of(lab, topic, count):
    """(partition, key, value) of all, once there are `count`."""
    until, found = time.time() + DEADLINE, []
    while time.time() < until:
        out = run("kcat", "-b", lab.bootstrap, "-C", "-t", topic, "-o",
                  "beginning", "-e", "-q", "-D", "\x1e", "-f",
                  "%p\t%k\t%s\x1e", stdout=subprocess.PIPE, text=True).stdout
        found = [record.split("\t", 2) for record in out.split("\x1e")[:-1]]
        if len(found) >= count:
            return found
        time.sleep(0.5)
    raise Failure(f"{len(found)} of {count} records came")


def text_of(value):
    """Of a record: what the program said."""
    value = value.rstrip("\n")
    if value.startswith("{"):
        record = json.loads(value)
        if "MESSAGE" in record:
            return record["MESSAGE"]
        value = record["message"]
    return value.split(": ", 1)[1]


def check_keys(records, lines):
    """Each host is the key of its own lines, in their order, in one place."""
    wanted = collections.defaultdict(list)
    for line in lines:
        stamp, rest = line[:16], line[16:]
        host, rest = rest.split(" ", 1)
        check(len(stamp) == 16, line)
        wanted[host].append(rest.split(": ", 1)[1])
    seen, places = collections.defaultdict(list), collections.defaultdict(set)
    for partition, key, value in records:
        seen[key].append(text_of(value))
        places[key].add(partition)
    for host, texts in wanted.items():
        check(seen[host] == texts, f"{host}: {len(seen[host])} lines with its "
              f"key, {len(texts)} sent, or in another order")
    check(all(len(where) == 1 for where in places.values()),
          f"a host is in several partitions: {dict(places)}")
    check(len(set.union(*places.values())) > 1,
          "all hosts are in one partition, whatever their key")


def gist(event):
    sender = event["sender"]
    return (event["mta"], event["queue_id"], event["outcome"],
            event["recipient"]["address"],
            sender["address"] if sender else None,
            event["verdict"]["reason"] if event["verdict"] else None)


def expected(lab, *logs):
    """What `report` makes of logs, each for itself."""
    gists = collections.Counter()
    for number, lines in enumerate(logs):
        log = lab.folder / f"expected{number}.log"
        log.write_text("\n".join(lines) + "\n")
        events = log.with_suffix(".jsonl")
        run(lab.ricochet, "report", "--rules", lab.rules, "--events", events,
            log, stdout=subprocess.DEVNULL)
        gists.update(map(gist, lines_of(events)))
    return gists


def check_shipper(lab, kind):
    config, names = lab.config()
    topic = names["mail.logs"]
    shipper = kind(lab, topic, lab.folder / kind.language)
    mainlog = shipper.run()
    lines, exim = postfix_lines(), exim_lines()
    shipper.send(lines)
    records_of(lab, topic, len(lines))
    # All of Exim's lines are of one host, this one.
    mainlog.write_text("\n".join(exim) + "\n")
    records = records_of(lab, topic, len(lines) + len(exim))
    shipper.stop()
    check(len(records) == len(lines) + len(exim), "records came twice")
    check_keys([record for record in records if record[1] in HOSTS], lines)
    others = {record[1] for record in records} - set(HOSTS)
    name = socket.gethostname()
    check(others in ({name}, {name.split(".")[0]}),
          f"Exim's lines of {name} have the keys {others}")

    service = Service(lab, config)
    service.wait_until_idle(len(records))
    check(service.metrics()["ricochet_unkeyed_hosts"] == 0, "hosts not keyed")
    service.stop()
    seen = collections.Counter(
        gist(event) for _, event in lab.read(names[EVENTS]))
    wanted = expected(lab, lines, exim)
    check(seen == wanted, f"events differ: {list((wanted - seen).items())[:5]} "
          f"missing, {list((seen - wanted).items())[:5]} too many; letters: "
          f"{len(lab.read(names[LETTERS]))}")
    say(f"{kind.language}: {len(records)} records of {len(HOSTS) + 1} hosts, "
        f"{sum(seen.values())} events")


def check_shown(lab):
    """Records that the page shows are read, and all mean the same."""
    shown = blocks(PAGE, "json") + blocks(PAGE, "text")
    check(len(shown) == 5, f"{len(shown)} records are shown")
    for number, record in enumerate(shown):
        path = lab.folder / f"shown{number}"
        path.write_text(record)
        events = path.with_suffix(".jsonl")
        run(lab.ricochet, "report", "--events", events, path,
            stdout=subprocess.DEVNULL)
        found = [(event["host"], event["queue_id"], event["outcome"],
                  event["time"][:19]) for event in lines_of(events)]
        check(found == [("mx1", "4XvYkz1abcz9rxn", "delivered",
                         "2026-11-21T19:36:16")], f"{record}: {found}")
    for text in blocks(PAGE, "yaml"):
        check(isinstance(yaml.safe_load(text), dict), text)
    for text in blocks(PAGE, "toml"):
        check(tomllib.loads(text)["sinks"]["ricochet"]["key_field"] == "host",
              text)


def main():
    if not (TOOLS / "usr/sbin/syslog-ng").exists():
        print("skipped: scripts/setup has unpacked no shippers")
        sys.exit(77)
    filebeat = Filebeat.fetch()

    def work(lab):
        check_shown(lab)
        check_shipper(lab, Rsyslog)
        check_shipper(lab, SyslogNg)
        if filebeat:
            check_shipper(lab, Filebeat)

    return in_a_lab("shippers", sys.argv[1], work)


if __name__ == "__main__":
    sys.exit(main())
