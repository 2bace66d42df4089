"""What the metrics must be, computed from the log, the records of the output
topics, and what /metrics itself says of the machinery: for each panel of the
dashboard, each recording rule, and each alert."""

import collections
import datetime
import math
import re

KINDS_COUNTED = ("delivered", "hard", "soft", "block", "undetermined")
OURS_TO_MEND = ("blocklisted", "spf_failed", "dkim_failed", "dmarc_failed",
                "authentication_failed", "ip_reputation", "domain_reputation")
AUTHENTICATION = ("spf_failed", "dkim_failed", "dmarc_failed",
                  "authentication_failed")
BOUNDS = (0.1, 0.5, 1, 5, 15, 60, 300, 1800, 7200, 28800, 86400, 432000)
QUEUE_LINE = re.compile(r"(\S+) (\S+) postfix\S*/(\S+)\[\d+\]: (\w{6,}): (removed)?")


def time_of(text):
    """To the millisecond, as events have it."""
    time = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return time.replace(microsecond=time.microsecond // 1000 * 1000)


def quantile(share, counts):
    """As histogram_quantile() says it: counts of each bucket of BOUNDS."""
    rank, below, lower = share * sum(counts), 0, 0
    for bound, count in zip(BOUNDS, counts):
        if below + count >= rank:
            return lower + (bound - lower) * (rank - below) / count
        below, lower = below + count, bound
    return BOUNDS[-1]


def wilson_low(part, whole, z=1.96):
    share = part / whole
    middle = share + z * z / (2 * whole)
    spread = z * math.sqrt(share * (1 - share) / whole +
                           z * z / (4 * whole * whole))
    return (middle - spread) / (1 + z * z / whole)


class Arrivals:
    """When each message came, as its host's log has it, and whether the log
    has its beginning."""

    def __init__(self, log):
        self.times = collections.defaultdict(list)
        known = set()
        for line in log.read_text().splitlines():
            found = QUEUE_LINE.match(line)
            if not found:
                continue
            stamp, host, service, queue_id, removed = found.groups()
            if (host, queue_id) not in known:
                begins = service in ("smtpd", "pickup", "cleanup")
                self.times[host, queue_id].append((time_of(stamp), begins))
            known.add((host, queue_id))
            if removed:
                known.discard((host, queue_id))

    def age(self, event):
        """Seconds; as the line itself says where the log has no beginning."""
        now = time_of(event["time"])
        came = [each for each in self.times.get(
            (event["host"], event.get("queue_id")), []) if each[0] <= now]
        if came and came[-1][1]:
            return (now - came[-1][0]).total_seconds()
        return event.get("delay_s", -1)


def changes_of(records):
    """What the records of mail.suppressions amount to: changes by what and
    why, and what is in force at the end, by reason and scope."""
    changes, present = collections.Counter(), {}
    for key, entry in records:
        before = present.pop(key, None)
        if entry is None:
            if before is not None:
                changes["expire", ""] += 1
        elif entry["action"] == "suppress":
            present[key] = entry
            if before is None:
                changes["suppress", entry["causes"][0]["reason"]] += 1
        elif before is not None:
            changes["release", before["causes"][0]["reason"]] += 1
    active = collections.Counter(
        (entry["causes"][0]["reason"], entry["scope"])
        for entry in present.values())
    return changes, active


class Expected:
    def __init__(self, events, arrivals, suppressions, fates, letters):
        """`fates`: lines by fate; `letters`: dead letters by (mta, cause)."""
        self.outcomes = collections.Counter()  # by provider, kind
        self.attempts = collections.Counter()  # by provider, outcome
        self.bounces = collections.Counter()  # by provider, reason
        self.deferrals = collections.Counter()  # by reason
        self.decided = collections.Counter()
        self.disagreements = collections.Counter()  # by provider
        self.senders = collections.Counter()  # by sender domain, kind
        self.ages = collections.defaultdict(lambda: [0] * (len(BOUNDS) + 1))
        self.reports = collections.Counter()  # by kind
        self.changes, self.active = changes_of(suppressions)
        self.fates, self.letters = fates, letters
        for event in events:
            if event["role"] == "message":
                self.add(event, arrivals)

    def add(self, event, arrivals):
        verdict, provider = event["verdict"], event["remote"]["provider"]
        outcome, kind = event["outcome"], verdict["kind"]
        is_report = event["type"] == "report"
        if is_report:
            self.reports[kind] += 1
        elif outcome != "expired":
            self.attempts[provider, outcome] += 1
        if outcome in ("deferred", "bounced"):
            self.decided[verdict["decided_by"]] += 1
            self.disagreements[provider] += verdict["disagreement"]
        if outcome == "deferred":
            self.deferrals[verdict["reason"]] += 1
        if not event["final"]:  # as a complaint
            return
        self.outcomes[provider, kind] += 1
        sender = event["sender"]
        self.senders[sender["domain"] if sender else "", kind] += 1
        if outcome != "delivered":
            self.bounces[provider, verdict["reason"]] += 1
        age = arrivals.age(event)
        if not is_report and age >= 0:
            bucket = sum(1 for bound in BOUNDS if age > bound)
            self.ages[kind][bucket] += 1

    # Sums.

    def kind(self, kind, provider=None):
        return sum(count for (at, name), count in self.outcomes.items()
                   if name == kind and provider in (None, at))

    def counted(self, provider=None):
        return sum(self.kind(kind, provider) for kind in KINDS_COUNTED)

    def tried(self, provider=None, outcome=None):
        return sum(count for (at, name), count in self.attempts.items()
                   if provider in (None, at) and outcome in (None, name))

    def providers(self, counts):
        return {provider for provider, _ in counts}

    def reason(self, reasons):
        """Failures for one of these, by provider."""
        found = collections.Counter()
        for (provider, reason), count in self.bounces.items():
            if reason in reasons:
                found[provider] += count
        return found

    def share(self, kind):
        return {(): self.kind(kind) / self.counted()}

    def began(self):
        return sum(count for (action, _), count in self.changes.items()
                   if action == "suppress")

    # Panels: by title, for each of its queries; values by labels.

    def panels(self, machinery):
        """`machinery`: what /metrics says of partitions and transactions."""
        return {**self.headline(), **self.deliveries(), **self.consequences(),
                **self.pipeline(machinery)}

    def headline(self):
        return {
            "Hard bounce rate": [self.share("hard")],
            "Block rate": [self.share("block")],
            "Soft bounce rate": [self.share("soft")],
            "Deferred attempts": [{
                (): self.tried(outcome="deferred") / self.tried()}],
            "Delivered a minute": [{(): 60 * self.kind("delivered")}],
            "Suppressed": [{(): self.active.total()}],
        }

    def deliveries(self):
        kinds = {kind for _, kind in self.outcomes}
        shown = [kind for kind in ("delivered", "hard", "soft", "block")
                 if kind in self.ages]
        return {
            "Outcomes by kind": [{(("kind", kind),): 60 * self.kind(kind)
                                  for kind in kinds}],
            "Hard bounce rate by provider": [{
                (("provider", at),): self.kind("hard", at) / self.counted(at)
                for at in self.providers(self.outcomes)
                if self.counted(at) >= 50}],
            "Final failures: provider × reason": [{
                (("provider", at), ("reason", reason)): count
                for (at, reason), count in self.bounces.items()}],
            "Sender domains by hard bounce rate": [self.worst_senders()],
            "Deferrals by reason": [{(("reason", reason),): 60 * count
                                     for reason, count
                                     in self.deferrals.items()}],
            "Time to the final outcome": [
                {(("kind", kind),): quantile(share, self.ages[kind])
                 for kind in shown} for share in (0.5, 0.95)],
        }

    def worst_senders(self):
        of = collections.Counter()
        for (domain, kind), count in self.senders.items():
            of[domain] += count if kind in KINDS_COUNTED else 0
        return {(("sender_domain", domain),): self.senders[domain, "hard"] / all
                for domain, all in of.items() if all >= 200}

    def consequences(self):
        return {
            "Suppression list: changes": [
                {tuple(label for label in (("action", action),
                                           ("reason", reason)) if label[1]):
                 3600 * count
                 for (action, reason), count in self.changes.items()},
                {(): 0}],  # the brake is off
            "Authentication, reputation and blocklists": [{
                (("provider", at), ("reason", reason)): 3600 * count
                for (at, reason), count in self.bounces.items()
                if reason in OURS_TO_MEND}],
            "Verdicts by what decided": [{
                (("decided_by", name),): count / self.decided.total()
                for name, count in self.decided.items()}],
            "Replies whose code and text disagree": [{
                (("provider", at),): 3600 * count
                for at, count in self.disagreements.items()}],
        }

    def pipeline(self, machinery):
        return {
            "Consumer lag": [machinery.sums("consumer_lag_records", "stage",
                                            "topic")],
            "Lines by fate": [{(("fate", fate),): count
                               for fate, count in self.fates.items()}],
            "Dead letters": [{(("cause", cause), ("mta", mta)): 60 * count
                              for (mta, cause), count in self.letters.items()}],
            "Transactions": [{labels: 60 * count for labels, count in
                              machinery.sums("transactions_total", "stage",
                                             "result").items()}],
            "Time of a batch": [machinery.quantiles("batch_seconds", "stage",
                                                    0.95)],
            "Messages in flight": [machinery.sums("correlation_entries")],
        }

    # Recording rules, without their label `job`.

    def recorded(self, machinery):
        return {**self.recorded_outcomes(), **self.recorded_deferrals(),
                **self.recorded_rest(), **self.recorded_machinery(machinery)}

    def recorded_outcomes(self):
        at_all = self.providers(self.outcomes)
        by_kind = {(("kind", kind),): self.kind(kind) for kind in KINDS_COUNTED}
        both = {(("kind", kind), ("provider", at)): self.kind(kind, at)
                for at in at_all for kind in KINDS_COUNTED}
        bounced = {at: sum(self.kind(kind, at) for kind in
                           ("hard", "soft", "block")) for at in [None, *at_all]}
        outcomes = "ricochet_outcomes"
        return {
            f"job_provider_kind:{outcomes}:increase1h": both,
            f"job_kind:{outcomes}:increase1h": by_kind,
            f"job_provider:{outcomes}:increase1h": {
                (("provider", at),): self.counted(at) for at in at_all},
            f"job:{outcomes}:increase1h": {(): self.counted()},
            f"job_provider_kind:{outcomes}:ratio1h": {
                labels: count / self.counted(dict(labels)["provider"])
                for labels, count in both.items()
                if self.counted(dict(labels)["provider"]) > 0},
            f"job_kind:{outcomes}:ratio1h": {
                labels: count / self.counted()
                for labels, count in by_kind.items()},
            f"job_kind:{outcomes}:ratio_low1h": {
                (("kind", "hard"),): self.hard_low()},
            "job_provider:ricochet_bounces:ratio1h": {
                (("provider", at),): bounced[at] / self.counted(at)
                for at in at_all if self.counted(at) > 0},
            "job:ricochet_bounces:ratio1h": {
                (): bounced[None] / self.counted()},
        }

    def hard_low(self):
        return wilson_low(self.kind("hard"), self.counted())

    def recorded_deferrals(self):
        at_all = self.providers(self.attempts)
        deferred = {at: self.tried(at, "deferred") for at in at_all}
        return {
            "job_provider:ricochet_attempts:increase1h": {
                (("provider", at),): self.tried(at) for at in at_all},
            "job:ricochet_attempts:increase1h": {(): self.tried()},
            "job_provider:ricochet_deferrals:increase1h": {
                (("provider", at),): deferred[at] for at in at_all},
            "job_provider:ricochet_deferrals:ratio1h": {
                (("provider", at),): deferred[at] / self.tried(at)
                for at in at_all},
            "job:ricochet_deferrals:ratio1h": {
                (): sum(deferred.values()) / self.tried()},
        }

    def recorded_rest(self):
        lines = sum(self.fates.values())
        return {
            "job_provider_reason:ricochet_bounces:increase1h": {
                (("provider", at), ("reason", reason)): count
                for (at, reason), count in self.bounces.items()},
            "job:ricochet_suppressions:increase1h": {(): self.began()},
            "job:ricochet_verdicts:increase1h": {(): self.decided.total()},
            "job:ricochet_unclassified:ratio1h": {
                (): self.decided["none"] / self.decided.total()},
            "job:ricochet_lines:increase1h": {(): lines},
            "job:ricochet_dead_letters:ratio1h": {
                (): self.fates["dead_lettered"] / lines},
        }

    def recorded_machinery(self, machinery):
        lag, begun = "consumer_lag_records", "transactions_total"
        all_begun = machinery.sums(begun, "stage")
        aborted = machinery.sums(begun, "stage", result="aborted")
        return {
            f"job_stage:ricochet_{lag}:sum": machinery.sums(lag, "stage"),
            f"job_stage_topic:ricochet_{lag}:count": machinery.counts(
                lag, "stage", "topic"),
            "job_stage:ricochet_transactions_aborted:increase15m": aborted,
            "job_stage:ricochet_transactions_aborted:ratio15m": {
                labels: aborted[labels] / count
                for labels, count in all_begun.items()},
        }

    # Alerts whose condition holds: (name, severity, provider or None).

    def alerts(self):
        held = {("RicochetHardBounces", severity, None)
                for severity, limit in (("warning", 0.02), ("critical", 0.05),
                                        ("page", 0.1))
                if self.counted() >= 200 and self.hard_low() >= limit}
        for at in self.providers(self.outcomes):
            counted = self.counted(at)
            if counted >= 50 and self.kind("block", at) / counted > 0.2:
                held.add(("RicochetProviderBlocks", "critical", at))
            fails = self.reason(AUTHENTICATION)[at]
            if counted >= 200 and fails / counted > 0.01:
                held.add(("RicochetAuthenticationFails", "critical", at))
            if self.reason(["blocklisted"])[at] >= 10:
                held.add(("RicochetBlocklisted", "critical", at))
        for at in self.providers(self.attempts):
            tried = self.tried(at)
            if tried >= 200 and self.tried(at, "deferred") / tried > 0.5:
                held.add(("RicochetProviderDefers", "warning", at))
        tries = self.decided.total()
        if tries >= 200 and self.decided["none"] / tries > 0.05:
            held.add(("RicochetUnclassified", "warning", None))
        lines = sum(self.fates.values())
        if lines >= 1000 and self.fates["dead_lettered"] / lines > 0.01:
            held.add(("RicochetDeadLetters", "warning", None))
        return held


class Machinery:
    """What /metrics says by itself of lag, transactions and batches."""

    SERIES = re.compile(r'ricochet_(\w+?)(?:\{(.*)\})?')

    def __init__(self, metrics):
        """`metrics`: values by series, as /metrics has them."""
        self.series = []
        for series, value in metrics.items():
            found = self.SERIES.fullmatch(series)
            labels = dict(re.findall(r'(\w+)="([^"]*)"', found[2] or ""))
            self.series.append((found[1], labels, value))

    def of(self, name, by, only):
        for metric, labels, value in self.series:
            if (metric == name and labels.keys() >= set(by) and
                    only.items() <= labels.items()):
                yield tuple(sorted((label, labels[label]) for label in by)), value

    def sums(self, name, *by, **only):
        sums = collections.Counter()
        for labels, value in self.of(name, by, only):
            sums[labels] += value
        return dict(sums)

    def counts(self, name, *by):
        return dict(collections.Counter(
            labels for labels, _ in self.of(name, by, {})))

    def quantiles(self, name, by, share):
        """Of a histogram, by one label."""
        found, buckets = {}, collections.defaultdict(list)
        for labels, value in self.of(f"{name}_bucket", (by, "le"), {}):
            labels = dict(labels)
            buckets[labels[by]].append((float(labels["le"]), value))
        for label, counts in buckets.items():
            lower = below = 0
            for bound, value in sorted(counts):
                if value >= share * max(counts)[1]:
                    found[(by, label),] = lower + (bound - lower) * (
                        share * max(counts)[1] - below) / (value - below)
                    break
                lower, below = bound, value
        return found
