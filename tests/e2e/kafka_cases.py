#!/usr/bin/env python3
"""`ricochet run` over a real Apache Kafka broker where something is not as it
should be, or is not a live run:

  - records that are not keyed by host: it says so, and what it can still tell
    is right
  - outputs that are too large for their topic, and a broker that hangs: nothing
    is lost, nothing spins, the log and /readyz say why
  - topics of state that are not set up as they should be
  - a backfill beside a live run

    kafka_cases.py --build build/release [--keep]
"""

import argparse
import collections
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request

from expectation import difference, lines_of, seconds_of
from kafka_end_to_end import (BOUNCE_RATES, DEADLINE, EVENTS, LETTERS,
                              PARTITIONS, SUPPRESSIONS, Service, check,
                              check_events, check_ids, check_windows,
                              compacted, feed, in_a_lab, make_log, pieces_of,
                              say)

LINES = 20_000
HOSTS = 8  # of make_log()
HANGS = 25  # seconds, and until it is noticed
DAY = 24 * 3600
# Reasons that suppress at once when a remote MTA says them for good.
AT_ONCE = {"user_unknown", "address_syntax", "mailbox_disabled",
           "mailbox_moved"}
SURE = {"provider_rule", "text_rule", "enhanced_code"}


def log_lines(service):
    service.log.seek(0)
    return [json.loads(line) for line in service.log.read().splitlines()]


def cpu_seconds(service):
    fields = pathlib.Path(f"/proc/{service.process.pid}/stat").read_text()
    user, system = fields.rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def wait_until(truth, seconds, what):
    until = time.time() + seconds
    while not truth():
        check(time.time() < until, what())
        time.sleep(0.3)


def of_line(event):
    """What the delivery line alone says: sender, attempt and role need
    others."""
    verdict = event["verdict"]
    return (event["host"], event["queue_id"], event["recipient"]["address"],
            event["recipient"].get("original"), event["outcome"],
            event["smtp"].get("reply_code") if "smtp" in event else None,
            verdict["reason"], verdict["rule"], verdict["permanence"])


def addresses(entries):
    return {entry["recipient"] for entry in entries
            if entry["scope"] == "address" and
            any(cause["reason"] in AT_ONCE for cause in entry["causes"])}


def unkeyed(lab):
    """The same lines by host, as report reads them, and in turn to all
    partitions."""
    keyed = make_log(lab, LINES)
    config, topics = lab.config()
    lines = [line.split(b"\t", 1)[1]
             for line in keyed.read_bytes().splitlines(keepends=True)]
    for partition in range(PARTITIONS):
        part = keyed.with_suffix(f".turn{partition}")
        part.write_bytes(b"".join(lines[partition::PARTITIONS]))
        subprocess.run(["kcat", "-b", lab.bootstrap, "-P", "-t",
                        topics["mail.logs"], "-p", str(partition), "-l",
                        str(part)], check=True)
    service = Service(lab, config)
    service.wait_until_idle(LINES)
    hosts = service.metrics()["ricochet_unkeyed_hosts"]
    check(hosts == HOSTS, f"ricochet_unkeyed_hosts is {hosts}, not {HOSTS}")

    def warnings():
        return [line for line in log_lines(service)
                if line["event"] == "hosts.unkeyed"]
    wait_until(warnings, 30, lambda: "no warning: " + service.tail())
    check(len(warnings()) == 1 and "docs/input.md" in warnings()[0]["message"],
          f"warnings: {warnings()}")
    check(not service.not_ready(), "not ready")
    fates = service.metrics()
    check(fates["ricochet_lines_total"] == LINES, "lines were not counted once")
    service.stop()

    seen = [event for _, event in lab.read(topics[EVENTS])]
    check_ids(seen)
    reported = list(lines_of(lab.folder / "report.jsonl"))
    # The line of an expiry names no recipient.
    left, right = (collections.Counter(
        of_line(event) for event in events if event["outcome"] != "expired")
        for events in (seen, reported))
    check(left == right, "what delivery lines say differs:\n" +
          difference(left, right))
    # Whoever has a sender has the right one.
    senders = {(event["host"], event["queue_id"], event["recipient"]["address"],
                event["time"]): event["sender"] for event in reported}
    known = [event for event in seen if event["sender"] is not None]
    wrong = [event for event in known if event["sender"] != senders[
        (event["host"], event["queue_id"], event["recipient"]["address"],
         event["time"])]]
    check(not wrong, f"wrong senders: {wrong[:2]}")
    check(len(known) < len(seen) / 2, "most senders are known: this is keyed")
    # A bounce message is told from mail by its sender.
    notified = {event["recipient"]["address"] for event in reported
                if event["role"] == "notification"}
    listed = [entry for entry in
              dict(lab.read(topics[SUPPRESSIONS])).values() if entry]
    left = addresses(listed) - notified
    right = addresses(lines_of(lab.folder / "report-suppressions.jsonl"))
    check(left == right - notified and left,
          f"suppressed addresses differ: {sorted(left ^ right)[:5]}")
    say(f"not keyed: {HOSTS} hosts seen, one warning, {len(seen)} events, "
        f"{len(seen) - len(known)} without sender; {len(left)} addresses "
        "suppressed as they should be")


