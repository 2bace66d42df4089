#!/usr/bin/env python3
"""Checks the log generator: same seed, same bytes; and that what it expects
is what its log says, read here by other means.

Usage: generate_test.py GENERATOR SOURCE_DIR
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

GENERATOR, SOURCE = sys.argv[1:3]
LINES = 30_000
HEADER = re.compile(r"(\S+) (\S+) (\S+)/(\w+)\[\d+\]: (?:(\w{10,}): )?(.*)")
DELIVERY = re.compile(
    r"to=<(.*?)>, (?:orig_to=<(.*?)>, )?relay=.*, dsn=([\d.]+), "
    r"status=(\w+) \((.*)\)$")
OUTCOMES = {"sent": "delivered", "deferred": "deferred", "bounced": "bounced"}


def generate(folder, *options, seed=7, name="log"):
    """Runs the generator; returns (log, expected events, suppressions)."""
    out = pathlib.Path(folder) / name
    subprocess.run(
        [GENERATOR, f"--seed={seed}", f"--lines={LINES}", "--hosts=4",
         "--profile=truth", "--stamp=rfc3339", f"--out={out}",
         f"--expect={out}.events", f"--expect-suppressions={out}.suppressions",
         *options], check=True, stderr=subprocess.DEVNULL)
    suffixes = ("", ".events", ".suppressions")
    return [pathlib.Path(f"{out}{s}") for s in suffixes]


def read_json_lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


class Queue:
    """What the log has said about one message so far."""

    def __init__(self):
        self.sender = None
        self.tries = {}       # recipient -> number
        self.waiting = set()  # recipients deferred, not yet done

    def delivery(self, recipient, outcome):
        self.tries[recipient] = self.tries.get(recipient, 0) + 1
        (self.waiting.add if outcome == "deferred" else
         self.waiting.discard)(recipient)


def events_of(log):
    """Yields what the lines of a log say, in the words of the expectation."""
    queues = {}
    for line in log.read_text().splitlines():
        match = HEADER.match(line)
        if not match or not match[5]:
            continue
        time, host, _, daemon, queue_id, body = match.groups()
        key = host, queue_id
        queue = queues.setdefault(key, Queue())
        event = {"host": host, "queue_id": queue_id,
                 "time": time[:23] + "Z", "sender": queue.sender}
        if delivery := DELIVERY.match(body):
            recipient, original, dsn, status, _ = delivery.groups()
            queue.delivery(recipient, OUTCOMES[status])
            yield event | {
                "recipient": recipient, "original": original, "dsn": dsn,
                "outcome": OUTCOMES[status],
                "attempt": None if queue.sender is None
                else queue.tries[recipient]}
        elif "status=expired" in body:
            for recipient in sorted(queue.waiting):
                yield event | {"recipient": recipient, "outcome": "expired",
                               "attempt": queue.tries[recipient]}
        elif sender := re.match(r"from=<(.*?)>, size=", body):
            queue.sender = sender[1]
        elif body == "removed":
            del queues[key]


class GeneratorTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.files = generate(cls.folder.name)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_same_seed_gives_same_bytes(self):
        again = generate(self.folder.name, name="again")
        for one, other in zip(self.files, again):
            self.assertEqual(one.read_bytes(), other.read_bytes())

    def test_another_seed_gives_another_log(self):
        other = generate(self.folder.name, seed=8, name="other")
        self.assertNotEqual(self.files[0].read_bytes(), other[0].read_bytes())

    def test_log_has_as_many_lines_as_asked_in_order_of_time(self):
        stamps = [line.split(" ", 1)[0]
                  for line in self.files[0].read_text().splitlines()]
        self.assertEqual(len(stamps), LINES)
        self.assertEqual(stamps, sorted(stamps))

    def test_each_delivery_line_has_its_expectation(self):
        def key(event):
            return (event["time"], event["host"], event["queue_id"],
                    event["recipient"], event["outcome"])

        expected = sorted(read_json_lines(self.files[1]), key=key)
        found = sorted(events_of(self.files[0]), key=key)
        self.assertEqual(len(found), len(expected))
        self.assertGreater(len(found), LINES // 8)
        for event, expectation in zip(found, expected):
            self.assertEqual(event, {k: expectation[k] for k in event})

    def test_special_cases_are_there(self):
        events = read_json_lines(self.files[1])
        self.assertEqual({e["role"] for e in events}, {
            "message", "reinjection", "alias", "notification"})
        self.assertEqual({e["outcome"] for e in events}, {
            "delivered", "deferred", "bounced", "expired"})
        self.assertTrue(any(e["sender"] is None for e in events))
        self.assertTrue(any(e["original"] for e in events))
        self.assertTrue(all(e["last_reason"] for e in events
                            if e["outcome"] == "expired"))

    def test_queue_ids_come_again(self):
        removed = [m[2] + m[5] for m in map(
            HEADER.match, self.files[0].read_text().splitlines())
            if m and m[6] == "removed"]
        self.assertGreater(len(removed), len(set(removed)))

    def test_suppressions_follow_from_the_events(self):
        now = {"user_unknown", "mailbox_disabled", "mailbox_moved",
               "address_syntax", "domain_no_mail"}
        wanted = {((e["original"] or e["recipient"]).lower(), e["reason"])
                  for e in read_json_lines(self.files[1])
                  if e["outcome"] == "bounced" and e["role"] == "message"
                  and e["reason"] in now}
        listed = {(s["key"], s["reason"])
                  for s in read_json_lines(self.files[2])
                  if s["scope"] == "address" and s["reason"] in now}
        self.assertTrue(listed)
        self.assertEqual(listed, wanted)

    def test_one_file_a_host_holds_the_lines_of_that_host(self):
        generate(self.folder.name, name="split-{host}")
        whole = self.files[0].read_text().splitlines()
        for host in ("mta01", "mta04"):
            part = pathlib.Path(self.folder.name, f"split-{host}").read_text()
            self.assertEqual(part.splitlines(),
                             [s for s in whole if s.split(" ")[1] == host])

    def test_keyed_lines_begin_with_their_host(self):
        keyed = generate(self.folder.name, "--keyed", name="keyed")[0]
        for line, plain in zip(keyed.read_text().splitlines(),
                               self.files[0].read_text().splitlines()):
            self.assertEqual(line, plain.split(" ")[1] + "\t" + plain)

    def test_bad_arguments_are_refused(self):
        for options in (["--start=yesterday"], ["--profile=other"],
                        ["--lines=5", "--bytes=5"], ["--hosts=0"]):
            done = subprocess.run([GENERATOR, "--out=-", *options],
                                  capture_output=True, check=False)
            self.assertNotEqual(done.returncode, 0, options)
            self.assertEqual(done.stdout, b"", options)


class TemplatesTest(unittest.TestCase):
    def test_three_hundred_distinct_failures(self):
        rows = [line.split("\t") for line in
                pathlib.Path(SOURCE, "bench/templates.tsv").read_text()
                .splitlines() if line and line[0] != "#"]
        failures = {re.sub(r"\{\w+\}", "*", row[5]) for row in rows
                    if row[1] != "sent"}
        self.assertGreaterEqual(len(failures), 300)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
