#!/usr/bin/env python3
"""The number of futex calls of `ricochet report` does not grow with the lines.

    report_takes_no_locks.py build/release
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile


def futexes(program, log):
    """Counts the futex system calls of one report."""
    done = subprocess.run(
        ["strace", "-f", "-c", "-e", "trace=futex", program, "report",
         "--format", "json", log],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        check=True)
    found = re.search(r"(\d+)(?:\s+\d+)?\s+futex$", done.stderr, re.MULTILINE)
    return int(found[1]) if found else 0


def main():
    if shutil.which("strace") is None:
        print("SKIPPED: strace is not installed")
        return 77
    build = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        counts = {}
        for lines in (2_000, 100_000):
            log = f"{folder}/{lines}.log"
            subprocess.run([build / "generate", "--seed", "3", "--lines",
                            str(lines), "--out", log], check=True,
                           stdout=subprocess.DEVNULL)
            counts[lines] = futexes(str(build / "ricochet"), log)
    print("futex calls by lines:", counts)
    few, many = counts.values()
    return 0 if many <= few else 1


if __name__ == "__main__":
    sys.exit(main())