def long_reply(queue_id, octets):
    """A bounce whose reply does not compress."""
    words = random.Random(queue_id).randbytes(octets // 2).hex()
    return ("2026-11-01T10:00:00.000000+00:00 mx1 postfix/smtp[7]: "
            f"{queue_id}: to=<ann@example.org>, relay=mx.example.org"
            "[192.0.2.7]:25, delay=1, delays=0/0/0/1, dsn=5.1.1, "
            "status=bounced (host mx.example.org[192.0.2.7] said: 550 5.1.1 "
            f"no such user {words} (in reply to RCPT TO command))")


def oversize(lab):
    """The topic of events takes less than what one line makes."""
    keyed = make_log(lab, LINES)
    config, topics = lab.config(
        '[kafka.properties]\n"batch.size" = "4000"',
        {EVENTS: "max.message.bytes=8000", LETTERS: "max.message.bytes=100000"})
    feed(lab, topics["mail.logs"], keyed)
    subprocess.run(["kcat", "-b", lab.bootstrap, "-P", "-t",
                    topics["mail.logs"], "-k", "mx1", "-p", "0"], check=True,
                   input=long_reply("4F1C2T", 24_000), text=True)
    service = Service(lab, config)
    service.wait_until_caught_up()
    service.wait_for_lines(LINES)
    check(not service.not_ready(), "not ready in the end")
    said = log_lines(service)
    aborts = [line for line in said if line["event"] == "stream.abort"]
    given_up = [line for line in said if line["event"] == "stream.dead_letter"]
    check(len(given_up) == 1 and "was given up" in given_up[0]["message"],
          f"log: {given_up}")
    check(0 < len(aborts) < 40, f"{len(aborts)} lines about aborts")
    check(service.metrics()['ricochet_records_given_up_total'
                            '{stage="attempts"}'] == 1, "not counted")
    service.stop()
    events = [event for _, event in lab.read(topics[EVENTS])]
    check_ids(events)
    check_events(lab, events)
    headers = subprocess.run(
        ["kcat", "-b", lab.bootstrap, "-C", "-t", topics[LETTERS], "-o",
         "beginning", "-e", "-q", "-X", "isolation.level=read_committed", "-f",
         "%h\n"], check=True, stdout=subprocess.PIPE, text=True).stdout
    check(headers.count("reason=rejected_by_broker") == 1 and
          headers.count("\n") == 1, f"dead letters: {headers}")
    say(f"oversize: one dead letter, {len(events)} other events, "
        f"{len(aborts)} lines of log")


def hanging(lab):
    """The broker takes requests and answers none, as one whose disk hangs."""
    keyed = make_log(lab, LINES)
    config, topics = lab.config('session_timeout = "6s"\n'
                                'transaction_timeout = "6s"')
    first, second = pieces_of(keyed, 2)
    feed(lab, topics["mail.logs"], first)
    service = Service(lab, config)
    service.wait_for_lines(1)
    wait_until(lambda: not service.not_ready(), 120,
               lambda: f"not ready: {service.not_ready()}")
    broker = int((lab.folder / "broker" / "broker" / "pid").read_text())
    os.kill(broker, signal.SIGSTOP)
    try:
        wait_until(service.not_ready, 120, lambda: "ready though no broker "
                   "answers: " + service.tail())
        reasons = service.not_ready()
        cpu, lines = cpu_seconds(service), len(log_lines(service))
        time.sleep(HANGS)
        cpu = cpu_seconds(service) - cpu
        lines = len(log_lines(service)) - lines
        check(service.not_ready(), "ready again without a broker")
    finally:
        os.kill(broker, signal.SIGCONT)
    check(cpu < HANGS / 2, f"{cpu:.1f} s of CPU in {HANGS} s")
    check(lines < 4 * HANGS, f"{lines} lines of log in {HANGS} s")
    check(any("broker" in reason or "committed nothing" in reason
              for reason in reasons), f"not ready: {reasons}")
    feed(lab, topics["mail.logs"], second)
    service.wait_until_caught_up()
    wait_until(lambda: not service.not_ready(), 60,
               lambda: f"not ready again: {service.not_ready()}")
    service.stop()
    events = [event for _, event in lab.read(topics[EVENTS])]
    check_ids(events)
    check_events(lab, events)
    letters = len(lab.read(topics[LETTERS]))
    check(letters == 0, f"{letters} dead letters")
    say(f"hanging: {len(events)} events in the end; meanwhile {cpu:.1f} s of "
        f"CPU and {lines} lines of log in {HANGS} s: {reasons[0]}")


def state_topics(lab):
    config, _ = lab.config("", {"attempts-state": "cleanup.policy=delete"})
    done = subprocess.run([str(lab.ricochet), "run", "-c", str(config)],
                          stderr=subprocess.PIPE, text=True, timeout=60)
    check(done.returncode == 2 and "set cleanup.policy=compact" in done.stderr,
          f"{done.returncode}: {done.stderr}")
    config, topics = lab.config("", {"ledger-state": "segment.ms=604800000"})
    service = Service(lab, config)
    advice = [line["message"] for line in log_lines(service)
              if line["event"] == "run.topics"]
    check(len(advice) == 1 and topics["ledger-state"] in advice[0] and
          "segment.ms=604800000 instead of 3600000" in advice[0],
          f"advice: {advice}")
    service.wait_until_it_owns_all()
    service.stop()
    say("topics of state are refused, or something is said of them")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def suppresses_at_once(event):
    verdict = event["verdict"]
    return (event["final"] and event["outcome"] == "bounced" and
            event["role"] == "message" and verdict["reason"] in AT_ONCE and
            verdict["kind"] == "hard" and verdict["authority"] == "remote" and
            verdict["decided_by"] in SURE)


def suppressed_since(events, since):
    return {(event["recipient"].get("original") or
             event["recipient"]["address"]).lower()
            for event in events
            if suppresses_at_once(event) and seconds_of(event["time"]) >= since}


class Backfill:
    """`ricochet run --backfill`, and what its /metrics has meanwhile."""

    def __init__(self, lab, config):
        port = free_port()
        path = config.with_suffix(".backfill.toml")
        path.write_text(config.read_text().replace("127.0.0.1:0",
                                                   f"127.0.0.1:{port}"))
        self.started = time.time()
        self.metrics = set()
        self.out = lab.folder / "backfill.out"
        with open(self.out, "wb") as out:
            process = subprocess.Popen(
                [str(lab.ricochet), "run", "-c", str(path), "--backfill"],
                stdout=out, stderr=subprocess.STDOUT)
        lab.processes.append(process)
        until = time.time() + DEADLINE
        while process.poll() is None:
            check(time.time() < until, "the backfill does not end: " +
                  self.text()[-2000:])
            self.metrics.update(self.scrape(port))
            time.sleep(0.2)
        check(process.returncode == 0, self.text())

    @staticmethod
    def scrape(port):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics",
                                        timeout=10) as answer:
                text = answer.read().decode()
        except OSError:
            return []
        return [line.split("{")[0].split()[0] for line in text.splitlines()
                if line and line[0] != "#"]

    def text(self):
        return self.out.read_text()


