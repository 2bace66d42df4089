#!/usr/bin/env python3
"""What a recipient costs in memory is measured in one place, bench/README.md;
the other pages that say so are within some octets of it.

    figures.py
"""
import re
import sys

from pages import SOURCE

# Page -> a recipient's or a delivery's octets as it says them.
SAID = {
    "docs/sizing.md": {
        "suppressed": r"suppressed recipient \| (\d+) \|",
        "watched": r"evidence against it \| (\d+) \|",
        "delivery": r"two for each mail \| (\d+) \|"},
    "docs/configuration.md": {
        "suppressed": r"suppression list, .*about (\d+) octets",
        "watched": r"some evidence against them; about (\d+) octets",
        "delivery": r"two for each; about (\d+) octets"},
    "docs/kubernetes.md": {
        "suppressed": r"(\d+) for a recipient that is suppressed or watched",
        "watched": r"(\d+) for a recipient that is suppressed or watched",
        "delivered": r"(\d+) for one that was delivered to"},
    "docs/runbook.md": {"suppressed": r"memory for it \((\d+) octets each"},
}


def figures(page, pattern):
    found = re.search(pattern, (SOURCE / page).read_text())
    if not found:
        sys.exit(f"{page} does not say {pattern!r} any more")
    return [int(each) for each in found.groups()]


def main():
    suppressed, watched, delivered = figures(
        "bench/README.md", r"by two keys \| (\d+) / (\d+) / (\d+) octets")
    measured = {"suppressed": suppressed, "watched": watched,
                "delivered": delivered, "delivery": delivered / 2}
    wrong = []
    for page, patterns in SAID.items():
        for name, pattern in patterns.items():
            said, = figures(page, pattern)
            if abs(said - measured[name]) > 0.05 * measured[name]:
                wrong.append(f"{page} says {said} octets ({name}), "
                             f"bench/README.md {measured[name]:.0f}")
    sys.exit("\n".join(wrong) or 0)


if __name__ == "__main__":
    main()
