#!/usr/bin/env python3
"""Two processes with both stages over a real Apache Kafka broker, which are
killed and stopped at random while they work. What they wrote in the end is, as
sets, what `ricochet report` makes of the same lines: events, suppressions, and
windows of bounce rates; and what the generator says that they must be.

    kafka_kills.py --build build/release [--lines 1000000] [--kills 20]
                   [--stops 5] [--outages 1] [--strict] [--seed 1]
                   [--keep]

A killed process comes back at once, as the group member that it was, or after
its partitions have moved to the other one; a stopped one wakes up when they
have, and must do no harm. A kill counts when there was lag, and, with --strict,
when the broker says, before the process comes back, that it left a transaction
open; else one of them at least must have done so, since on a busy machine the
transaction may be over before the broker has answered. In an outage the broker
itself is killed, and comes back after half a minute; both processes say that
they are not ready, and are again without being touched.
"""

import argparse
import pathlib
import random
import signal
import sys
import time
import urllib.error

from expectation import lines_of, seconds_of
from kafka_end_to_end import (BOUNCE_RATES, DEADLINE, EVENTS, HISTORY, LETTERS,
                              PARTITIONS, SUPPRESSIONS, Failure, Service,
                              canonical, check, check_events, check_history,
                              check_ids, check_suppressions, check_windows,
                              feeder, in_a_lab, make_log, owned_partitions,
                              pieces_of, say, windows_waiting)
from slow_bounces import SlowBounces

SESSION = 6  # seconds; the least that Kafka allows
BUSY = 1000  # records behind
PIECES = 2  # of the log, for each deed: not each comes at the right time
OUTAGE = 30  # seconds
WINDOWS_CLOSE = 75  # seconds after the last line: a minute idle, and some
WINDOWS_DEADLINE = 240  # on a busy machine
# Hours.
SPAN = 144  # of the log
END = 1.4  # ago
MINUTES = 4.5  # ago
SLOW = 100  # recipients refused on several days
WAITING = {"mailbox_full", "domain_not_found", "recipient_restricted"}
SETTINGS = f'session_timeout = "{SESSION}s"\ntransaction_timeout = "{SESSION}s"'


class Owners:
    """The processes, by the number of their configuration."""

    def __init__(self, lab, configs, seed, strict):
        self.lab = lab
        self.configs = configs
        self.random = random.Random(seed)
        self.services = [Service(lab, config) for config in configs]
        self.feeding = None
        self.strict = strict
        self.left_open = 0  # kills that left a transaction open

    def lag(self, number):
        """Records not yet committed, of what a living process owns."""
        return self.metrics(number).get("ricochet_consumer_lag_records", 0)

    def metrics(self, number):
        try:
            return self.services[number].metrics()
        except (OSError, urllib.error.URLError):
            return {}

    def pick(self):
        """A process that is in the middle of its work, and its lag; or None,
        when all that was sent has been read."""
        numbers = list(range(len(self.services)))
        until = time.time() + 30
        while time.time() < until:
            time.sleep(0.02)
            self.revive()
            self.random.shuffle(numbers)
            for number in numbers:
                lag = self.lag(number)
                if lag >= BUSY:
                    return number, lag
        return None

    def settle(self):
        """Waits until each partition has an owner, so that what is sent next
        is not read before anything may be done to anybody."""
        until = time.time() + 60
        while self.owned() != 2 * PARTITIONS and time.time() < until:
            self.revive()
            time.sleep(0.2)

    def owned(self):
        """Partitions of both stages, as the living processes know them."""
        return sum(owned_partitions(self.metrics(number))
                   for number in range(len(self.services)))

    def kill(self):
        """Whether it counts."""
        picked = self.pick()
        if picked is None:
            return False
        number, lag = picked
        self.services[number].process.kill()
        self.services[number].process.wait()
        left = [name for name in self.lab.open_transactions()
                if name.split("-")[-2] == str(number)]
        pause = self.random.choice((0, 0, 1, SESSION + 2))
        say(f"process {number} killed, {lag:,.0f} records behind, transactions "
            f"left open: {', '.join(left) or 'none'}; back after {pause} s")
        time.sleep(pause)
        self.services[number] = Service(self.lab, self.configs[number])
        self.left_open += bool(left)
        return bool(left) or not self.strict

    def stop(self):
        """Whether it counts."""
        picked = self.pick()
        if picked is None:
            return False
        number, lag = picked
        process = self.services[number].process
        process.send_signal(signal.SIGSTOP)
        pause = SESSION + self.random.randrange(1, 8)
        say(f"process {number} stopped for {pause} s, {lag:,.0f} records behind")
        time.sleep(pause)
        process.send_signal(signal.SIGCONT)
        return True

    def outage(self):
        """Whether it counts. kcat, which sends, does not outlive one."""
        self.feeding.wait()
        if self.pick() is None:
            return False
        self.lab.cut_broker()
        end = time.time() + OUTAGE
        said = [set() for _ in self.services]
        while time.time() < end:
            for service, reasons in zip(self.services, said):
                reasons.update(service.not_ready())
            time.sleep(0.5)
        self.lab.restart_broker()
        say(f"the broker was away for {OUTAGE} s; process 0 said: "
            f"{'; '.join(sorted(said[0]))[:300]}")
        check(all(said), "a process was ready without a broker")
        until = time.time() + 120
        while any(map(self.still_out, self.services)):
            check(time.time() < until, "not ready again: " + "".join(
                service.tail() for service in self.services))
            time.sleep(0.5)
        return True

    @staticmethod
    def still_out(service):
        check(service.process.poll() is None,
              "a process did not survive the outage: " + service.tail())
        return service.not_ready()

    def revive(self):
        """As a supervisor would: a process that was fenced twice ends."""
        for number, service in enumerate(self.services):
            if service.process.poll() is not None:
                say(f"process {number} had ended: " + service.tail()[-500:])
                self.services[number] = Service(self.lab, self.configs[number])

    def wait_until_caught_up(self):
        until = time.time() + DEADLINE
        still = 0
        while time.time() < until and still < 10:
            self.revive()
            all_metrics = [self.metrics(number)
                           for number in range(len(self.services))]
            behind = sum(metrics.get("ricochet_consumer_lag_records", 0)
                         for metrics in all_metrics)
            owned = sum(map(owned_partitions, all_metrics))
            ready = behind == 0 and owned == 2 * PARTITIONS
            still = still + 1 if ready else 0
            time.sleep(0.3)
        check(still >= 10, "a stage stays behind: " +
              "".join(service.tail() for service in self.services))

    def end(self):
        for service in self.services:
            service.stop()


