#!/usr/bin/env python3
"""Checks config/prometheus: the rules and their tests with promtool, and that
rules, tests, docs/runbook.md and docs/metrics.md speak of the same things.

Usage: prometheus_test.py
Exits with 77, having said what is missing, where it cannot run.
"""
import re
import sys
import tempfile
import unittest

try:
    import yaml
except ImportError:
    yaml = None

from metrics_page import SOURCE, documented, promtool, run_promtool

FOLDER = SOURCE / "config/prometheus"
RUNBOOK = SOURCE / "docs/runbook.md"
# Which Prometheus itself adds.
TARGET_LABELS = {"job", "instance"}
FOREIGN_METRICS = {"up"}


def rules_of(name):
    groups = yaml.safe_load((FOLDER / name).read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def tests_of(name):
    return yaml.safe_load((FOLDER / name).read_text())["tests"]


def labels_of_record(name):
    """job_provider_kind:ricochet_outcomes:ratio1h has job, provider, kind."""
    return set(name.split(":")[0].split("_"))


def selectors(expression):
    """Yields each (metric, its matchers as (label, operator, value))."""
    pattern = r'([a-zA-Z_:][\w:]*)\s*(?:\{([^}]*)\})?'
    without_strings = re.sub(r'"[^"]*"', lambda m: " " * len(m[0]), expression)
    for found in re.finditer(pattern, without_strings):
        name = found[1]
        if (":" not in name and not name.startswith("ricochet_")
                and name not in FOREIGN_METRICS):
            continue
        matchers = expression[found.start(2):found.end(2)] if found[2] else ""
        yield name, re.findall(r'(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"', matchers)


def grouped_labels(expression):
    """Yields the labels in by (...), on (...) and the like."""
    for found in re.findall(
            r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)",
            expression):
        yield from re.findall(r"\w+", found)


def queries_of_runbook():
    for block in re.findall(r"```promql\n(.*?)```", RUNBOOK.read_text(), re.S):
        yield from block.strip().splitlines()


class Promtool(unittest.TestCase):
    def passes(self, done):
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_rules_are_in_order(self):
        self.passes(run_promtool("check", "rules", "recording.yml",
                                 "alerts.yml"))

    def test_recording_rules_have_the_expected_values(self):
        self.passes(run_promtool("test", "rules", "recording.test.yml"))

    def test_alerts_fire_and_are_silent(self):
        self.passes(run_promtool("test", "rules", "alerts.test.yml"))

    def test_queries_of_the_runbook_are_in_order(self):
        queries = list(queries_of_runbook())
        self.assertGreater(len(queries), 20)
        rules = [{"record": f"query:{number}", "expr": query}
                 for number, query in enumerate(queries)]
        with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
            yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]},
                           file)
            file.flush()
            self.passes(run_promtool("check", "rules", file.name))


class Coverage(unittest.TestCase):
    def test_every_level_of_every_alert_fires_and_is_silent_in_a_test(self):
        fired, silent, tested = set(), set(), set()
        for group in tests_of("alerts.test.yml"):
            for test in group["alert_rule_test"]:
                tested.add(test["alertname"])
                if not test["exp_alerts"]:
                    silent.add(test["alertname"])
                for alert in test["exp_alerts"]:
                    fired.add((test["alertname"],
                               alert["exp_labels"]["severity"]))
        alerts = rules_of("alerts.yml")
        self.assertEqual(fired, {(rule["alert"], rule["labels"]["severity"])
                                 for rule in alerts})
        self.assertEqual(silent, {rule["alert"] for rule in alerts})
        self.assertEqual(tested, silent)

    def test_every_recording_rule_has_expected_values(self):
        recorded = {rule["record"] for rule in rules_of("recording.yml")}
        tested = set()
        for group in tests_of("recording.test.yml"):
            for test in group["promql_expr_test"]:
                self.assertTrue(test["exp_samples"], test)
                tested |= {name for name, _ in selectors(test["expr"])}
        self.assertEqual(tested, recorded)

    def test_every_alert_says_what_who_and_where(self):
        for rule in rules_of("alerts.yml"):
            self.assertIn(rule["labels"]["severity"],
                          {"warning", "critical", "page"}, rule["alert"])
            for annotation in ("summary", "description", "runbook_url"):
                self.assertTrue(rule["annotations"].get(annotation),
                                f"{rule['alert']}: no {annotation}")

    def test_every_alert_has_its_section_in_the_runbook_and_no_other_has(self):
        sections = re.findall(r"^## (Ricochet\w+)$", RUNBOOK.read_text(), re.M)
        alerts = rules_of("alerts.yml")
        self.assertEqual(sections, list(dict.fromkeys(
            rule["alert"] for rule in alerts)))
        for rule in alerts:
            url = rule["annotations"]["runbook_url"]
            self.assertTrue(
                url.endswith(f"/runbook.md#{rule['alert'].lower()}"), url)


class Names(unittest.TestCase):
    """What rules and runbook name is there."""

    @classmethod
    def setUpClass(cls):
        cls.metrics, cls.values = documented()
        cls.recorded = {rule["record"] for rule in rules_of("recording.yml")}

    def expressions(self):
        for name in ("recording.yml", "alerts.yml"):
            for rule in rules_of(name):
                yield rule["expr"]
        yield from queries_of_runbook()

    def labels_of(self, metric):
        if ":" in metric:
            self.assertIn(metric, self.recorded)
            return labels_of_record(metric)
        if metric in FOREIGN_METRICS:
            return TARGET_LABELS
        self.assertIn(metric, self.metrics, "docs/metrics.md does not have it")
        return self.metrics[metric] | TARGET_LABELS

    def test_metrics_and_labels_are_documented(self):
        for expression in self.expressions():
            labels = set()
            for metric, matchers in selectors(expression):
                with self.subTest(metric=metric, expression=expression):
                    own = self.labels_of(metric)
                    self.assertLessEqual({label for label, _, _ in matchers},
                                         own)
                    labels |= own
            with self.subTest(expression=expression):
                self.assertLessEqual(set(grouped_labels(expression)), labels)

    def test_values_of_labels_are_documented(self):
        seen = 0
        for expression in self.expressions():
            for _, matchers in selectors(expression):
                for label, _, value in matchers:
                    if label not in self.values:
                        continue
                    seen += 1
                    self.assertLessEqual(set(value.split("|")),
                                         self.values[label], expression)
        self.assertGreater(seen, 10)

    def test_recorded_series_have_the_labels_of_their_names(self):
        for rule in rules_of("recording.yml"):
            name, expression = rule["record"], rule["expr"]
            sums = re.findall(r"\bby \(([^)]*)\)", expression)
            for labels in sums:
                self.assertEqual(set(re.findall(r"\w+", labels)),
                                 labels_of_record(name), name)


def main():
    if yaml is None:
        print("skipped: needs Debian's python3-yaml")
        return 77
    if promtool() is None:
        print("skipped: needs promtool; scripts/setup unpacks it")
        return 77
    done = unittest.main(exit=False)
    return 0 if done.result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
