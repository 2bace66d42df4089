#!/usr/bin/env python3
"""Releases come, change, go back and go on a real kube-apiserver whose
namespace takes only pods of the Pod Security level `restricted`.

    cluster_test.py
"""
import contextlib
import copy
import json
import os
import subprocess
import tempfile
import unittest

import yaml

from chart import (CASES, CHART, DOCS, NEEDED, Refused, blocks, helm, over,
                   tool)
from kube_api import JobController, KubeApi, Refusal

NAMESPACE = "mail"
KINDS = [("v1", "configmaps"), ("v1", "services"), ("v1", "serviceaccounts"),
         ("apps/v1", "statefulsets"), ("batch/v1", "jobs"),
         ("policy/v1", "poddisruptionbudgets"),
         ("networking.k8s.io/v1", "networkpolicies"),
         ("autoscaling/v2", "horizontalpodautoscalers"),
         ("keda.sh/v1alpha1", "scaledobjects"),
         ("keda.sh/v1alpha1", "triggerauthentications"),
         ("monitoring.coreos.com/v1", "podmonitors"),
         ("monitoring.coreos.com/v1", "servicemonitors"),
         ("monitoring.coreos.com/v1", "prometheusrules")]
# schemas_test.py looks into these; here they are only to be there.
CUSTOM = {"keda.sh": ("v1alpha1", ["ScaledObject", "TriggerAuthentication"]),
          "monitoring.coreos.com": ("v1", ["PodMonitor", "ServiceMonitor",
                                           "PrometheusRule"])}


def define_custom_resources(api):
    for group, (version, kinds) in CUSTOM.items():
        for kind in kinds:
            plural = kind.lower() + "s"
            api.ask("POST",
                    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
                        "apiVersion": "apiextensions.k8s.io/v1",
                        "kind": "CustomResourceDefinition",
                        "metadata": {"name": f"{plural}.{group}"},
                        "spec": {
                            "group": group, "scope": "Namespaced",
                            "names": {"kind": kind, "plural": plural,
                                      "singular": kind.lower()},
                            "versions": [{
                                "name": version, "served": True,
                                "storage": True,
                                "schema": {"openAPIV3Schema": {
                                    "type": "object",
                                    "x-kubernetes-preserve-unknown-fields":
                                        True}}}]}})


