#!/usr/bin/env python3
"""Feeds generated logs to `ricochet run` over a real Apache Kafka broker and
compares what comes out, as sets, with `ricochet report` on the same lines and
with what the generator says a correct reader makes of them.

    kafka_end_to_end.py --build build/release [--lines 1000000] [--keep]

Two runs: one undisturbed, and one that is stopped by SIGTERM in the middle and
started again. Their outputs must be equal. kafka_kills.py is less gentle.
"""

import argparse
import collections
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from expectation import (difference, expected_key, expected_windows, lines_of,
                         seconds_of, seen_key, seen_windows)

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BROKER = SOURCE / "scripts" / "kafka-broker"
EVENTS, LETTERS = "mail.delivery-events", "mail.dead-letters"
SUPPRESSIONS, EVIDENCE = "mail.suppressions", "ricochet.evidence"
BOUNCE_RATES, HISTORY = "mail.bounce-rates", "mail.suppression-history"
DEADLINE = 600
PARTITIONS = 8  # of each topic


class Failure(Exception):
    pass


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def check(truth, text):
    if not truth:
        raise Failure(text)


def run(*command, **options):
    done = subprocess.run([str(part) for part in command], **options)
    if done.returncode != 0:
        raise Failure(f"{command[1]} ended with {done.returncode}: "
                      f"{done.stderr}")
    return done


class Lab:
    """A broker, a folder, and the program under test."""

    def __init__(self, folder, build):
        self.folder = folder
        self.ricochet = build / "ricochet"
        self.generate = build / "generate"
        out = run(BROKER, "start", folder / "broker", stdout=subprocess.PIPE,
                  text=True).stdout
        self.bootstrap = dict(
            line.split("=", 1) for line in out.split())["BOOTSTRAP"]
        self.prefix = 0
        self.processes = []
        self.rules = self.rules_without_brake()

    def rules_without_brake(self):
        """The brake compares what comes in an hour by partition: what it stops
        depends on how the evidence is spread."""
        rules = self.folder / "rules"
        shutil.copytree(SOURCE / "rules", rules)
        policy = rules / "policy.toml"
        text = policy.read_text()
        policy.write_text(text.replace("enabled = true", "enabled = false"))
        return rules

    def close(self):
        for process in self.processes:
            process.kill()
        subprocess.run([str(BROKER), "stop", str(self.folder / "broker")])

    def cut_broker(self):
        """As a power cut would."""
        run(BROKER, "kill9", self.folder / "broker")

    def restart_broker(self):
        run(BROKER, "start", self.folder / "broker", stdout=subprocess.DEVNULL)

    def open_transactions(self):
        """The ids of those that the broker knows to be open."""
        return run(BROKER, "open-transactions", self.folder / "broker",
                   stdout=subprocess.PIPE, text=True).stdout.split()

    def set_topic(self, name, setting):
        run(BROKER, "set-topic", self.folder / "broker", name, setting,
            stdout=subprocess.DEVNULL)

    def config(self, more="", topics=None):
        """A configuration with topics and groups of its own each time."""
        paths, names = self.configs(1, more, topics)
        return paths[0], names

    def configs(self, processes, more="", topics=None):
        """The same for several processes; `more` goes to section kafka,
        `topics` has settings of some topics."""
        self.prefix += 1
        names = {name: f"r{self.prefix}.{name}" for name in
                 ("mail.logs", EVENTS, LETTERS, EVIDENCE, SUPPRESSIONS,
                  HISTORY, BOUNCE_RATES, "attempts-state", "ledger-state")}
        paths = [self.write_config(names, ordinal, more)
                 for ordinal in range(processes)]
        run(self.ricochet, "topics", "create", "-c", paths[0],
            stdout=subprocess.DEVNULL)
        for name, setting in (topics or {}).items():
            self.set_topic(names[name], setting)
        return paths, names

    def write_config(self, names, ordinal, more):
        path = self.folder / f"run{self.prefix}-{ordinal}.toml"
        path.write_text(f"""
[kafka]
brokers = "{self.bootstrap}"
cluster = "lab"
ordinal = "{ordinal}"
group_prefix = "r{self.prefix}."
{more}
[topics]
logs = ["{names['mail.logs']}"]
delivery_events = "{names[EVENTS]}"
dead_letters = "{names[LETTERS]}"
evidence = "{names[EVIDENCE]}"
suppressions = "{names[SUPPRESSIONS]}"
suppression_history = "{names[HISTORY]}"
bounce_rates = "{names[BOUNCE_RATES]}"
attempts_state = "{names['attempts-state']}"
ledger_state = "{names['ledger-state']}"
state_partitions = {PARTITIONS}
partitions = {PARTITIONS}
evidence_partitions = {PARTITIONS}
[attempts]
workers = 2
[ledger]
workers = 2
[events]
delivered = "full"
[http]
listen = "127.0.0.1:0"
[log]
format = "json"
[rules]
path = "{self.rules}"
""")
        return path

    def read(self, topic):
        """Committed records as (key, value), from the first to the last. A
        reader's end may stop short of them while the brokers still write the
        markers of the last transactions: it reads until nothing is added."""
        before, records = -1, list(self.read_once(topic))
        while len(records) != before:
            before = len(records)
            time.sleep(2)
            records = list(self.read_once(topic))
        return records

    def read_once(self, topic):
        out = run("kcat", "-b", self.bootstrap, "-C", "-t", topic, "-o",
                  "beginning", "-e", "-q", "-X", "isolation.level=read_committed",
                  "-f", "%k\t%s\n", stdout=subprocess.PIPE).stdout
        for line in out.splitlines():
            key, value = line.split(b"\t", 1)
            yield key.decode(), json.loads(value) if value else None


