#!/usr/bin/env python3
"""The same deliveries, logged by Postfix, Exim and Exchange: the same outcomes,
replies and verdicts.

    same_verdicts.py build/release
"""

import collections
import pathlib
import subprocess
import sys
import tempfile

from expectation import difference, lines_of

SOURCE = pathlib.Path(__file__).resolve().parents[2]
# What Exim itself adds when it gives up; in a reply it cannot be told apart.
EXIM_GIVES_UP = "retry timeout exceeded"


def report(build, folder, name):
    events = folder / f"{name}.jsonl"
    subprocess.run([build / "ricochet", "report", "--format", "json", "--events",
                    events, folder / f"{name}.log"], check=True,
                   stdout=subprocess.DEVNULL)
    return events


def rewrite(folder, events, name):
    """Logs what `events` tell as another MTA does; their new events."""
    with open(folder / f"{name}.log", "wb") as log:
        subprocess.run([sys.executable, SOURCE / "bench" / "rewrite", name,
                        events], check=True, stdout=log)


def verdicts(path, replies):
    """What each says; of deliveries, without the reply unless asked for."""
    said = collections.Counter()
    for event in lines_of(path):
        smtp, verdict = event["smtp"], dict(event["verdict"])
        if not (event["role"] == "message" and event["sender"] and
                smtp.get("reply_code")):
            continue
        if event["outcome"] == "expired" or EXIM_GIVES_UP in smtp["text"]:
            continue
        delivered = event["outcome"] == "delivered"
        said[(event["recipient"]["address"], event["outcome"],
              event["remote"]["provider"], tuple(sorted(verdict.items())),
              None if delivered and not replies else
              (smtp["reply_code"], smtp.get("enhanced_code"), smtp["text"]))] += 1
    return said


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run(
            [build / "generate", "--seed", "7", "--lines", "100000", "--start",
             "2026-11-01T00:00:00Z", "--profile", "truth", "--out",
             folder / "postfix.log"], check=True, stdout=subprocess.DEVNULL)
        postfix = report(build, folder, "postfix")
        for mta in ("exim", "exchange"):
            rewrite(folder, postfix, mta)
            other = report(build, folder, mta)
            # Exchange's row has the answer to RCPT, not that to the data.
            replies = mta == "exim"
            left, right = (verdicts(path, replies) for path in (postfix, other))
            if not left or left != right:
                print(f"left is Postfix, right {mta}:\n" + difference(left, right))
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
