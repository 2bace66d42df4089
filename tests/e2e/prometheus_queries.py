#!/usr/bin/env python3
"""A real Prometheus with our rules scrapes `ricochet run`, which reads a log
with every kind of reply in it from a real broker. Every query of the dashboard
and every rule is run: each has data, and is equal to what the log, the events
and the suppressions say (expected_metrics.py). Rules that are not in order
raise an alert, which arrives at a real Alertmanager with what the runbook needs.

Rates extrapolate, so a query is compared as one of totals: with counters in the
place of what they increased by. Of the rules there is a second set for that,
whose names begin with "all_".

    prometheus_queries.py build/release
"""

import collections
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

from expected_metrics import Arrivals, Expected, Machinery
from kafka_end_to_end import (EVENTS, LETTERS, SUPPRESSIONS, Failure, Lab,
                              Service, check, feed, make_log, pieces_of, run,
                              say)
from monitoring import RULES, Alertmanager, Prometheus, missing

SOURCE = pathlib.Path(__file__).resolve().parents[2]
LINES = 120_000
VARIABLES = {"$job": ".*", "$stream": ".*", "$provider": ".*",
             "$sender_domain": ".*", "$__range": "30m",
             "$__rate_interval": "30s", "$source": "x"}
KINDS = {"delivered", "hard", "soft", "block", "admin", "undetermined"}


def bounced(queue_id, reply):
    return (f"Nov 21 19:36:16 mx9 postfix/smtp[1]: {queue_id}: "
            "to=<ann@example.org>, relay=mx.example.org[192.0.2.7]:25, delay=1,"
            f" delays=0/0/0/1, dsn=5.0.0, status=bounced (host mx.example.org"
            f"[192.0.2.7] said: {reply} (in reply to RCPT TO command))")


def kumomta(kind, code, **more):
    record = {"type": kind, "id": "1d98", "sender": "", "queue": "q",
              "recipient": "fbl@shop.example", "site": "", "size": 9,
              "response": {"code": code, "enhanced_code": None,
                           "content": "no such user", "command": None},
              "peer_address": None, "timestamp": 1795291200,
              "created": 1795291195, "num_attempts": 0,
              "bounce_classification": "Uncategorized"}
    return json.dumps(record | more, separators=(",", ":"))


# What the generated log has nothing of.
MORE_LINES = [
    bounced("4F1C2A", "530 5.7.0 Authentication required"),
    bounced("4F1C2B", "550 xyzzy"),
    "Nov 21 19:36:16 mx9 postfix/smtp[1]: 4F1C2T: to=<",
    kumomta("OOB", 550, recipient="bob@example.org"),
    kumomta("Feedback", 250, feedback_report={
        "feedback_type": "abuse", "original_mail_from": "news@shop.example",
        "supplemental_trace": {"recipient": "ann@example.org"}}),
]


