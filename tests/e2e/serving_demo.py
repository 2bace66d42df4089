"""`ricochet demo --serve`, for tests."""

import pathlib
import re
import signal
import subprocess
import sys
import threading

SOURCE = pathlib.Path(__file__).resolve().parents[2]


class ServingDemo:
    """Runs from here on, on `port`; its brokers are at `broker`."""

    def __init__(self, program, *options):
        self.process = subprocess.Popen(
            [program, "demo", "--serve", "--listen", "127.0.0.1:0", *options],
            cwd=SOURCE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            text=True)
        self.port = self.broker = None
        for line in self.process.stderr:
            if found := re.search(r"127\.0\.0\.1:(\d+)/metrics", line):
                self.port = int(found[1])
            if found := re.search(r"kcat -b (\S+) -t mail.delivery-events", line):
                self.broker = found[1]
            if "Feeding on" in line:
                break
        else:
            sys.exit(f"FAILED: ricochet demo ended with {self.process.wait()}")
        if not (self.port and self.broker):
            sys.exit("FAILED: ricochet demo does not say where to look")
        # What it still says must not fill the pipe.
        self.reader = threading.Thread(target=self.process.stderr.read,
                                       daemon=True)
        self.reader.start()

    def stop(self):
        """As Ctrl-C does; its exit code."""
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()
        finally:
            self.reader.join()
            self.process.stderr.close()
