"""What the log generator says a correct reader makes of its lines, and events,
in terms that can be compared."""

import json


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


def lines_of(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
