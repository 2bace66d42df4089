"""What the tests of packages have in common."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = 77


class Failure(Exception):
    pass


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def need(*tools, root=False):
    for tool in tools:
        if shutil.which(tool) is None:
            skip(f"{tool} is not installed")
    if root and os.geteuid() != 0:
        skip("only root may make namespaces and install packages")


def say(text):
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def check(truth, text):
    if not truth:
        raise Failure(text)


def run(*command, **options):
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT,
               "text": True, "stdin": subprocess.DEVNULL, "timeout": 300,
               **options}
    if "input" in options:
        options.pop("stdin")
    done = subprocess.run([str(part) for part in command], check=False,
                          **options)
    check(done.returncode == 0,
          f"{' '.join(map(str, command))} ended with {done.returncode}:\n"
          f"{done.stdout}{done.stderr or ''}")
    return done.stdout


def wait_for(what, truth, seconds=60):
    """Until truth() is true; its value."""
    until = time.time() + seconds
    while time.time() < until:
        if value := truth():
            return value
        time.sleep(0.3)
    raise Failure(f"waited {seconds} s for {what}")


def cache():
    home = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or
                        pathlib.Path.home() / ".cache")
    folder = home / "ricochet"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def blocks(heading, document=SOURCE / "docs" / "install.md"):
    """The shell blocks below a heading of a document."""
    text = document.read_text(encoding="utf-8")
    section = re.split(r"^## ", text, flags=re.MULTILINE)
    found = [part for part in section if part.startswith(heading + "\n")]
    check(len(found) == 1, f"{document.name} has no heading {heading}")
    return re.findall(r"^```sh\n(.*?)^```", found[0],
                      re.MULTILINE | re.DOTALL)


class Network:
    """A network of its own, so that nobody else has the ports of a test."""

    def __init__(self):
        need("unshare", "nsenter", "ip")
        self.holder = subprocess.Popen(
            ["unshare", "--net", "sh", "-c",
             "ip link set lo up && echo up && exec sleep infinity"],
            stdout=subprocess.PIPE, text=True)
        if self.holder.stdout.readline() != "up\n":
            skip("no network namespace can be made")

    def command(self, *command):
        return ["nsenter", "--net", f"--target={self.holder.pid}",
                *map(str, command)]

    def close(self):
        self.holder.kill()
        self.holder.wait()


class Broker:
    """A Kafka broker in a network, with the sample log."""

    LOG = SOURCE / "tests" / "data" / "samples" / "mta01.log"
    PROGRAM = SOURCE / "scripts" / "kafka-broker"

    def __init__(self, folder, network):
        need("java", "mvn", "kcat")
        run(self.PROGRAM, "fetch")
        self.folder, self.network = folder / "broker", network
        out = run(*network.command(self.PROGRAM, "start", self.folder),
                  stderr=None)
        self.address = out.strip().removeprefix("BOOTSTRAP=")

    def feed(self, topic):
        run(*self.network.command("kcat", "-b", self.address, "-P", "-t", topic,
                                  "-k", "mta01", "-l", self.LOG))

    def count(self, topic):
        """Its committed records."""
        out = run(*self.network.command(
            "kcat", "-b", self.address, "-C", "-t", topic, "-o", "beginning",
            "-e", "-q", "-X", "isolation.level=read_committed", "-f", "x\n"),
            stderr=None)
        return len(out.splitlines())

    def close(self):
        subprocess.run([self.PROGRAM, "stop", self.folder], check=False)


def expected_events(ricochet):
    """How many the sample log gives, by `ricochet report`."""
    with tempfile.NamedTemporaryFile() as events:
        run(ricochet, "report", "--events", events.name, Broker.LOG)
        return len(pathlib.Path(events.name).read_bytes().splitlines())


def main(test):
    """Runs test(folder, closing): what is in `closing` is closed after it."""
    # So that a time-out of ctest cleans up as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    # Thousands of small files: in memory where there is room.
    memory = pathlib.Path("/dev/shm")
    room = memory.is_dir() and shutil.disk_usage(memory).free > 4 << 30
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ricochet-package-",
                                           dir=memory if room else None))
    closing = []
    try:
        test(folder, closing)
        return 0
    except Failure as failure:
        say(f"FAILED: {failure}")
        return 1
    finally:
        for each in reversed(closing):
            each.close()
        shutil.rmtree(folder, ignore_errors=True)
