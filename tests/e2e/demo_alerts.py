#!/usr/bin/env python3
"""That Gmail refuses our mail in `ricochet demo --serve` is an alert: a real
Prometheus with the rules that scripts/demo gives it tells a real Alertmanager.

    demo_alerts.py build/release/ricochet
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

from kafka_end_to_end import Failure, check, say
from monitoring import Alertmanager, Prometheus, missing
from serving_demo import SOURCE, ServingDemo

# Ten seconds of good times first.
INCIDENT_AFTER = "10"


def rules_of_the_demo(folder):
    subprocess.run([str(SOURCE / "scripts" / "demo-rules"), str(folder)],
                   check=True)
    return {path.name: path.read_text() for path in folder.glob("*.yml")}


def check_alert(alertmanager):
    alert = alertmanager.wait_for("RicochetProviderBlocks", 100)
    check(alert["labels"]["provider"] == "google", f"it is of {alert['labels']}")
    check(alert["labels"]["severity"] == "critical", f"it is {alert['labels']}")
    check("runbook.md#ricochetproviderblocks" in
          alert["annotations"]["runbook_url"], "it names no way out")
    for other in ("RicochetRulesReloadFailed", "RicochetConsumerBehind"):
        check(alertmanager.alert(other) is None, f"{other} is false")


def main():
    if why := missing():
        say(f"skipped: {why}")
        return 77
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ricochet-demo-alerts-"))
    running = []
    try:
        demo = ServingDemo(sys.argv[1], "--incident-after", INCIDENT_AFTER)
        running.append(demo)
        alertmanager = Alertmanager(folder)
        running.append(alertmanager)
        (folder / "rules").mkdir()
        prometheus = Prometheus(folder, demo.port, alertmanager,
                                rules_of_the_demo(folder / "rules"))
        running.append(prometheus)
        prometheus.wait_for("ricochet_build_info")
        check(alertmanager.alert("RicochetProviderBlocks") is None,
              "it is there before the incident")
        check_alert(alertmanager)
        say("demo: the incident arrived at Alertmanager")
        return 0
    except Failure as failure:
        say(f"FAILED: {failure}")
        return 1
    finally:
        for each in reversed(running):
            each.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
