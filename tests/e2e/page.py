#!/usr/bin/env python3
"""Opens the page of a running `ricochet demo --serve` in Chromium, by
tests/page/page_test.js.

    page.py build/release/ricochet [FOLDER FOR PICTURES]

Needs chromium, node and npm, and what tests/page/package.json names from npm's
registry; ends with 77 when something of that is not to be had.
"""

import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = 77


def skip(why):
    print(f"SKIPPED: page: {why}")
    sys.exit(SKIPPED)


def start(program):
    """The process and its port."""
    serving = subprocess.Popen(
        [program, "demo", "--serve", "--listen", "127.0.0.1:0"], cwd=SOURCE,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    port = None
    for line in serving.stderr:
        if found := re.search(r"127\.0\.0\.1:(\d+)/metrics", line):
            port = int(found[1])
        if "Feeding on" in line:
            return serving, port
    sys.exit(f"FAILED: ricochet demo ended with {serving.wait()}")


def main():
    for tool in ("chromium", "node", "npm"):
        if shutil.which(tool) is None:
            skip(f"{tool} is not installed")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name) / "page"
        shutil.copytree(SOURCE / "tests" / "page", folder, ignore=lambda *_:
                        ["node_modules"])
        installed = subprocess.run(
            ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund"],
            cwd=folder, capture_output=True, text=True)
        if installed.returncode != 0:
            skip(f"npm install: {installed.stderr[-500:]}")
        serving, port = start(sys.argv[1])
        try:
            done = subprocess.run(
                ["node", "page_test.js", f"http://127.0.0.1:{port}",
                 *(str(pathlib.Path(path).resolve()) for path in sys.argv[2:])],
                cwd=folder)
        finally:
            serving.send_signal(signal.SIGTERM)
            # What it still says must not fill the pipe.
            serving.communicate(timeout=60)
        return done.returncode


if __name__ == "__main__":
    sys.exit(main())
