#!/usr/bin/env python3
"""Every command of README.md and docs/ is run, or is named below with the
reason why it is not.

    commands.py BUILD

The `sh` blocks of the pages are run in order, command by command, in a copy of
the folders that they name, against one real broker that holds sample logs.
Placeholders such as BROKER are replaced, and so are paths of the system and the
port of the page. Failures are: a command that fails, or says nothing; and an
entry of ELSEWHERE that its page does not have, or has otherwise.
"""
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from elsewhere import ELSEWHERE, run_elsewhere
from pages import PAGES, SOURCE, blocks

BROKER = SOURCE / "scripts/kafka-broker"
SAMPLES = sorted((SOURCE / "tests/data/samples").glob("mta*.log"))
DEADLINE = 60

# Kafka's own commands, as its packages name them.
KAFKA = {"kafka-consumer-groups.sh":
         "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand"}
# Commands that go on until they are stopped: run beside the others.
SERVES = re.compile(r"ricochet run -c \S+$")
# These may say nothing.
SILENT = re.compile(r"^install | > ")
# These want the group's processes to be stopped meanwhile.
ALONE = "kafka-consumer-groups.sh "


def commands_of(block):
    """One for each line, those that go on with a backslash put together."""
    for line in re.sub(r"\\\n\s*", "", block).splitlines():
        line = re.sub(r"\s+#\s.*$", "", line).strip()
        if line:
            yield line


class Failure(Exception):
    pass


