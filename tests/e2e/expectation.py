"""What the log generator says a correct reader makes of its lines, and events,
in terms that can be compared."""

import calendar
import collections
import json
import time

LENGTHS = (60, 3600, 24 * 3600)  # of windows, in seconds


def difference(left, right):
    lines = []
    for name, extra in (("only left", left - right), ("only right", right - left)):
        for value in list(extra)[:3]:
            lines.append(f"  {name}: {value}")
    return "\n".join(lines)


def expected_key(event):
    reason = event["last_reason"] or event["reason"]
    return (event["host"], event["queue_id"], event["recipient"],
            event["original"], event["sender"], event["outcome"], event["role"],
            event["final"], event["attempt"], reason)


def seen_key(event):
    reason = event["verdict"]["last_reason"] or event["verdict"]["reason"]
    return (event["host"], event["queue_id"], event["recipient"]["address"],
            event["recipient"].get("original"),
            event["sender"] and event["sender"]["address"], event["outcome"],
            event["role"], event["final"], event.get("attempt"), reason)


def seconds_of(text):
    """Since 1970, of a time as both write it."""
    return calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S"))


def units_of(event):
    """What an expected event counts as in the bounce rates."""
    if event["role"] != "message":
        return
    if event["outcome"] != "expired":
        yield "attempts"
    if event["outcome"] == "deferred":
        yield "deferred"
    if event["final"]:
        kind = event["kind"]
        # Nothing is hard that a server said would pass.
        soft = kind == "hard" and event["outcome"] == "expired"
        yield "soft" if soft else "undetermined" if kind == "none" else kind


def expected_windows(events):
    """Counts by (start, length, sender domain, unit): by the provider that a
    server belongs to, the generator does not tell windows apart."""
    counts = collections.Counter()
    for event in events:
        domain = (event["sender"] or "").rpartition("@")[2] or "unknown"
        at = seconds_of(event["time"])
        for unit in units_of(event):
            for length in LENGTHS:
                counts[at - at % length, length, domain.lower(), unit] += 1
    return counts


def seen_windows(windows):
    """The same of the last word on each window."""
    counts = collections.Counter()
    for window in windows:
        span = window["window"]
        for unit, count in window["counts"].items():
            if count:
                counts[seconds_of(span["start"]), span["length_s"],
                       window["sender_domain"], unit] += count
    return counts


def lines_of(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