def owned_partitions(metrics):
    """How many a process owns, of both stages: it tells the lag of each."""
    return sum(1 for name in metrics
               if name.startswith("ricochet_consumer_lag_records{"))


class Service:
    """`ricochet run`, observed through its metrics."""

    def __init__(self, lab, config):
        self.log = open(lab.folder / f"{config.stem}.log", "ab+")
        self.process = subprocess.Popen(
            [str(lab.ricochet), "run", "-c", str(config)], stderr=self.log)
        lab.processes.append(self.process)
        self.port = self._port()

    def _port(self):
        until = time.time() + 60
        while time.time() < until:
            self.log.seek(0)
            for line in self.log.read().decode().splitlines()[::-1]:
                if '"run.started"' in line:
                    port = json.loads(line)["http_port"]
                    if self._answers(port):
                        return port
            check(self.process.poll() is None, "ricochet run ended: " + self.tail())
            time.sleep(0.1)
        raise Failure("ricochet run did not start: " + self.tail())

    @staticmethod
    def _answers(port):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2)
            return True
        except OSError:
            return False

    def not_ready(self):
        """Why, as /readyz says; empty: it is."""
        try:
            with urllib.request.urlopen(
                    f"http://127.0.0.1:{self.port}/readyz", timeout=10) as answer:
                return json.load(answer)["reasons"]
        except urllib.error.HTTPError as answer:
            return json.load(answer)["reasons"]

    def tail(self):
        self.log.seek(0)
        return self.log.read().decode()[-2000:]

    def metrics(self):
        with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}/metrics", timeout=10) as answer:
            text = answer.read().decode()
        sums = collections.Counter()
        for line in text.splitlines():
            if line.startswith("ricochet_"):
                series, value = line.rsplit(" ", 1)
                sums[series.split("{")[0]] += float(value)
                sums[series] = float(value)
        return sums

    def wait_for_lines(self, lines):
        until = time.time() + DEADLINE
        while time.time() < until:
            check(self.process.poll() is None, "ricochet run ended: " + self.tail())
            done = self.metrics()["ricochet_lines_total"]
            if done >= lines:
                return
            time.sleep(0.2)
        raise Failure(f"only {done:.0f} of {lines} lines in {DEADLINE} s")

    def wait_until_it_owns_all(self):
        """librdkafka 2.0.2 may abort a process that is stopped while it joins
        a group; see README, Limits."""
        until = time.time() + DEADLINE
        while time.time() < until:
            owned = owned_partitions(self.metrics())
            if owned == 2 * PARTITIONS:
                return
            time.sleep(0.1)
        raise Failure("not all partitions are owned: " + self.tail())

    def wait_until_idle(self, lines):
        """All lines read, and neither stage behind."""
        self.wait_for_lines(lines)
        self.wait_until_caught_up()

    def wait_until_caught_up(self):
        """Both stages own all their partitions, and none is behind."""
        until = time.time() + DEADLINE
        still = 0
        while time.time() < until and still < 5:
            metrics = self.metrics()
            owned = owned_partitions(metrics)
            behind = metrics["ricochet_consumer_lag_records"]
            still = still + 1 if behind == 0 and owned == 2 * PARTITIONS else 0
            time.sleep(0.3)
        check(still >= 5, "a stage stays behind: " + self.tail())

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=60)
        check(code == 0, f"ricochet run ended with {code}: " + self.tail())


