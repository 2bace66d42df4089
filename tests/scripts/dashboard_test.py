#!/usr/bin/env python3
"""config/grafana/ricochet.json is what dashboard.py beside it makes.

    dashboard_test.py SOURCE BUILD

The library it needs is installed once, into a virtual environment in BUILD.
"""
import pathlib
import subprocess
import sys
import venv


def environment(folder, requirements):
    """Its python; None when the library cannot be had."""
    python, complete = folder / "bin" / "python", folder / "complete"
    wanted = requirements.read_text()
    if not complete.exists() or complete.read_text() != wanted:
        venv.create(folder, clear=True, with_pip=True)
        got = subprocess.run([python, "-m", "pip", "install", "--quiet",
                              "--disable-pip-version-check", "-r", requirements])
        if got.returncode != 0:
            return None
        complete.write_text(wanted)
    return python


def main():
    source, build = (pathlib.Path(name).resolve() for name in sys.argv[1:])
    grafana = source / "config" / "grafana"
    python = environment(build / "grafana-venv", grafana / "requirements.txt")
    if python is None:
        print("skipped: grafana-foundation-sdk cannot be installed from PyPI")
        return 77
    made = subprocess.run([python, grafana / "dashboard.py"], check=True,
                          capture_output=True, text=True).stdout
    if made != (grafana / "ricochet.json").read_text():
        print("config/grafana/ricochet.json is not what dashboard.py makes")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
