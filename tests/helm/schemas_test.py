#!/usr/bin/env python3
"""Every object of every case is what Kubernetes, Prometheus Operator and KEDA
say that it is, unknown fields refused.

    schemas_test.py
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import yaml

from chart import CASES, render, rendered, tool

KUBERNETES = "1.34"
# Where the packages of `models` have a kind.
PACKAGES = {"monitoring.coreos.com": "@kubernetes-models/prometheus-operator",
            "keda.sh": "@kubernetes-models/keda"}
CHECK = """
import {readFileSync} from "node:fs";
for (const {module, object} of JSON.parse(readFileSync(0, "utf8"))) {
  const Model = (await import(module))[object.kind];
  try {
    new Model(object).validate();
  } catch (error) {
    console.log(`${object.kind} ${object.metadata.name}: ${error.message}`);
    process.exitCode = 1;
  }
}
"""


def is_kubernetes(thing):
    group = thing["apiVersion"].rpartition("/")[0]
    return group not in PACKAGES


def module_of(thing):
    group, version = thing["apiVersion"].split("/")
    return f"{PACKAGES[group]}/{group}/{version}/{thing['kind']}"


def check_kubernetes(objects):
    """Returns what kubernetes-validate complains of."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        yaml.safe_dump_all(objects, file)
        file.flush()
        done = subprocess.run(
            [tool("python") / "bin/kubernetes-validate", "--strict", "-k",
             KUBERNETES, file.name], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout


def check_resources(objects):
    """Returns what the models of custom resources complain of: their
    validators know formats and limits, their types every field."""
    models = tool("models")
    node = [shutil.which("node")]
    given = [{"module": module_of(each), "object": each} for each in objects]
    # Both must lie where packages are found.
    with tempfile.TemporaryDirectory(dir=models) as folder:
        check = pathlib.Path(folder) / "check.mjs"
        check.write_text(CHECK)
        done = subprocess.run(node + [check], input=json.dumps(given),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, check=False)
        types = pathlib.Path(folder) / "types.ts"
        types.write_text("".join(
            f"import type {{I{each['object']['kind']} as T{number}}} from "
            f"\"{each['module']}\";\n"
            f"export const v{number}: T{number} = "
            f"{json.dumps(each['object'])};\n"
            for number, each in enumerate(given)))
        typed = subprocess.run(
            node + [models / "node_modules/typescript/bin/tsc", "--noEmit",
                    "--strict", "--skipLibCheck", "--module", "nodenext",
                    "--target", "es2022", types], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, check=False)
    return "".join(each.stdout for each in (done, typed) if each.returncode)


class Schemas(unittest.TestCase):
    def test_kubernetes_takes_all_of_its_own(self):
        for case in CASES:
            with self.subTest(case.name):
                own = [each for each in render(case) if is_kubernetes(each)]
                self.assertGreater(len(own), 4)
                self.assertEqual("", check_kubernetes(own))

    def test_operators_take_all_of_theirs(self):
        custom = [each for case in CASES for each in render(case)
                  if not is_kubernetes(each)]
        self.assertEqual({"PodMonitor", "ServiceMonitor", "PrometheusRule",
                          "ScaledObject", "TriggerAuthentication"},
                         {each["kind"] for each in custom})
        self.assertEqual("", check_resources(custom))


class Checks(unittest.TestCase):
    """What is wrong is found, or the tests above say nothing."""

    def setUp(self):
        self.objects = rendered({
            "combined": {"autoscaling": {"by": "keda"}},
            "monitoring": {"scrape": "pod"}})

    def of(self, kind):
        (found,) = [each for each in self.objects if each["kind"] == kind]
        return found

    def test_an_unknown_field_of_kubernetes(self):
        self.of("StatefulSet")["spec"]["replicsa"] = 1
        self.assertIn("replicsa", check_kubernetes([self.of("StatefulSet")]))

    def test_a_wrong_type_of_kubernetes(self):
        self.of("StatefulSet")["spec"]["replicas"] = "1"
        self.assertIn("replicas", check_kubernetes([self.of("StatefulSet")]))

    def test_an_unknown_field_of_an_operator(self):
        self.of("PodMonitor")["spec"]["podMetricsEndpoints"][0]["prot"] = 1
        self.assertIn("prot", check_resources([self.of("PodMonitor")]))

    def test_a_wrong_value_of_an_operator(self):
        self.of("ScaledObject")["spec"]["maxReplicaCount"] = "6"
        self.assertIn("maxReplicaCount",
                      check_resources([self.of("ScaledObject")]))
        self.of("PodMonitor")["spec"]["podMetricsEndpoints"][0][
            "interval"] = "now and then"
        self.assertIn("interval", check_resources([self.of("PodMonitor")]))


if __name__ == "__main__":
    if shutil.which("node") is None:
        print("skipped: node is not installed")
        sys.exit(77)
    tool("python"), tool("models")
    unittest.main()
