#!/usr/bin/env python3
"""Runs `ricochet demo --serve` and looks at its /metrics: Prometheus' linter
finds nothing wrong, and the page has what docs/metrics.md says, nothing else.

Usage: metrics_text_test.py build/release/ricochet
Exits with 77, having said what is missing, where it cannot run.
"""
import re
import sys
import unittest
import urllib.request

from metrics_page import SOURCE, documented, promtool, run_promtool

sys.path.insert(0, str(SOURCE / "tests" / "e2e"))
from serving_demo import ServingDemo  # noqa: E402

PROGRAM = sys.argv[1]
# As the page says; to Prometheus, a label that is empty is none.
WITHOUT_REASON = ("ricochet_suppressions_total", "ricochet_suppressions_active")
SERIES = re.compile(r"(\w+)(?:\{(.*)\})? \S+$")


def metrics_text():
    """Returns /metrics once the demo has fed all samples."""
    demo = ServingDemo(PROGRAM)
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{demo.port}/metrics",
                                    timeout=30) as answer:
            return answer.read().decode()
    finally:
        demo.stop()


class MetricsText(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.text = metrics_text()

    def test_the_linter_finds_nothing_wrong(self):
        done = run_promtool("check", "metrics", input=self.text)
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_series_and_labels_are_those_of_the_page(self):
        known, values = documented()
        seen = set()
        for line in self.text.splitlines():
            if line.startswith("#"):
                continue
            found = SERIES.match(line)
            self.assertTrue(found, line)
            labels = dict(re.findall(r'(\w+)="([^"]*)"', found[2] or ""))
            self.assertIn(found[1], known)
            self.assertEqual(labels.keys(), known[found[1]], line)
            if found[1] in WITHOUT_REASON and labels["reason"] == "":
                del labels["reason"]
            for label in labels.keys() & values.keys():
                self.assertIn(labels[label], values[label], line)
            seen.add(found[1])
        # What the samples have much of.
        self.assertGreaterEqual(seen, {
            "ricochet_lines_total", "ricochet_attempts_total",
            "ricochet_outcomes_total", "ricochet_bounces_total",
            "ricochet_verdicts_total", "ricochet_suppressions_total",
            "ricochet_suppressions_active",
            "ricochet_consumer_lag_records", "ricochet_transactions_total"})


def main():
    if promtool() is None:
        print("skipped: needs promtool; scripts/setup unpacks it")
        return 77
    done = unittest.main(argv=sys.argv[:1], exit=False)
    return 0 if done.result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