def panels():
    board = json.loads((SOURCE / "config/grafana/ricochet.json").read_text())
    for panel in board["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]
    for annotation in board["annotations"]["list"]:
        yield None, annotation["expr"]


def filled(expression):
    """As Grafana would send it."""
    for name, value in sorted(VARIABLES.items(), reverse=True):
        expression = expression.replace(name, value)
    check("$" not in expression, f"unknown variable in {expression}")
    return expression


def totals(text):
    """The same of all that was ever counted, which can be told exactly."""
    text = re.sub(r"\b(?:increase|rate)\s*\(([^()]*?)\[[^]]*\]\s*\)", r"\1", text)
    return re.sub(r"\b(job\w*:ricochet_\w+:\w+)", r"all_\1", text)


def rules():
    """Ours, more often than once a minute, and those of totals."""
    texts = {name: (RULES / name).read_text().replace(
        "    interval: 1m\n", "    interval: 1s\n")
        for name in ("recording.yml", "alerts.yml")}
    texts["totals.yml"] = totals(texts["recording.yml"]).replace(
        "name: ricochet\n", "name: all\n")
    return texts


def all_of(text):
    """A ranking's query without its end."""
    return re.sub(r"^topk\(\d+, (.*)\)$", r"\1", text, flags=re.DOTALL)


def same(left, right):
    left, right = ({labels: value for labels, value in side.items() if value}
                   for side in (left, right))
    return left.keys() == right.keys() and all(
        abs(left[labels] - right[labels]) < 1e-9 * max(1, abs(right[labels]))
        for labels in left)


def without_job(values):
    return {tuple(label for label in labels if label[0] not in
                  ("__name__", "job")): value
            for labels, value in values.items()}


def machinery(service):
    still = ("ricochet_consumer_lag_records{", "ricochet_transactions_total{",
             "ricochet_batch_seconds_bucket{", "ricochet_correlation_entries")
    return Machinery({series: value
                      for series, value in service.metrics().items()
                      if series.startswith(still)})


class Answers:
    """What Prometheus says of one moment, in which the pipeline rests."""

    def __init__(self, prometheus, service):
        until = time.time() + 120
        while True:
            self.machinery = machinery(service)
            time.sleep(3)  # a scrape, and the rules
            self.ask_panels(prometheus)
            self.ask_rules(prometheus)
            if self.machinery.series == machinery(service).series:
                return
            check(time.time() < until, "the pipeline does not come to rest")

    def ask_panels(self, prometheus):
        self.panels = collections.defaultdict(list)
        for title, expression in panels():
            seen = prometheus.query(filled(expression))
            if title is None:
                continue
            check(seen, f"{title}: no data: {expression}")
            self.panels[title].append(
                prometheus.query(all_of(totals(filled(expression)))))

    def ask_rules(self, prometheus):
        self.recorded, self.alerts, self.rules = {}, set(), 0
        for group in prometheus.get("rules")["groups"]:
            for rule in group["rules"]:
                check(rule["health"] == "ok",
                      f"{rule['name']}: {rule.get('lastError')}")
                self.rules += group["name"] != "all"
                self.ask_rule(prometheus, rule)

    def ask_rule(self, prometheus, rule):
        name = rule["name"]
        if rule["type"] == "alerting":
            for labels in prometheus.query(totals(rule["query"])):
                self.alerts.add((name, rule["labels"]["severity"],
                                 dict(labels).get("provider")))
            return
        seen = prometheus.query(name)
        check(seen, f"{name}: no data")
        if name.startswith("all_"):
            self.recorded[name.removeprefix("all_")] = without_job(seen)


def compare(what, seen, wanted):
    check(same(seen, wanted), f"{what}: Prometheus has "
          f"{sorted(seen.items())[:9]}, the events say "
          f"{sorted(wanted.items())[:9]}")


def check_answers(answers, expected):
    wanted = expected.panels(answers.machinery)
    check(wanted.keys() == answers.panels.keys(),
          f"panels: {wanted.keys() ^ answers.panels.keys()}")
    for title, queries in wanted.items():
        check(len(queries) == len(answers.panels[title]),
              f"{title}: {len(answers.panels[title])} queries")
        for number, values in enumerate(queries):
            compare(title, answers.panels[title][number], values)
    wanted = expected.recorded(answers.machinery)
    check(wanted.keys() == answers.recorded.keys(),
          f"rules: {wanted.keys() ^ answers.recorded.keys()}")
    for name, values in wanted.items():
        compare(name, answers.recorded[name], values)
    wanted = expected.alerts()
    check(answers.alerts == wanted, "alerts whose condition holds: "
          f"{sorted(map(str, answers.alerts))}, not {sorted(map(str, wanted))}")


def letters_of(lab, topic):
    """Dead letters, by MTA and cause."""
    out = run("kcat", "-b", lab.bootstrap, "-C", "-t", topic, "-o", "beginning",
              "-e", "-q", "-X", "isolation.level=read_committed", "-f",
              "%h\t%s\n", stdout=subprocess.PIPE, text=True).stdout
    letters = collections.Counter()
    for headers, line in (text.split("\t", 1) for text in out.splitlines()):
        cause = re.search(r"\breason=(\w+)", headers)[1]
        letters["postfix" if "postfix/" in line else "unknown", cause] += 1
    return letters


def fates_of(lab, events, letters):
    """Lines by what became of them; of those without events, as `report` says
    of the log."""
    fates = json.loads((lab.folder / "report.json").read_text())["lines"]["fates"]
    emitted = {(event["source"]["partition"], event["source"]["offset"])
               for event in events}
    check(len(emitted) == fates["emitted"] + len(MORE_LINES) - letters.total(),
          f"{len(emitted)} lines have events; of the log: {fates['emitted']}")
    return fates | {"emitted": len(emitted), "dead_lettered": letters.total()}


def expectation(lab, topics):
    events = [event for _, event in lab.read(topics[EVENTS])]
    letters = letters_of(lab, topics[LETTERS])
    check(letters.total() == 1, f"dead letters: {letters}")
    expected = Expected(events, Arrivals(lab.folder / "mail.log"),
                        lab.read(topics[SUPPRESSIONS]),
                        fates_of(lab, events, letters), letters)
    kinds = {kind for _, kind in expected.outcomes}
    check(KINDS <= kinds, f"no outcome is of kind {KINDS - kinds}")
    return expected


def check_counters(prometheus, expected):
    """What no panel shows."""
    check(expected.reports == {"hard": 1, "none": 1},
          f"reports: {expected.reports}")
    compare("reports", prometheus.query(
        "sum by (kind) (ricochet_reports_total)"),
        {(("kind", kind),): n for kind, n in expected.reports.items()})
    compare("suppressions", prometheus.query(
        "sum by (reason, scope) (ricochet_suppressions_active)"),
        {(("reason", reason), ("scope", scope)): n
         for (reason, scope), n in expected.active.items()})


def check_unkeyed(prometheus, lab, topic, keyed):
    """Input without keys is noticed, and keyed input is not suspected."""
    hosts = prometheus.query("ricochet_unkeyed_hosts")
    check(list(hosts.values()) == [0], f"keyed input is suspected: {hosts}")
    delivery = next(line.partition("\t")[2] for line
                    in keyed.read_text().splitlines() if "status=sent" in line)
    for partition in "01":
        subprocess.run(["kcat", "-b", lab.bootstrap, "-P", "-t", topic, "-p",
                        partition], input=delivery, text=True, check=True)
    prometheus.wait_for("ricochet_unkeyed_hosts == 1")


def check_alert(alertmanager, lab):
    """Rules that are not in order are refused, and somebody is told."""
    (lab.rules / "99-broken.toml").write_text("[[rule]]\nid = 'broken'\n")
    alert = alertmanager.wait_for("RicochetRulesReloadFailed")
    check(alert["labels"]["severity"] == "warning", f"severity of {alert}")
    page, _, anchor = alert["annotations"]["runbook_url"].partition("#")
    headings = (SOURCE / page).read_text().lower().splitlines()
    check(f"## {anchor}" in headings, f"no {anchor} in {page}")


def check_annotation(prometheus):
    """That rules were read again is marked in all curves."""
    marked = [filled(expression) for title, expression in panels()
              if title is None]
    check(len(marked) == 1, f"annotations: {marked}")
    seen = prometheus.query(marked[0])
    check(list(seen.values()) == [1], f"reloads: {seen}")


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    if why := missing():
        say(f"skipped: {why}")
        return 77
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ricochet-prometheus-"))
    lab = prometheus = alertmanager = None
    try:
        lab = Lab(folder, build)
        keyed = make_log(lab, LINES, "--profile", "truth")
        config, topics = lab.config()
        with config.open("a") as more:  # each sender domain has its series
            more.write("[metrics]\nsender_threshold = 1\nsender_domains = 9999\n")
        service = Service(lab, config)
        alertmanager = Alertmanager(folder)
        prometheus = Prometheus(folder, service.port, alertmanager, rules())
        prometheus.wait_for("ricochet_build_info")
        more = folder / "more.keyed"
        more.write_text("".join(f"mx9\t{line}\n" for line in MORE_LINES))
        for piece in [*pieces_of(keyed, 6), more]:
            feed(lab, topics["mail.logs"], piece)
            time.sleep(3)
        service.wait_until_idle(LINES + len(MORE_LINES))
        expected = expectation(lab, topics)
        answers = Answers(prometheus, service)
        check_answers(answers, expected)
        check_counters(prometheus, expected)
        check_unkeyed(prometheus, lab, topics["mail.logs"], keyed)
        check_alert(alertmanager, lab)
        check_annotation(prometheus)
        service.stop()
        say(f"{sum(map(len, answers.panels.values()))} queries of the dashboard "
            f"and {answers.rules} rules are equal to what "
            f"{expected.counted()} outcomes say")
        return 0
    except Failure as failure:
        say(f"FAILED: {failure}")
        return 1
    finally:
        for server in (prometheus, alertmanager):
            if server is not None:
                server.stop()
        if lab is not None:
            lab.close()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
