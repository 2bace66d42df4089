"""A real Prometheus and a real Alertmanager, for tests."""

import json
import pathlib
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "scripts"))
from metrics_page import tool  # noqa: E402

from kafka_end_to_end import Failure

RULES = pathlib.Path(__file__).resolve().parents[2] / "config" / "prometheus"


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def missing():
    """What is not installed; None: nothing."""
    for name in ("prometheus", "prometheus-alertmanager"):
        if tool(name) is None:
            return f"{name} is not installed"
    return None


def wait_for(ask, trouble, seconds=60):
    """What `ask` gives, once there is something; a server may not answer yet."""
    until = time.time() + seconds
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

    def wait_for(self, name, seconds=60):
        return wait_for(lambda: self.alert(name),
                        f"{name} did not arrive at Alertmanager", seconds)


class Prometheus(Server):
    """Scrapes `port` each second, as job ricochet. `rules`: texts by name."""

    def __init__(self, folder, port, alertmanager, rules):
        self.port = free_port()
        for name, text in rules.items():
            (folder / name).write_text(text)
        config = folder / "prometheus.yml"
        config.write_text(json.dumps({
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(folder / name) for name in rules],
            "alerting": {"alertmanagers": [{"static_configs": [
                {"targets": [f"127.0.0.1:{alertmanager.port}"]}]}]},
            "scrape_configs": [{"job_name": "ricochet", "static_configs": [
                {"targets": [f"127.0.0.1:{port}"]}]}]}))
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
