#!/usr/bin/env python3
"""A real Prometheus with our rules scrapes `ricochet run`, which reads a log
with every kind of reply in it from a real broker. Every query of the dashboard
and every rule is run: none fails, all that must have data have them, and what
they count is what the events say. Rules that are not in order raise an alert,
which arrives at a real Alertmanager with what the runbook needs.

    prometheus_queries.py build/release
"""

import collections
import json
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "scripts"))
from metrics_page import tool  # noqa: E402

from kafka_end_to_end import (EVENTS, Failure, Lab, Service, check, feed,
                              make_log, pieces_of, say)

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


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_for(ask, trouble):
    """What `ask` gives, once there is something; a server may not answer yet."""
    until = time.time() + 60
    while time.time() < until:
        try:
            if answer := ask():
                return answer
        except OSError:
            pass
        time.sleep(0.5)
    raise Failure(trouble)


class Server:
    """A program that serves HTTP on `port` until it is stopped."""

    def __init__(self, folder, name, *arguments):
        with open(folder / f"{name}.log", "wb") as log:
            self.process = subprocess.Popen(
                [tool(name), *arguments], stdout=log, stderr=subprocess.STDOUT)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()


class Alertmanager(Server):
    def __init__(self, folder):
        self.port = free_port()
        config = folder / "alertmanager.yml"
        config.write_text(json.dumps({  # which is YAML, too
            "route": {"receiver": "nobody"},
            "receivers": [{"name": "nobody"}]}))
        super().__init__(
            folder, "prometheus-alertmanager", f"--config.file={config}",
            f"--storage.path={folder / 'alerts'}", "--cluster.listen-address=",
            f"--web.listen-address=127.0.0.1:{self.port}")

    def alert(self, name):
        """The alert of that name, once it has arrived."""
        with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}/api/v2/alerts",
                timeout=20) as answer:
            for alert in json.load(answer):
                if alert["labels"]["alertname"] == name:
                    return alert
        return None

    def wait_for(self, name):
        return wait_for(lambda: self.alert(name),
                        f"{name} did not arrive at Alertmanager")


class Prometheus(Server):
    def __init__(self, folder, target, alertmanager):
        self.port = free_port()
        rules = []
        for name in ("recording.yml", "alerts.yml"):
            text = (SOURCE / "config" / "prometheus" / name).read_text()
            rules.append(str(folder / name))
            (folder / name).write_text(  # more often than once a minute
                text.replace("    interval: 1m\n", "    interval: 1s\n"))
        config = folder / "prometheus.yml"
        config.write_text(json.dumps({
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": rules,
            "alerting": {"alertmanagers": [{"static_configs": [
                {"targets": [f"127.0.0.1:{alertmanager.port}"]}]}]},
            "scrape_configs": [{"job_name": "ricochet", "static_configs": [
                {"targets": [target]}]}]}))
        super().__init__(folder, "prometheus", f"--config.file={config}",
                         f"--storage.tsdb.path={folder / 'tsdb'}",
                         f"--web.listen-address=127.0.0.1:{self.port}")

    def get(self, path, **parameters):
        query = urllib.parse.urlencode(parameters)
        with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}/api/v1/{path}?{query}",
                timeout=20) as answer:
            return json.load(answer)["data"]

    def wait_for(self, expression):
        wait_for(lambda: self.get("query", query=expression)["result"],
                 f"Prometheus does not see {expression}")

    def query(self, expression):
        """Values by their labels; fails as Prometheus does."""
        try:
            data = self.get("query", query=expression)
        except urllib.error.HTTPError as error:
            raise Failure(f"{expression}: {error.read().decode()}") from error
        return {tuple(sorted(row["metric"].items())): float(row["value"][1])
                for row in data["result"]}


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


def totals(expression):
    """The same of all that was ever counted, which can be told exactly."""
    return re.sub(r"\b(?:increase|rate)\s*\(([^()]*?)\[[^]]*\]\)", r"\1",
                  filled(expression))