def backfill(lab):
    start = time.strftime("%Y-%m-%dT%H:%M:00Z",
                          time.gmtime(time.time() - 30 * DAY))
    keyed = make_log(lab, LINES, "--span", str(24 * 24), start=start)
    config, topics = lab.config('first_start = "latest"')
    feed(lab, topics["mail.logs"], keyed)
    live = Service(lab, config)
    live.wait_until_it_owns_all()
    first = Backfill(lab, config)
    check(first.metrics == {"ricochet_lines_total"},
          f"metrics of the backfill: {sorted(first.metrics)}")
    live.wait_until_caught_up()
    check(live.metrics()["ricochet_lines_total"] == 0,
          "the live run has read old lines")
    live.stop()
    events = [event for _, event in lab.read(topics[EVENTS])]
    check_ids(events)
    check_events(lab, events)
    windows = check_windows(lab, lab.read(topics[BOUNCE_RATES]), 0)

    limit = first.started - 14 * DAY
    listed = addresses(json.loads(text) for text in
                       compacted(lab.read(topics[SUPPRESSIONS])).values())
    sure, possible = (suppressed_since(events, limit + slack)
                      for slack in (120, -120))
    check(sure <= listed <= possible, "suppressed by the backfill: "
          f"{sorted(sure - listed)[:3]} {sorted(listed - possible)[:3]}")
    withheld = suppressed_since(events, 0) - possible
    check(sure and withheld, "the log has no old or no young bounces")

    again = Backfill(lab, config)
    check("There is nothing" in again.text(), again.text())
    check(len(lab.read(topics[EVENTS])) == len(events), "it started over")
    say(f"backfill: {len(events)} events and {windows} windows equal to report; "
        f"{len(listed)} addresses suppressed, {len(withheld)} too old for that")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--only", help="the name of one case")
    arguments = parser.parse_args()

    def work(lab):
        for case in (unkeyed, oversize, hanging, state_topics, backfill):
            if arguments.only in (None, case.__name__):
                case(lab)

    return in_a_lab("cases", arguments.build, work, arguments.keep)


if __name__ == "__main__":
    sys.exit(main())
