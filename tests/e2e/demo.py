#!/usr/bin/env python3
"""Runs `ricochet demo` as a newcomer does, and looks at it while it serves.

    demo.py build/release/ricochet
"""

import pathlib
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request

from serving_demo import SOURCE, ServingDemo


def check(truth, text):
    if not truth:
        sys.exit(f"FAILED: {text}")


def get(port, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}",
                                    timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def ends_by_itself(program):
    done = subprocess.run([program, "demo", "--listen", "127.0.0.1:0"],
                          cwd=SOURCE, capture_output=True, text=True,
                          timeout=240)
    check(done.returncode == 0, done.stderr)
    records = dict(re.findall(r"^  ([\w.-]+) +(\d+) records$", done.stdout,
                              re.MULTILINE))
    for topic in ("mail.logs", "mail.delivery-events", "ricochet.evidence",
                  "mail.suppressions"):
        check(int(records.get(topic, 0)) > 0, f"nothing in {topic}: {records}")
    check("at least once" in done.stderr, "it does not say its guarantee")
    check("Suppressions" in done.stdout, "no report")
    return records


def serves(program):
    demo = ServingDemo(program)
    port = demo.port
    check(get(port, "/healthz")[0] == 200, "/healthz")
    check(get(port, "/readyz")[0] == 200, "/readyz")
    check(get(port, "/nothing")[0] == 404, "an unknown path")

    def lines():
        text = get(port, "/metrics")[1]
        return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines()
                   if line.startswith("ricochet_lines_total"))
    before, until = lines(), time.time() + 60
    while lines() <= before and time.time() < until:
        time.sleep(0.2)
    check(lines() > before, "/metrics stand still while it feeds on")
    if shutil.which("kcat"):
        seen = subprocess.run(
            ["kcat", "-b", demo.broker, "-t", "mail.suppressions", "-C", "-o",
             "beginning", "-c", "1", "-e", "-q"], capture_output=True,
            text=True, timeout=60)
        check('"action":"suppress"' in seen.stdout, "kcat sees no suppression")
    check(demo.stop() == 0, "Ctrl-C is no clean end")


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    records = ends_by_itself(program)
    serves(program)
    print("demo:", ", ".join(f"{topic} {n}" for topic, n in records.items()))


if __name__ == "__main__":
    main()
