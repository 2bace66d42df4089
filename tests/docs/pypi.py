"""Python with packages of PyPI, made once into a cache."""
import hashlib
import os
import pathlib
import subprocess
import sys


def python_with(requirements):
    """Its path; the test ends as skipped when they cannot be had."""
    cache = pathlib.Path(os.environ.get("RICOCHET_TOOLS") or
                         pathlib.Path.home() / ".cache/ricochet")
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    folder = cache / f"docs-{digest}"
    if not (folder / "ok").exists():
        try:
            subprocess.run([sys.executable, "-m", "venv", "--clear", folder],
                           check=True)
            subprocess.run([folder / "bin/pip", "--quiet", "install", "-r",
                            requirements], check=True)
        except subprocess.CalledProcessError as error:
            print(f"skipped: {requirements} cannot be had: {error}")
            sys.exit(77)
        (folder / "ok").touch()
    return folder / "bin/python"
