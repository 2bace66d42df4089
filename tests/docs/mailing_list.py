#!/usr/bin/env python3
"""The programs of examples/, beside a real `ricochet run` and broker, and the
query of docs/suppressions.md: who may be written to after each change.

    mailing_list.py BUILD
"""
import ast
import json
import signal
import sqlite3
import subprocess
import sys
import time

from pages import SOURCE, blocks
from pypi import python_with

sys.path.insert(0, str(SOURCE / "tests/e2e"))
from kafka_end_to_end import (SUPPRESSIONS, Service, check, in_a_lab, run,
                              say)  # noqa: E402

EXAMPLES = [SOURCE / "examples" / name for name in
            ("ten_lines.py", "mailing_list.py")]
EVERYBODY = ["ann@example.org", "bob@example.org", "carol@example.net",
             "dora@example.com", "emil@example.com"]
DEADLINE = 30
# Written and never committed.
ABORTED = """
import sys
from confluent_kafka import Producer
producer = Producer({"bootstrap.servers": sys.argv[1], "transactional.id": "t"})
producer.init_transactions()
producer.begin_transaction()
producer.produce(sys.argv[2], key=sys.argv[3], value=sys.argv[4])
producer.flush()
producer.abort_transaction()
"""


def in_seconds(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


class Test:
    def __init__(self, lab, example):
        self.lab, self.example = lab, example
        self.config, names = lab.config()
        self.topic = names[SUPPRESSIONS]
        self.database = lab.folder / f"{example.stem}.db"
        self.python = python_with(SOURCE / "examples/requirements.txt")
        self.query, = blocks(SOURCE / "docs/suppressions.md", "sql")
        with sqlite3.connect(self.database) as db:
            db.execute("CREATE TABLE subscribers (address)")
            db.executemany("INSERT INTO subscribers VALUES (?)",
                           [[address] for address in EVERYBODY])

    def start(self):
        self.consumer = subprocess.Popen(
            [str(self.python), str(self.example), self.lab.bootstrap,
             str(self.database), self.topic])
        self.lab.processes.append(self.consumer)

    def stop(self):
        self.consumer.send_signal(signal.SIGTERM)
        self.consumer.wait(timeout=DEADLINE)

    def suppressions(self, *arguments):
        run(self.lab.ricochet, "suppressions", arguments[0], "-c", self.config,
            *arguments[1:], stdout=subprocess.DEVNULL)

    def suppressed(self):
        try:
            with sqlite3.connect(self.database, timeout=10) as db:
                left = {address for address, in db.execute(self.query)}
        except sqlite3.OperationalError as error:
            if "no such table" not in str(error):
                raise
            left = set(EVERYBODY)
        return set(EVERYBODY) - left

    def expect(self, what, *names):
        wanted = {address for address in EVERYBODY
                  if address.split("@")[0] in names}
        until = time.time() + DEADLINE
        while (seen := self.suppressed()) != wanted:
            check(self.consumer.poll() is None, "the consumer ended")
            check(time.time() < until, f"{what}: {seen}, not {wanted}")
            time.sleep(0.1)
        say(f"{what}: {sorted(names)}")

    def rows(self):
        with sqlite3.connect(self.database, timeout=10) as db:
            return db.execute("SELECT count(*) FROM suppressed").fetchone()[0]


def check_examples(lab):
    for example in EXAMPLES:
        say(example.name)
        check_example(lab, example)
    body = ast.parse(EXAMPLES[0].read_text()).body
    statements = [each for node in body for each in ast.walk(node)
                  if isinstance(each, ast.stmt)]
    check(len(statements) <= 10, f"ten lines? {len(statements)}")


def check_example(lab, example):
    test = Test(lab, example)
    service = Service(lab, test.config)
    service.wait_until_it_owns_all()
    test.suppressions("add", "Ann@Example.org", "--note", "asked by mail")
    test.suppressions("add", "example.com", "--scope", "domain")
    test.suppressions("add", "bob@example.org", "--scope",
                      "address_sender_domain", "--qualifier", "shop.example")
    test.suppressions("add", "carol@example.net", "--scope",
                      "address_sender_domain", "--qualifier", "other.example")
    test.start()
    test.expect("read from the beginning", "ann", "bob", "dora", "emil")
    test.suppressions("release", "example.com", "--scope", "domain")
    test.expect("released", "ann", "bob")
    test.suppressions("add", "emil@example.com", "--expires", in_seconds(5))
    test.expect("added until later", "ann", "bob", "emil")
    test.expect("expired", "ann", "bob")

    def key_of(address):
        return f"default|address|{address}"
    records = dict(lab.read(test.topic))
    entry = records[key_of("ann@example.org")]
    run("kcat", "-b", lab.bootstrap, "-P", "-t", test.topic, "-K", "\t", "-Z",
        "-X", "topic.partitioner=murmur2_random",
        input=f"{key_of('emil@example.com')}\t\n".encode())
    until = time.time() + DEADLINE
    while test.rows() != 3:  # ann, bob, carol
        check(time.time() < until, f"{test.rows()} rows after the tombstone")
        time.sleep(0.1)
    say("the tombstone took the row away")

    run(test.python, "-c", ABORTED, lab.bootstrap, test.topic,
        key_of("dora@example.com"),
        json.dumps({**entry, "recipient": "dora@example.com"}))
    test.suppressions("add", "emil@example.com")
    test.expect("aborted records are none", "ann", "bob", "emil")

    test.stop()
    test.suppressions("release", "ann@example.org")
    # As after a day, when compaction has taken release and tombstone away.
    with sqlite3.connect(test.database) as db:
        db.execute("INSERT INTO suppressed (key, recipient) VALUES (?, ?)",
                   ["default|address|dora@example.com", "dora@example.com"])
    test.start()
    test.expect("made anew after a restart", "bob", "emil")
    test.stop()
    service.stop()


def main():
    python_with(SOURCE / "examples/requirements.txt")
    return in_a_lab("list", sys.argv[1], check_examples)


if __name__ == "__main__":
    sys.exit(main())
