#!/usr/bin/env python3
"""Opens the page of a running `ricochet demo --serve` in Chromium, by
tests/page/page_test.js.

    page.py build/release/ricochet [FOLDER FOR PICTURES]

Needs chromium, node and npm, and what tests/page/package.json names from npm's
registry; ends with 77 when something of that is not to be had.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

from serving_demo import SOURCE, ServingDemo

SKIPPED = 77


def skip(why):
    print(f"SKIPPED: page: {why}")
    sys.exit(SKIPPED)


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
        demo = ServingDemo(sys.argv[1])
        try:
            done = subprocess.run(
                ["node", "page_test.js", f"http://127.0.0.1:{demo.port}",
                 *(str(pathlib.Path(path).resolve()) for path in sys.argv[2:])],
                cwd=folder)
        finally:
            demo.stop()
        return done.returncode


if __name__ == "__main__":
    sys.exit(main())