class Expected:
    """What the counters must be, from the events."""

    def __init__(self, events):
        self.outcomes = collections.Counter()
        self.attempts = collections.Counter()
        self.bounces = collections.Counter()
        self.deferrals = collections.Counter()
        self.decided = collections.Counter()
        for event in events:
            if event["role"] == "message":
                self.add(event)

    def add(self, event):
        verdict, provider = event["verdict"], event["remote"]["provider"]
        outcome, kind = event["outcome"], verdict["kind"]
        if outcome != "expired" and event["type"] == "attempt":
            self.attempts[outcome] += 1
        if outcome in ("deferred", "bounced"):
            self.decided[verdict["decided_by"]] += 1
        if outcome == "deferred":
            self.deferrals[verdict["reason"]] += 1
        if event["final"]:  # a complaint is not
            self.outcomes[kind] += 1
            if outcome != "delivered":
                self.bounces[provider, verdict["reason"]] += 1

    def share(self, kind):
        counted = sum(count for name, count in self.outcomes.items()
                      if name not in ("admin", "none"))
        return {(): self.outcomes[kind] / counted}

    def all(self):
        """What can be said exactly of panels: by title, values by labels."""
        return {
            "Hard bounce rate": lambda: self.share("hard"),
            "Block rate": lambda: self.share("block"),
            "Soft bounce rate": lambda: self.share("soft"),
            "Deferred attempts": lambda: {
                (): self.attempts["deferred"] / self.attempts.total()},
            "Delivered a minute": lambda: {(): 60 * self.outcomes["delivered"]},
            "Outcomes by kind": lambda: {
                (("kind", kind),): 60 * count
                for kind, count in self.outcomes.items()},
            "Final failures: provider × reason": lambda: {
                (("provider", provider), ("reason", reason)): count
                for (provider, reason), count in self.bounces.items()},
            "Deferrals by reason": lambda: {
                (("reason", reason),): 60 * count
                for reason, count in self.deferrals.items()},
            "Verdicts by what decided": lambda: {
                (("decided_by", name),): count / self.decided.total()
                for name, count in self.decided.items()},
        }


def same(left, right):
    left = {labels: value for labels, value in left.items() if value != 0}
    return left.keys() == right.keys() and all(
        abs(left[labels] - right[labels]) < 1e-9 * max(1, abs(right[labels]))
        for labels in left)


def check_panels(prometheus, expected):
    exact = expected.all()
    missing = exact.keys() - {title for title, _ in panels()}
    check(not missing, f"the dashboard has no {missing}")
    for title, expression in panels():
        seen = prometheus.query(filled(expression))
        if title is None:
            continue
        check(seen, f"{title}: no data: {expression}")
        if title not in exact:
            continue
        wanted = exact[title]()
        counted = prometheus.query(totals(expression))
        check(same(counted, wanted), f"{title}: Prometheus has "
              f"{sorted(counted.items())[:9]}, the events say "
              f"{sorted(wanted.items())[:9]}")
    return len(exact)


def check_rules(prometheus):
    """Each was evaluated without an error; all that are recorded have data."""
    groups = prometheus.get("rules")["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    check(rules, "no rules are loaded")
    for rule in rules:
        check(rule["health"] == "ok", f"{rule['name']}: {rule.get('lastError')}")
        if rule["type"] == "recording":
            check(prometheus.query(rule["name"]), f"{rule['name']}: no data")
    return len(rules)


def check_reports(prometheus):
    """What came by mail later is counted by itself."""
    seen = prometheus.query("sum by (kind) (ricochet_reports_total)")
    check(seen == {(("kind", "hard"),): 1, (("kind", "none"),): 1},
          f"reports: {seen}")
    letters = prometheus.query(
        'sum (ricochet_lines_total{fate="dead_lettered"})')
    check(list(letters.values()) == [1], f"dead letters: {letters}")


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


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    for name in ("prometheus", "prometheus-alertmanager"):
        if tool(name) is None:
            say(f"skipped: {name} is not installed")
            return 77
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ricochet-prometheus-"))
    lab = prometheus = alertmanager = None
    try:
        lab = Lab(folder, build)
        keyed = make_log(lab, LINES, "--profile", "truth")
        config, topics = lab.config()
        service = Service(lab, config)
        alertmanager = Alertmanager(folder)
        prometheus = Prometheus(folder, f"127.0.0.1:{service.port}",
                                alertmanager)
        prometheus.wait_for("ricochet_build_info")
        more = folder / "more.keyed"
        more.write_text("".join(f"mx9\t{line}\n" for line in MORE_LINES))
        for piece in [*pieces_of(keyed, 6), more]:
            feed(lab, topics["mail.logs"], piece)
            time.sleep(3)
        service.wait_until_idle(LINES + len(MORE_LINES))
        time.sleep(5)  # a scrape, and the rules
        events = [event for _, event in lab.read(topics[EVENTS])]
        expected = Expected(events)
        check(KINDS <= expected.outcomes.keys(),
              f"no outcome is of kind {KINDS - expected.outcomes.keys()}")
        exact = check_panels(prometheus, expected)
        check_reports(prometheus)
        rules = check_rules(prometheus)
        check_unkeyed(prometheus, lab, topics["mail.logs"], keyed)
        check_alert(alertmanager, lab)
        service.stop()
        say(f"{sum(1 for _ in panels())} queries of the dashboard and {rules} "
            f"rules run; {exact} queries equal to {len(events)} events")
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