class Cluster(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        stack = contextlib.ExitStack()
        cls.addClassCleanup(stack.close)
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        cls.api = stack.enter_context(KubeApi(folder))
        cls.environment = os.environ | {
            "KUBECONFIG": f"{folder}/kubeconfig", "HELM_CACHE_HOME": folder,
            "HELM_CONFIG_HOME": folder, "HELM_DATA_HOME": folder}
        levels = {f"pod-security.kubernetes.io/{mode}": "restricted"
                  for mode in ("enforce", "warn", "audit")}
        cls.api.ask("POST", "/api/v1/namespaces", {
            "apiVersion": "v1", "kind": "Namespace",
            "metadata": {"name": NAMESPACE, "labels": levels}})
        # What its controller would make, and what cases name.
        for name in ("default", "mail"):
            cls.api.ask("POST", f"/api/v1/namespaces/{NAMESPACE}"
                        "/serviceaccounts", {
                            "apiVersion": "v1", "kind": "ServiceAccount",
                            "metadata": {"name": name}})
        cls.api.ask("POST", "/apis/scheduling.k8s.io/v1/priorityclasses", {
            "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass",
            "metadata": {"name": "high"}, "value": 1000})
        define_custom_resources(cls.api)
        cls.jobs = stack.enter_context(JobController(cls.api, NAMESPACE))

    def setUp(self):
        self.before = self.objects()
        self.addCleanup(self.remove_releases)

    def remove_releases(self):
        self.jobs.fail_with = ""
        for name in self.helm("list", "-aq").split():
            self.helm("uninstall", name)

    def helm(self, *arguments, values=None):
        """Runs it in the namespace; its words. A warning is a failure."""
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            if values is not None:
                json.dump(values, file)
                file.flush()
                arguments += ("-f", file.name)
            return helm(*arguments, "-n", NAMESPACE, env=self.environment)

    def change(self, how, release, values):
        return self.helm(how, release, CHART, "--timeout", "60s",
                         values=values)

    def objects(self):
        """All of the namespace, as {(kind, name): object}."""
        return {(kind, name): each for api, kind in KINDS for name, each in
                self.api.items(NAMESPACE, api, kind).items()}

    def made(self, release):
        """The objects of a release."""
        return {key: each for key, each in self.objects().items()
                if each["metadata"].get("labels", {}).get(
                    "app.kubernetes.io/instance") == release}

    def take_pods(self):
        """The server takes a pod of every set; returns how many there are."""
        sets = self.api.items(NAMESPACE, "apps/v1", "statefulsets").values()
        for each in sets:
            self.api.take_pod(NAMESPACE, each["spec"]["template"])
        self.assertEqual([], self.api.warnings)
        return len(sets)

    def test_every_case_is_installed_and_its_pods_are_taken(self):
        for case in CASES:
            with self.subTest(case.name):
                values = yaml.safe_load(case.read_text())
                self.jobs.ended.clear()
                notes = self.change("install", "mail-eu", values)
                self.assertIn("STATUS: deployed", notes)
                self.assertIn("How it is:", notes)
                self.assertEqual(2 if values.get("layout") == "split" else 1,
                                 self.take_pods())
                creates = values.get("topics", {}).get("create", True)
                self.assertEqual([""] * creates,
                                 list(self.jobs.ended.values()))
                self.helm("uninstall", "mail-eu")
                self.assertEqual(set(self.before), set(self.objects()))

    def test_what_restricted_forbids_is_refused(self):
        self.change("install", "mail-eu", NEEDED)
        (pods,) = self.api.items(NAMESPACE, "apps/v1", "statefulsets").values()
        template = pods["spec"]["template"]
        for path, value in (("runAsNonRoot", False),
                            ("seccompProfile", {"type": "Unconfined"})):
            worse = copy.deepcopy(template)
            worse["spec"]["securityContext"][path] = value
            with self.assertRaisesRegex(Refusal, "violates PodSecurity"):
                self.api.take_pod(NAMESPACE, worse)
        worse = copy.deepcopy(template)
        del worse["spec"]["containers"][0]["securityContext"]["capabilities"]
        with self.assertRaisesRegex(Refusal, "unrestricted capabilities"):
            self.api.take_pod(NAMESPACE, worse)
        worse = copy.deepcopy(template)
        worse["spec"]["serviceAccountName"] = "nobody"
        with self.assertRaisesRegex(Refusal, "nobody.* not found"):
            self.api.take_pod(NAMESPACE, worse)

    def test_a_release_is_upgraded_and_rolled_back(self):
        self.change("install", "mail-eu", NEEDED)
        first = self.made("mail-eu")
        more = over(NEEDED, {
            "config": {"log": {"level": "warning"},
                       "kafka": {"stop_deadline": "1m"}},
            "combined": {"replicas": 5}, "preStopSeconds": 5,
            "rules": {"files": {"05-own.toml": "# ours\n"}},
            "http": {"tlsSecret": "page"},
            "monitoring": {"scrape": "pod", "rules": True, "dashboard": True}})
        self.change("upgrade", "mail-eu", more)
        second = self.made("mail-eu")
        name = "mail-eu-ricochet"
        pods = second["statefulsets", name]["spec"]
        self.assertEqual(5, pods["replicas"])
        self.assertEqual(75, pods["template"]["spec"][
            "terminationGracePeriodSeconds"])
        self.assertIn("05-own.toml",
                      second["configmaps", name + "-rules"]["data"])
        self.assertEqual({("configmaps", name + "-dashboard"),
                          ("podmonitors", name), ("prometheusrules", name)},
                         set(second) - set(first))
        self.assertEqual(first["statefulsets", name]["metadata"]["uid"],
                         second["statefulsets", name]["metadata"]["uid"])
        self.take_pods()

        self.helm("rollback", "mail-eu", "1")
        third = self.made("mail-eu")
        self.assertEqual(set(first), set(third))
        for key, each in first.items():
            for part in ("spec", "data"):
                self.assertEqual(each.get(part), third[key].get(part), key)

    def test_it_goes_from_each_case_to_each_other(self):
        cases = [yaml.safe_load(case.read_text()) for case in CASES]
        for values in cases:  # one name: an override would be another set
            values.pop("fullnameOverride", None)
        self.change("install", "mail-eu", cases[0])
        for number in (1, 2, 3, 1, 3, 0, 2):
            self.change("upgrade", "mail-eu", cases[number])
            self.take_pods()

    def test_two_releases_live_side_by_side(self):
        self.change("install", "mail-eu", NEEDED)
        eu = self.made("mail-eu")
        with self.assertRaisesRegex(Refused, "release mail-eu writes the topic "
                                    r"\S+ already: set outputPrefix"):
            self.change("install", "mail-us", NEEDED)
        self.assertEqual({}, self.made("mail-us"))

        us = over(NEEDED, {"outputPrefix": "us."})
        self.change("install", "mail-us", us)
        self.assertEqual({kind for kind, _ in eu},
                         {kind for kind, _ in self.made("mail-us")})
        self.assertEqual(2, self.take_pods())
        self.change("upgrade", "mail-us", over(us, {
            "combined": {"replicas": 3}}))
        self.assertEqual(eu, self.made("mail-eu"))  # not even touched
        self.change("upgrade", "mail-eu", NEEDED)  # its own topics are no bar
        self.helm("uninstall", "mail-us")
        self.assertEqual({}, self.made("mail-us"))
        self.assertEqual(set(eu), set(self.made("mail-eu")))

    def test_the_commands_of_the_docs_do_what_they_say(self):
        path = f"{tool('helm')}:{os.environ['PATH']}"
        with tempfile.TemporaryDirectory() as folder:
            os.symlink(CHART.parent, folder + "/helm")
            with open(folder + "/values.yaml", "w", encoding="utf-8") as file:
                file.write(blocks(DOCS, "yaml")[0])
            for commands in blocks(DOCS, "sh"):
                done = subprocess.run(
                    ["bash", "-ec", commands], cwd=folder, text=True,
                    env=self.environment | {"PATH": path}, check=False,
                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                self.assertEqual(0, done.returncode, done.stdout)
        self.assertEqual({"mail", "bulk"},
                         set(self.helm("list", "-q").split()))
        self.assertEqual(2, self.take_pods())

    def test_nothing_is_installed_when_topics_cannot_be_made(self):
        self.jobs.fail_with = "no broker"
        with self.assertRaisesRegex(Refused, "failed pre-install"):
            self.change("install", "mail-eu", NEEDED)
        self.assertNotIn("statefulsets",
                         {kind for kind, _ in self.made("mail-eu")})
        self.jobs.fail_with = ""
        self.change("upgrade", "mail-eu", NEEDED)  # mended, it goes on
        self.take_pods()


if __name__ == "__main__":
    for needed in ("helm", "etcd", "kube-apiserver"):
        tool(needed)
    unittest.main()