def without(event, *names):
    return {key: value for key, value in event.items() if key not in names}


def canonical(value):
    return json.dumps(value, sort_keys=True)


def as_set(events):
    """What an event says, whoever read it: ids and place aside."""
    return collections.Counter(
        canonical(without(event, "id", "source")) for event in events)


def compacted(records):
    """The present list of suppressions, evidence ids aside."""
    latest = {key: entry for key, entry in dict(records).items()
              if entry is not None}
    for entry in latest.values():
        for cause in entry["causes"]:
            cause.pop("evidence")
    return {key: canonical(value) for key, value in latest.items()}


def make_log(lab, lines, *options, start="2026-11-01T00:00:00Z", more=None):
    """`more`, SlowBounces, is mixed into what is generated."""
    log, keyed = lab.folder / "mail.log", lab.folder / "mail.keyed"
    common = ["--seed", "11", "--lines", lines, "--hosts", "8", "--start",
              start, "--stamp", "rfc3339", *options]
    run(lab.generate, *common, "--out", log, "--expect",
        lab.folder / "expect.jsonl", "--expect-suppressions",
        lab.folder / "expect-suppressions.jsonl", stdout=subprocess.DEVNULL)
    run(lab.generate, *common, "--out", keyed, "--keyed",
        stdout=subprocess.DEVNULL)
    if more is not None:
        more.mix_into(lab.folder)
    run(lab.ricochet, "report", "--rules", lab.rules, "--format", "json",
        "--events", lab.folder / "report.jsonl", "--suppressions",
        lab.folder / "report-suppressions.jsonl", "--rates",
        lab.folder / "report-rates.jsonl", log,
        stdout=open(lab.folder / "report.json", "wb"))
    return keyed