class Place:
    """A scratch folder that looks like a checkout, and a broker."""

    def __init__(self, folder, build):
        self.folder = folder
        self.service = None
        self.fed = False
        out = subprocess.run([BROKER, "start", folder / "broker"], check=True,
                             stdout=subprocess.PIPE, text=True).stdout
        self.bootstrap = out.split("BOOTSTRAP=")[1].split()[0]
        self.root = folder / "root"  # instead of the file system's
        self.work = folder / "work"
        for name in ("config", "rules", "examples"):
            shutil.copytree(SOURCE / name, self.work / name)
        (self.work / "build").mkdir()
        (self.work / "build/release").symlink_to(build)
        self.write_configs()
        self.write_samples()
        self.write_tools(build)
        self.places = {"BROKER": self.bootstrap,
                       "127.0.0.1:9464": f"127.0.0.1:{self.port}",
                       **{path: f"{self.root}{path}" for path in
                          ("/var/log/", "/var/lib/grafana/", "/etc/grafana/")}}

    def write_configs(self):
        config = self.work / "config/ricochet.toml"
        text = config.read_text()
        self.port = free_port()
        for old, new in {'"localhost:9092"': f'"{self.bootstrap}"',
                         "127.0.0.1:9464": f"127.0.0.1:{self.port}",
                         'session_timeout = "45s"': 'session_timeout = "6s"',
                         "partitions = 12": "partitions = 3",
                         "partitions = 24": "partitions = 3"}.items():
            assert old in text, old
            text = text.replace(old, new)
        config.write_text(text)
        # The table that docs/upgrade.md has for new state.
        block, = blocks(SOURCE / "docs/upgrade.md", "toml")
        for line in block.splitlines():
            if " = " in line:
                name = line.split(" = ")[0]
                text, count = re.subn(rf"(?m)^{name} = .*$", line, text)
                assert count == 1, line
        (self.work / "new.toml").write_text(text)

    def write_samples(self):
        logs = self.root / "var/log"
        logs.mkdir(parents=True)
        shutil.copy(SAMPLES[0], logs / "mail.log")
        shutil.copy(SAMPLES[1], logs / "mail.log.1")
        shutil.copy(SAMPLES[0], self.work / "mail.log")
        (self.work / "replies.jsonl").write_text(
            '{"response": "550 5.1.1 User unknown", "command": "RCPT"}\n')

    def write_tools(self, build):
        """A PATH that begins with what is installed elsewhere in real life."""
        tools = self.folder / "bin"
        tools.mkdir()
        (tools / "ricochet").symlink_to(build / "ricochet")
        jars = subprocess.run(
            ["bash", "-c", 'echo "${KAFKA_JAR_CACHE:-${XDG_CACHE_HOME:-'
             '$HOME/.cache}/ricochet-kafka}"'], check=True,
            stdout=subprocess.PIPE, text=True).stdout.strip()
        version = re.search(r"KAFKA_VERSION:-([\d.]+)", BROKER.read_text())[1]
        for name, java in KAFKA.items():
            script = tools / name
            script.write_text(f'#!/bin/sh\nexec java -cp "{jars}/{version}/*" '
                              f'-XX:TieredStopAtLevel=1 {java} "$@"\n')
            script.chmod(0o755)
        self.path = f"{tools}:/usr/local/bin:/usr/bin:/bin"

    def close(self):
        if self.service:
            self.service.kill()
        subprocess.run([BROKER, "stop", self.folder / "broker"], check=False)

    def run(self, command):
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command], cwd=self.work,
            env={"PATH": self.path, "HOME": str(self.folder),
                 "LC_ALL": "C.UTF-8"}, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=DEADLINE, check=False)
        if done.returncode:
            raise Failure(f"ended with {done.returncode}: {done.stderr[-600:]}")
        if not (done.stdout + done.stderr).strip() and not SILENT.search(command):
            raise Failure("it says nothing")

    def feed_once(self):
        """As a shipper would: keyed by host."""
        if self.fed:
            return
        self.fed = True
        for log in SAMPLES:
            subprocess.run(
                ["kcat", "-b", self.bootstrap, "-P", "-t", "mail.logs", "-k",
                 log.stem, "-l", log], check=True)

    def serve(self, command):
        self.stop()
        log = open(self.folder / "run.log", "ab")
        self.service = subprocess.Popen(
            command.split(), cwd=self.work, env={"PATH": self.path}, stderr=log)
        self.command = command
        until = time.time() + DEADLINE
        while not self.ready():
            tail = (self.folder / "run.log").read_text()[-600:]
            if self.service.poll() is not None or time.time() > until:
                raise Failure("it is not ready: " + tail)
            time.sleep(0.1)

    def ready(self):
        """And owns its partitions, of which each has a series."""
        at = f"http://127.0.0.1:{self.port}/"
        try:
            urllib.request.urlopen(at + "readyz", timeout=5).close()
            with urllib.request.urlopen(at + "metrics", timeout=5) as page:
                lag = re.findall(r"^ricochet_consumer_lag_records\{.*\} (\d+)$",
                                 page.read().decode(), re.M)
            return len(lag) == 6 and all(value == "0" for value in lag)
        except OSError:
            return False

    def stop(self):
        if self.service:
            self.service.send_signal(signal.SIGTERM)
            if code := self.service.wait(timeout=DEADLINE):
                raise Failure(f"ricochet run ended with {code}")
            self.service = None


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def run_here(place, command):
    for name, path in place.places.items():
        command = command.replace(name, path)
    command = re.sub(r"^curl ", "curl --fail ", command)
    if SERVES.match(command):
        place.serve(command)
    elif command.startswith(ALONE):
        serving = place.service and place.command
        place.stop()
        place.run(command)
        if serving:
            place.serve(serving)
    else:
        place.run(command)
        if command.startswith("ricochet topics create"):
            place.feed_once()


def check_pages(place):
    """What is wrong, in words."""
    problems, ran, unused = [], 0, run_elsewhere()
    for path in PAGES:
        page = str(path.relative_to(SOURCE))
        for block in blocks(path, "sh"):
            for command in commands_of(block):
                if (page, command) in run_elsewhere():
                    unused.discard((page, command))
                    continue
                start = time.time()
                try:
                    run_here(place, command)
                    ran += 1
                    print(f"{time.time() - start:5.1f} s  {page}: {command}",
                          flush=True)
                except (Failure, subprocess.TimeoutExpired) as failure:
                    problems.append(f"{page}: {command}\n    {failure}")
    problems += [f"{page} has no command {command!r} any more"
                 for page, command in sorted(unused)]
    problems += [f"ELSEWHERE names {test}, which is not there"
                 for tests in ELSEWHERE.values() for test in tests
                 if not (SOURCE / test).exists()]
    print(f"{ran} commands run, {len(run_elsewhere())} are run elsewhere")
    return problems


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="ricochet-docs-"))
    place = None
    try:
        place = Place(folder, pathlib.Path(sys.argv[1]).resolve())
        problems = check_pages(place)
        place.stop()
    except Failure as failure:
        problems = [str(failure)]
    finally:
        if place:
            place.close()
        shutil.rmtree(folder)
    if problems:
        sys.exit("FAILED\n" + "\n".join(problems))


if __name__ == "__main__":
    main()
