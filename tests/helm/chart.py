"""The chart, rendered: for its tests."""
import functools
import json
import pathlib
import re
import subprocess
import sys

import yaml

SOURCE = pathlib.Path(__file__).resolve().parents[2]
CHART = SOURCE / "helm/ricochet"
CASES = sorted((CHART / "ci").glob("*-values.yaml"))
# What every release must be told.
NEEDED = {"image": {"repository": "registry.example.org/ricochet"},
          "config": {"kafka": {"brokers": "kafka.example.org:9092"}}}


DOCS = SOURCE / "docs/kubernetes.md"


def blocks(page, language):
    """The fenced blocks of a page, in order."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", page.read_text(), re.M | re.S)
    return [text for name, text in found if name == language]


class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Reads no map that has a key twice."""

    def construct_mapping(self, node, deep=False):
        keys = [key.value for key, _ in node.value]
        twice = {key for key in keys if keys.count(key) > 1}
        assert not twice, f"{node.start_mark}: twice: {twice}"
        return super().construct_mapping(node, deep)


class Refused(Exception):
    """helm's words for why it does not, or what it warns of."""


@functools.cache
def tool(name):
    """Its folder; the test ends as skipped when it cannot be had."""
    got = subprocess.run([SOURCE / "scripts/test-tools", name],
                         stdout=subprocess.PIPE, text=True, check=False)
    if got.returncode == 77:
        print(f"skipped: {name} cannot be had")
        sys.exit(77)
    got.check_returncode()
    return pathlib.Path(got.stdout.strip())


def helm(*arguments, **options):
    """Runs it; Refused, with its words, when it fails or warns."""
    done = subprocess.run([tool("helm") / "helm", *map(str, arguments)],
                          capture_output=True, text=True, check=False,
                          **options)
    words = "\n".join(line for line in done.stderr.splitlines()
                      if "found symbolic link in path" not in line)
    if done.returncode != 0 or words:
        raise Refused(done.stdout + words)
    return done.stdout


def over(values, more):
    """`values` with those of `more` in their places."""
    merged = dict(values)
    for key, value in more.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = over(merged[key], value) if both else value
    return merged


def render(values, release="mail-eu", namespace="mail", chart=CHART,
           options=()):
    """Every object that `values`, a file or a dict, makes of the chart."""
    if isinstance(values, dict):
        source, text = "-", json.dumps(values)
    else:
        source, text = str(values), ""
    out = helm("template", release, chart, "-n", namespace, "-f", source,
               *options, input=text)
    return [each for each in yaml.load_all(out, Loader) if each]


def rendered(more=None, **options):
    """What the needed values, and `more`, make."""
    return render(over(NEEDED, more or {}), **options)


def of_kind(objects, kind):
    return [each for each in objects if each["kind"] == kind]


def one(objects, kind, name=""):
    """The only one of its kind, or of its kind whose name ends in `name`."""
    found = [each for each in of_kind(objects, kind)
             if each["metadata"]["name"].endswith(name)]
    assert len(found) == 1, [each["metadata"]["name"] for each in found]
    return found[0]


def pod_of(workload):
    return workload["spec"]["template"]["spec"]


def container_of(workload):
    (container,) = pod_of(workload)["containers"]
    return container


def seconds(duration):
    number, unit = re.fullmatch(r"(\d+)(ms|s|m|h)", duration).groups()
    return int(number) * {"ms": 0.001, "s": 1, "m": 60, "h": 3600}[unit]