def pieces_of(keyed, count):
    lines = keyed.read_bytes().splitlines(keepends=True)
    paths = []
    for number in range(count):
        part = lines[len(lines) * number // count:
                     len(lines) * (number + 1) // count]
        paths.append(keyed.with_suffix(f".{number}"))
        paths[-1].write_bytes(b"".join(part))
    return paths


def feed(lab, topic, keyed):
    check(feeder(lab, topic, keyed).wait() == 0, "kcat failed")


def feeder(lab, topic, keyed):
    """A shipper that keeps the order of each host's lines."""
    return subprocess.Popen([str(part) for part in (
        "kcat", "-b", lab.bootstrap, "-P", "-t", topic, "-K", "\t", "-l", keyed,
        "-X", "enable.idempotence=true", "-X", "linger.ms=50", "-X", "compression.codec=lz4", "-X",
        "queue.buffering.max.messages=1000000", "-X",
        "partitioner=murmur2_random")])


def check_events(lab, seen):
    reported = list(lines_of(lab.folder / "report.jsonl"))
    left, right = as_set(seen), as_set(reported)
    check(left == right,
          f"events of run ({len(seen)}) and report ({len(reported)}) differ:\n" +
          difference(left, right))
    left = collections.Counter(map(seen_key, seen))
    right = collections.Counter(
        map(expected_key, lines_of(lab.folder / "expect.jsonl")))
    check(left == right, "events of run and the expectation differ:\n" +
          difference(left, right))


def what_is_suppressed(entry):
    return (entry["scope"], entry["recipient"] or entry["domain"],
            entry["sender_domain"] or entry["list"] or "")


def check_suppressions(lab, records):
    """Returns what is in force."""
    seen = compacted(records)
    entries = list(lines_of(lab.folder / "report-suppressions.jsonl"))
    keys = {what_is_suppressed(json.loads(text)): key
            for key, text in seen.items()}
    reported = compacted((keys.get(what_is_suppressed(entry)), entry)
                         for entry in entries)
    check(seen == reported, "suppressions of run and report differ:\n" +
          difference(collections.Counter(seen.values()),
                     collections.Counter(reported.values())))
    expected = {(entry["scope"], entry["key"], entry["qualifier"])
                for entry in lines_of(lab.folder / "expect-suppressions.jsonl")}
    check(keys.keys() == expected, "suppressions and the expectation differ: "
          f"{sorted(keys.keys() ^ expected)[:5]}")
    return expected


def what_window_says(window):
    """But for how often it was told, and whether it was for the last time."""
    span = without(window["window"], "revision", "final")
    return canonical({**window, "window": span})


def end_of(window):
    """Seconds since 1970."""
    return seconds_of(window["start"]) + window["length_s"]


def windows_waiting(records):
    """Those that are over for long, and not final."""
    return [window for window in dict(records).values()
            if not window["window"]["final"] and
            end_of(window["window"]) < time.time() - 20 * 60]


def check_windows(lab, records, minutes_since):
    """The last word on each window; final of those that are over for long.
    Minutes before `minutes_since` may have been too late to count."""
    windows = list(dict(records).values())
    waiting = windows_waiting(records)
    check(not waiting, f"{len(waiting)} windows are not final: {waiting[:1]}")

    def counts(start, length):
        return length > 60 or start >= minutes_since

    def of_those(windows):
        return [window for window in windows
                if counts(seconds_of(window["window"]["start"]),
                          window["window"]["length_s"])]

    windows = of_those(windows)
    seen = collections.Counter(map(what_window_says, windows))
    reported = collections.Counter(map(what_window_says, of_those(
        lines_of(lab.folder / "report-rates.jsonl"))))
    check(seen and seen == reported,
          f"windows of run ({seen.total()}) and report ({reported.total()}) "
          "differ:\n" + difference(seen, reported))
    seen = seen_windows(windows)
    expected = collections.Counter({
        key: count for key, count in expected_windows(
            lines_of(lab.folder / "expect.jsonl")).items()
        if counts(key[0], key[1])})
    check(seen == expected, "windows of run and the expectation differ:\n" +
          difference(seen, expected))
    minutes = sum(1 for _, length, _, _ in seen if length == 60)
    check(minutes, "no minute is compared")
    return len(windows)


def check_history(records, in_force):
    """Each suppression begins and ends in turn, and those that did not end are
    in force."""
    open_entries = collections.Counter()
    for change in records:
        entry = (change["scope"], change["recipient"] or change["domain"],
                 change["sender_domain"] or change["list"] or "")
        open_entries[entry] += {"suppress": 1, "change": 0}.get(
            change["change"], -1)
        check(open_entries[entry] in (0, 1),
              f"history: {change['change']} of {entry} out of turn")
    left = {entry for entry, count in open_entries.items() if count}
    check(left == in_force, "history and the list differ: "
          f"{sorted(left ^ in_force)[:5]}")


def check_ids(events):
    ids = collections.Counter(event["id"] for event in events)
    doubled = [event for event, count in ids.items() if count > 1]
    check(not doubled, f"{len(doubled)} events came twice: {doubled[:3]}")


def undisturbed(lab, keyed, lines):
    config, topics = lab.config()
    feed(lab, topics["mail.logs"], keyed)
    started = time.time()
    service = Service(lab, config)
    service.wait_until_idle(lines)
    took = time.time() - started
    (lab.folder / "metrics.json").write_text(json.dumps(service.metrics()))
    service.stop()
    events = [event for _, event in lab.read(topics[EVENTS])]
    (lab.folder / "events.jsonl").write_text(
        "".join(canonical(event) + "\n" for event in events))
    check_ids(events)
    check_events(lab, events)
    in_force = check_suppressions(lab, lab.read(topics[SUPPRESSIONS]))
    check_history([change for _, change in lab.read(topics[HISTORY])], in_force)
    letters = sum(1 for _ in lab.read(topics[LETTERS]))
    check(letters == 0, f"{letters} dead letters")
    say(f"undisturbed: {lines} lines, {len(events)} events, equal to report and "
        f"expectation; {lines / took:,.0f} lines/s over both stages")


def stopped_in_the_middle(lab, keyed, lines):
    """The second half is sent while the first owner is being stopped."""
    config, topics = lab.config()
    halves = pieces_of(keyed, 2)
    feed(lab, topics["mail.logs"], halves[0])
    service = Service(lab, config)
    service.wait_for_lines(1)
    service.wait_until_it_owns_all()
    feeding = feeder(lab, topics["mail.logs"], halves[1])
    before = service.metrics()["ricochet_lines_total"]
    service.stop()
    check(feeding.wait() == 0, "kcat failed")
    service = Service(lab, config)
    service.wait_until_caught_up()
    service.stop()
    check(before < lines, "it was not stopped in the middle")
    events = [event for _, event in lab.read(topics[EVENTS])]
    check_ids(events)
    check_events(lab, events)
    in_force = check_suppressions(lab, lab.read(topics[SUPPRESSIONS]))
    check_history([change for _, change in lab.read(topics[HISTORY])], in_force)
    say(f"stopped after {before:,.0f} lines and started again: "
        f"{len(events)} events, equal to report and expectation")


class Operator:
    """Somebody who uses `ricochet suppressions`."""

    def __init__(self, lab, config):
        self.lab = lab
        self.config = config

    def __call__(self, *arguments, **options):
        return run(self.lab.ricochet, "suppressions", arguments[0], "-c",
                   self.config, *arguments[1:], stdout=subprocess.PIPE,
                   stderr=subprocess.PIPE, text=True, **options).stdout

    def wait_for(self, wanted):
        """Until `export` names these."""
        until = time.time() + 60
        while time.time() < until:
            seen = sorted(self("export").splitlines()[1:])
            if seen == sorted(wanted):
                return
            time.sleep(0.5)
        raise Failure(f"exported {seen}, wanted {wanted}")


def operators(lab):
    config, _ = lab.config()
    service = Service(lab, config)
    tell = Operator(lab, config)
    tell("add", "Ann@Example.org", "--reason", "user_unknown", "--note",
         "she said so")
    ann = "ann@example.org,address,,default,user_unknown,,she said so"
    tell.wait_for([ann])
    check(json.loads(tell("export", "--format", "jsonl"))["recipient"] ==
          "ann@example.org", "export --format jsonl")
    check("ann@example.org" in tell("list"), "list")
    check('"note": "she said so"' in tell("show", "ann@example.org"), "show")
    check("is not" in tell("show", "bob@example.org"), "show of another")
    tell("import", "-", input="recipient,scope,qualifier\n"
         "example.net,domain,\nbob@example.org,address_list,news\n")
    rest = ["bob@example.org,address_list,news,default,,,",
            "example.net,domain,,default,,,"]
    tell.wait_for([ann, *rest])
    tell("release", "ann@example.org", "--note", "she called")
    tell.wait_for(rest)
    shown = tell("show", "ann@example.org")
    lines = [line.split("  ") for line in
             shown[shown.index("history\n"):].splitlines()[1:]]
    check("is not suppressed" in shown and len(lines) == 2 and
          [line[2].strip() for line in lines] == ["suppress", "release"] and
          "user_unknown, for good" in lines[0][-1] and
          lines[1][-1].endswith(": she called"), f"history: {shown}")
    service.stop()
    service = Service(lab, config)  # what it forgot, it read back
    tell("release", "example.net", "--scope", "domain")
    tell.wait_for(rest[:1])
    service.stop()
    say("operators add, import, list, show, export and release")


def dead_letters(lab):
    """Somebody who uses `ricochet dead-letters`."""
    config, topics = lab.config()
    logs = topics["mail.logs"]
    service = Service(lab, config)

    def tell(*arguments):
        return run(lab.ricochet, "dead-letters", arguments[0], "-c", config,
                   *arguments[1:], stdout=subprocess.PIPE,
                   stderr=subprocess.DEVNULL, text=True).stdout

    def wait_for(count):
        until = time.time() + 60
        while time.time() < until:
            letters = [json.loads(line) for line in
                       tell("list", "--format", "json").splitlines()]
            if len(letters) == count:
                return letters
            time.sleep(0.5)
        raise Failure(f"listed {letters}, wanted {count}")

    line = "Nov 21 19:36:16 mx1 postfix/smtp[1]: 4F1C2T: to=<\x1b[2J"
    run("kcat", "-b", lab.bootstrap, "-P", "-t", logs, "-k", "mx1", "-p", "0",
        input=line, text=True)
    letter, = wait_for(1)
    check(letter["source"] == {"topic": logs, "partition": 0, "offset": 0},
          f"source of {letter}")
    place = f"{letter['partition']}:{letter['offset']}"
    check("\x1b" not in tell("list") + tell("show", place), "an escape")
    check("bad_syntax" in tell("show", f"{logs}:0:0"), "show by the source")
    check(tell("show", place, "--raw") == line, "show --raw")
    check(f"1  to {logs}" in tell("replay", "--dry-run"), "--dry-run")
    wait_for(1)
    tell("replay", "--yes")
    offsets = [(each["source"]["partition"], each["source"]["offset"],
                each["key"], each["size"]) for each in wait_for(2)]
    check(offsets == [(0, 0, "mx1", len(line)), (0, 1, "mx1", len(line))],
          f"replayed as {offsets}")
    service.stop()
    say("dead letters listed, shown and replayed")


def in_a_lab(purpose, build, work, keep=False):
    """Calls work(lab) in a lab of its own; the program's exit code."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"ricochet-{purpose}-"))
    lab = None
    try:
        lab = Lab(folder, pathlib.Path(build).resolve())
        work(lab)
        return 0
    except Failure as failure:
        say(f"FAILED: {failure}")
        return 1
    finally:
        if lab is not None:
            lab.close()
        if keep:
            say(f"kept {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--keep", action="store_true")
    arguments = parser.parse_args()

    def work(lab):
        keyed = make_log(lab, arguments.lines)
        undisturbed(lab, keyed, arguments.lines)
        stopped_in_the_middle(lab, keyed, arguments.lines)
        operators(lab)
        dead_letters(lab)

    return in_a_lab("e2e", arguments.build, work, arguments.keep)


if __name__ == "__main__":
    sys.exit(main())
