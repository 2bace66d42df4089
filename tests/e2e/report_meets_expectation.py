#!/usr/bin/env python3
"""Every reply of bench/templates.tsv, in a log of the generator: the events and
suppressions of `ricochet report` are those that the generator says they must
be.

    report_meets_expectation.py build/release
"""

import collections
import pathlib
import subprocess
import sys
import tempfile

from expectation import difference, expected_key, lines_of, seen_key


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run(
            [build / "generate", "--seed", "5", "--lines", "300000", "--hosts",
             "8", "--start", "2026-11-01T00:00:00Z", "--profile", "truth",
             "--stamp", "rfc3339", "--out", folder / "mail.log", "--expect",
             folder / "expect.jsonl", "--expect-suppressions",
             folder / "expect-suppressions.jsonl"], check=True)
        subprocess.run(
            [build / "ricochet", "report", "--format", "json", "--events",
             folder / "events.jsonl", "--suppressions",
             folder / "suppressions.jsonl", folder / "mail.log"], check=True,
            stdout=subprocess.DEVNULL)
        seen = collections.Counter(
            map(seen_key, lines_of(folder / "events.jsonl")))
        expected = collections.Counter(
            map(expected_key, lines_of(folder / "expect.jsonl")))
        suppressed = {
            (entry["scope"], entry["recipient"] or entry["domain"],
             entry["sender_domain"] or entry["list"] or "", cause["reason"])
            for entry in lines_of(folder / "suppressions.jsonl")
            for cause in entry["causes"]}
        expected_suppressed = {
            (entry["scope"], entry["key"], entry["qualifier"], entry["reason"])
            for entry in lines_of(folder / "expect-suppressions.jsonl")}
    if not suppressed or suppressed != expected_suppressed:
        print("suppressed by one and not by the other:",
              sorted(suppressed ^ expected_suppressed)[:10])
        return 1
    if not seen or seen != expected:
        print("left is what report says, right the expectation:\n" +
              difference(seen, expected))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