def wait_for_windows(lab, topic):
    until = time.time() + WINDOWS_DEADLINE
    time.sleep(WINDOWS_CLOSE)
    while windows_waiting(lab.read(topic)) and time.time() < until:
        time.sleep(5)


def make_recent_log(lab, lines):
    """Evidence of several days, but none so old that a suppression ends. A
    minute's window takes revisions for six hours, and partitions that are idle
    for a minute go with the clock: minutes of the last hours count; since when,
    is the second that is returned. The last mails are tried again for a while,
    which must be over by now. Messages expire within the log: those are
    remembered for long."""
    options = ("--span", str(SPAN), "--lifetime", "1")
    now = time.time()
    make_log(lab, lines, *options)  # to see how much longer it gets
    log = lab.folder / "mail.log"
    hours = (last_second(log) - seconds_of("2026-11-01T00:00:00Z")) / 3600
    start = now - (hours + END) * 3600
    keyed = make_log(lab, lines, *options, more=SlowBounces(start + 3600, SLOW),
                     start=time.strftime("%Y-%m-%dT%H:%M:00Z",
                                         time.gmtime(start)))
    ago = (now - last_second(log)) / 3600
    check(END / 2 < ago < END * 2, f"the log ends {ago:.1f} h ago")
    return keyed, now - MINUTES * 3600


def last_second(log):
    with open(log, "rb") as lines:
        lines.seek(-4096, 2)
        return seconds_of(lines.read().splitlines()[-1].decode())


def make_log_for_kills(lab, lines):
    """Its keyed form, when its last minutes begin, and how many suppressions
    need several days."""
    keyed, minutes_since = make_recent_log(lab, lines)
    expired = sum(1 for event in lines_of(lab.folder / "expect.jsonl")
                  if event["outcome"] == "expired")
    check(expired, "no message expires in the log")
    slow = sum(1 for entry in lines_of(lab.folder / "expect-suppressions.jsonl")
               if entry["reason"] in WAITING)
    check(slow >= SLOW / 4, f"only {slow} suppressions need several days")
    return keyed, minutes_since, slow


def do_deeds(lab, owners, arguments, keyed, topic):
    """A piece of the log is sent meanwhile, so that there is something to do; a
    deed that did not count is done again."""
    deeds = ([owners.kill] * arguments.kills +
             [owners.stop] * arguments.stops +
             [owners.outage] * arguments.outages)
    owners.random.shuffle(deeds)
    for piece in pieces_of(keyed, PIECES * len(deeds)):
        if deeds:
            owners.settle()
        owners.feeding = feeder(lab, topic, piece)
        if deeds and deeds[-1]():
            deeds.pop()
        check(owners.feeding.wait() == 0, "kcat failed")
    check(not deeds, f"{len(deeds)} kills or stops came too late: more "
          "lines are needed")
    check(owners.left_open or not arguments.kills,
          "no kill left a transaction open")


def survive(lab, arguments):
    """The deeds that the arguments ask for; what comes out is as ever."""
    keyed, minutes_since, slow = make_log_for_kills(lab, arguments.lines)
    configs, topics = lab.configs(2, SETTINGS)
    owners = Owners(lab, configs, arguments.seed, arguments.strict)
    do_deeds(lab, owners, arguments, keyed, topics["mail.logs"])
    owners.wait_until_caught_up()
    say("caught up; windows are to close")
    wait_for_windows(lab, topics[BOUNCE_RATES])
    owners.end()
    events = [event for _, event in lab.read(topics[EVENTS])]
    with open(lab.folder / "events.jsonl", "w", encoding="utf-8") as out:
        out.writelines(canonical(event) + "\n" for event in events)
    check_ids(events)
    check_events(lab, events)
    in_force = check_suppressions(lab, lab.read(topics[SUPPRESSIONS]))
    check_history([change for _, change in lab.read(topics[HISTORY])],
                  in_force)
    windows = check_windows(lab, lab.read(topics[BOUNCE_RATES]), minutes_since)
    letters = len(lab.read(topics[LETTERS]))
    check(letters == 0, f"{letters} dead letters")
    say(f"{arguments.kills} kills, {arguments.stops} stops, "
        f"{arguments.outages} outages: {len(events)} events, and "
        f"{len(in_force)} suppressions ({slow} of several days) and "
        f"{windows} windows, equal to report and expectation")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--stops", type=int, default=5)
    parser.add_argument("--outages", type=int, default=1)
    parser.add_argument("--strict", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true")
    arguments = parser.parse_args()

    def work(lab):
        try:
            survive(lab, arguments)
        except Failure:
            say(f"open transactions: {', '.join(lab.open_transactions())}")
            raise

    return in_a_lab("kills", arguments.build, work, arguments.keep)


if __name__ == "__main__":
    sys.exit(main())
