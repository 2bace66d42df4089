"""Mail to mailboxes that are full for days, as Postfix logs it, with what a
correct reader makes of it: the generator writes to too many recipients for one
of them to be refused on several days."""

import heapq
import json
import time

HOST = "mta99"
SENDER = "news@slow.example"
FULL = ("bounced", "5.2.2", "host mx.example.org[192.0.2.25] said: 552 5.2.2 "
        "Mailbox full (in reply to RCPT TO command)")
SENT = ("sent", "2.0.0", "250 2.0.0 Ok: queued as 12345")
# Days with mail, and of those the ones on which it was delivered. Three days
# are needed, 72 hours between the first and the last, and no delivery between.
STORIES = (
    ((0, 2, 4), (), True),
    ((0, 1, 2), (), False),
    ((0, 2, 3, 4), (3,), False),
    ((0, 1, 3, 5), (1,), False),
    ((0, 1, 2, 3, 5), (1,), True),
)


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S.000000+00:00", time.gmtime(seconds))


class SlowBounces:
    """`count` recipients from `start`, seconds since 1970, over six days."""

    def __init__(self, start, count):
        self.lines = []
        self.events = []
        self.suppressions = []
        for number in range(count):
            days, delivered, suppressed = STORIES[number % len(STORIES)]
            recipient = f"full{number}@example.org"
            for day in days:
                self._message(start + day * 24 * 3600 + 60 * number,
                              f"5{number:05X}{day:X}", recipient,
                              day in delivered)
            if suppressed:
                self.suppressions.append(
                    {"scope": "address", "key": recipient, "qualifier": "",
                     "reason": "mailbox_full"})
        self.lines.sort()

    def _message(self, at, queue_id, recipient, delivered):
        status, dsn, reply = SENT if delivered else FULL
        for second, (program, text) in enumerate((
                ("smtpd", "client=web1.slow.example[192.0.2.9]"),
                ("cleanup", f"message-id=<{queue_id}@slow.example>"),
                ("qmgr", f"from=<{SENDER}>, size=900, nrcpt=1 (queue active)"),
                ("smtp", f"to=<{recipient}>, relay=mx.example.org[192.0.2.25]"
                 f":25, delay=3, delays=2/0/0.4/0.6, dsn={dsn}, "
                 f"status={status} ({reply})"),
                ("qmgr", "removed"))):
            self.lines.append(f"{stamp(at + second)} {HOST} "
                              f"postfix/{program}[7]: {queue_id}: {text}\n")
        self.events.append({
            "time": stamp(at + 3), "host": HOST, "queue_id": queue_id,
            "recipient": recipient, "original": None, "sender": SENDER,
            "outcome": "delivered" if delivered else "bounced",
            "role": "message", "final": True, "attempt": 1,
            "reason": "delivered" if delivered else "mailbox_full",
            "last_reason": None, "kind": "delivered" if delivered else "soft"})

    def mix_into(self, folder):
        """The log, the keyed log and the expectations of make_log()."""
        for name, before in (("mail.log", ""), ("mail.keyed", HOST + "\t")):
            path = folder / name
            mixed = path.with_suffix(".mixed")
            with open(path, encoding="utf-8", errors="surrogateescape") as log, \
                    open(mixed, "w", encoding="utf-8",
                         errors="surrogateescape") as out:
                out.writelines(heapq.merge(
                    log, (before + line for line in self.lines),
                    key=lambda line: line.partition("\t")[2] or line))
            mixed.rename(path)
        for name, rows in (("expect.jsonl", self.events),
                           ("expect-suppressions.jsonl", self.suppressions)):
            with open(folder / name, "a", encoding="utf-8") as out:
                out.writelines(json.dumps(row) + "\n" for row in rows)
