#!/usr/bin/env python3
"""The number of futex calls of `ricochet report` does not grow with the lines.

    report_takes_no_locks.py build/release
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile


def futexes(program, log, folder):
    """Counts the futex system calls of one report."""
    trace = pathlib.Path(folder, "trace")
    subprocess.run(["strace", "-f", "-qq", "-e", "trace=futex", "-o", trace,
                    program, "report", "--format", "json", log],
                   stdout=subprocess.DEVNULL, check=True)
    return trace.read_text().count("futex(")


def main():
    if shutil.which("strace") is None:
        print("SKIPPED: strace is not installed")
        return 77
    build = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder:
        log = f"{folder}/mail.log"
        subprocess.run([build / "generate", "--seed", "3", "--lines", "100000",
                        "--out", log], check=True, stdout=subprocess.DEVNULL)
        # The same replies again: each regex is compiled at its first use, and
        # that makes a call or two.
        counts = {}
        for times in (1, 5):
            more = f"{folder}/{times}.log"
            text = pathlib.Path(log).read_text()
            pathlib.Path(more).write_text(text * times)
            counts[times] = futexes(build / "ricochet", more, folder)
    print("futex calls by repetitions:", counts)
    few, many = counts.values()
    return 0 if 0 < many <= few else 1


if __name__ == "__main__":
    sys.exit(main())
