#!/usr/bin/env python3
"""Processes with both stages come and go over a real Apache Kafka broker while
they work, as the pods of a StatefulSet do that is scaled: the new ones have the
next ordinals, and those with the highest end by SIGTERM. Partitions move each
time, and what was written in the end is, as sets, what `ricochet report` makes
of the same lines: nothing is lost, and nothing comes twice.

    kafka_scaling.py --build build/release [--lines 400000] [--keep]
"""

import argparse
import pathlib
import signal
import sys
import time

from kafka_end_to_end import (DEADLINE, EVENTS, LETTERS, PARTITIONS,
                              SUPPRESSIONS, Failure, Service, check,
                              check_events, check_ids, check_suppressions,
                              feeder, in_a_lab, make_log, pieces_of, say)

STEPS = (1, 3, 4, 2, 1)  # how many processes there are
# A member that was stopped keeps its partitions for one session.
SETTINGS = 'session_timeout = "6s"\ntransaction_timeout = "6s"'
LAG = "ricochet_consumer_lag_records"


def owned(service):
    """How many partitions a process owns, by stage."""
    names = [name for name in service.metrics() if name.startswith(LAG + "{")]
    return {stage: sum(f'stage="{stage}"' in name for name in names)
            for stage in ("attempts", "ledger")}


class Replicas:
    """Those that run, in the order of their ordinals."""

    def __init__(self, lab, configs):
        self.lab = lab
        self.configs = configs
        self.services = []
        self.moved = 0  # partitions that stopped processes had

    def scale(self, number):
        while len(self.services) < number:
            config = self.configs[len(self.services)]
            self.services.append(Service(self.lab, config))
        leaving = self.services[number:]
        del self.services[number:]
        for service in leaving:
            self.moved += sum(owned(service).values())
            service.process.send_signal(signal.SIGTERM)
        for service in leaving:
            code = service.process.wait(timeout=60)
            check(code == 0, f"ended with {code}: " + service.tail())

    def wait_until_shared(self):
        """Each partition has an owner, and each process some of each stage."""
        until = time.time() + DEADLINE
        while time.time() < until:
            shares = [owned(each) for each in self.services]
            if all(sum(share[stage] for share in shares) == PARTITIONS and
                   all(share[stage] for share in shares)
                   for stage in ("attempts", "ledger")):
                return shares
            time.sleep(0.3)
        raise Failure(f"partitions are not shared out: {shares}")

    def wait_until_busy(self):
        until = time.time() + 60
        while not sum(each.metrics()[LAG] for each in self.services):
            check(time.time() < until, "there is nothing to do: more lines are "
                  "needed")
            time.sleep(0.02)

    def wait_until_caught_up(self):
        until = time.time() + DEADLINE
        still = 0
        while time.time() < until and still < 10:
            behind = sum(each.metrics()[LAG] for each in self.services)
            still = still + 1 if behind == 0 else 0
            time.sleep(0.3)
        check(still >= 10, "a stage stays behind: " + "".join(
            each.tail() for each in self.services))


def scale_through(lab, keyed):
    """Returns the topics that were written."""
    configs, topics = lab.configs(max(STEPS), SETTINGS)
    replicas = Replicas(lab, configs)
    replicas.scale(STEPS[0])
    replicas.wait_until_shared()
    for number, piece in zip(STEPS[1:], pieces_of(keyed, len(STEPS) - 1)):
        before = len(replicas.services)
        feeding = feeder(lab, topics["mail.logs"], piece)
        replicas.wait_until_busy()
        replicas.scale(number)
        check(feeding.wait() == 0, "kcat failed")
        shares = replicas.wait_until_shared()
        say(f"from {before} to {number} processes: attempts and ledger have "
            + ", ".join(f"{share['attempts']} + {share['ledger']}"
                        for share in shares))
    check(replicas.moved >= PARTITIONS, "hardly a partition has moved")
    replicas.wait_until_caught_up()
    replicas.scale(0)
    return topics


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--lines", type=int, default=400_000)
    parser.add_argument("--keep", action="store_true")
    arguments = parser.parse_args()

    def work(lab):
        keyed = make_log(lab, arguments.lines)
        topics = scale_through(lab, keyed)
        events = [event for _, event in lab.read(topics[EVENTS])]
        check_ids(events)
        check_events(lab, events)
        check_suppressions(lab, lab.read(topics[SUPPRESSIONS]))
        letters = len(lab.read(topics[LETTERS]))
        check(letters == 0, f"{letters} dead letters")
        say(f"scaled through {STEPS}: {len(events)} events and suppressions "
            "equal to report and expectation")

    return in_a_lab("scaling", arguments.build, work, arguments.keep)


if __name__ == "__main__":
    sys.exit(main())
