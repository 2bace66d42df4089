#!/usr/bin/env python3
"""What the chart makes of its values, and which it refuses in which words.

    templates_test.py RICOCHET
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import unittest

import yaml

from chart import (CASES, CHART, DOCS, NEEDED, SOURCE, Refused, blocks,
                   container_of, helm, of_kind, one, over, pod_of, render,
                   rendered, seconds)
from lay_out import environment_of, lay_out

RICOCHET = sys.argv.pop(1)
WORKLOADS = ("StatefulSet", "Job")  # whose pods are ours


def config_of(objects, component="combined"):
    text = one(objects, "ConfigMap", "-config")["data"][f"{component}.toml"]
    return tomllib.loads(text)


def in_order_of(objects):
    return [(each["kind"], each["metadata"]["name"]) for each in objects]


class Lint(unittest.TestCase):
    def test_every_case_passes(self):
        self.assertGreater(len(CASES), 3)
        for case in CASES:
            with self.subTest(case.name):
                helm("lint", "--strict", CHART, "-f", case)

    def test_what_must_be_given_is_asked_for(self):
        with self.assertRaisesRegex(Refused, "missing propert.*repository"):
            render({"config": NEEDED["config"]})
        with self.assertRaisesRegex(Refused, "missing propert.*kafka"):
            render({"image": NEEDED["image"]})


class Package(unittest.TestCase):
    def test_it_holds_everything_once(self):
        with tempfile.TemporaryDirectory() as folder:
            helm("package", CHART, "-d", folder)
            (archive,) = pathlib.Path(folder).iterdir()
            with tarfile.open(archive) as tar:
                files = {each.name.removeprefix("ricochet/"): each
                         for each in tar.getmembers()}
                self.assertEqual([], [name for name, each in files.items()
                                      if not each.isfile()])
                held = {name: tar.extractfile(each).read()
                        for name, each in files.items()}
            packaged = helm("template", "r", archive, "-n", "mail",
                            "-f", CASES[0])
        rules = {path.name: path.read_bytes()
                 for path in (SOURCE / "rules").glob("*.toml")}
        self.assertEqual(rules, {name.removeprefix("files/rules/"): text
                                 for name, text in held.items()
                                 if name.startswith("files/rules/")})
        self.assertEqual((SOURCE / "config/ricochet.toml").read_bytes(),
                         held["files/ricochet.toml"])
        self.assertEqual(packaged, helm("template", "r", CHART, "-n", "mail",
                                        "-f", CASES[0]))

    def test_its_version_is_the_program_s(self):
        version = re.search(r"project\(ricochet VERSION (\S+)",
                            (SOURCE / "CMakeLists.txt").read_text())[1]
        chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
        self.assertEqual(version, chart["appVersion"])

    def test_its_schema_is_up_to_date(self):
        made = subprocess.run([sys.executable,
                               SOURCE / "helm/values_schema.py"], check=True,
                              capture_output=True, text=True).stdout
        self.assertEqual(made, (CHART / "values.schema.json").read_text(),
                         "helm/values_schema.py says how to renew it")

    def test_every_key_of_the_configuration_is_a_value(self):
        schema = json.loads((CHART / "values.schema.json").read_text())
        config = schema["$defs"]["config"]["properties"]
        known = tomllib.loads((SOURCE / "config/ricochet.toml").read_text())
        known.pop("stages")
        for name, section in known.items():
            keys = set(section) - {"ordinal"}
            self.assertLessEqual(keys, set(config[name]["properties"]), name)


class Config(unittest.TestCase):
    def test_the_program_takes_what_its_pods_see(self):
        for case in CASES:
            objects = render(case)
            workloads = [each for kind in WORKLOADS
                         for each in of_kind(objects, kind)]
            for workload in workloads:
                with self.subTest(case.name, of=workload["metadata"]["name"]):
                    self.program_takes(workload, objects)

    def program_takes(self, workload, objects):
        arguments = container_of(workload)["args"]
        with tempfile.TemporaryDirectory() as folder:
            path = lay_out(workload, objects, pathlib.Path(folder))
            done = subprocess.run(
                [RICOCHET, "config", "check", *arguments[-2:-1],
                 path(arguments[-1])], env=environment_of(workload),
                capture_output=True, text=True, check=False)
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertNotIn("made-up", done.stdout)  # secrets are not shown

    def test_the_arguments_are_commands(self):
        objects = rendered()
        self.assertEqual(["run", "-c"], container_of(
            one(objects, "StatefulSet"))["args"][:2])
        job = container_of(one(objects, "Job"))
        self.assertEqual(["topics", "create", "-c"], job["args"][:3])
        for command in (["run"], ["topics", "create"]):
            self.assertIn("-c,--config", subprocess.run(
                [RICOCHET, *command, "--help"], capture_output=True, text=True,
                check=True).stdout)

    def test_it_is_config_ricochet_toml_but_for_what_is_named(self):
        ours = tomllib.loads((SOURCE / "config/ricochet.toml").read_text())
        config = config_of(rendered())
        own = "mail.mail-eu-ricochet."
        expected = over(ours, {
            "kafka": {"brokers": "kafka.example.org:9092",
                      "ordinal": "hostname", "group_prefix": own},
            "topics": {"evidence": own + "evidence",
                       "attempts_state": own + "attempts-state",
                       "ledger_state": own + "ledger-state"},
            "rules": {"path": "/etc/ricochet/rules"},
            "http": {"listen": "0.0.0.0:9464"},
            "log": {"format": "json"}})
        expected["kafka"].pop("properties")  # empty
        self.assertEqual(expected, config)

    def test_values_come_through_whatever_is_in_them(self):
        odd = 'say "hi" \\ <b> & \t umlaut ü \u2028 # = {x}'
        config = config_of(rendered({"config": {
            "kafka": {"cluster": odd, "properties": {
                "client.id": odd, "linger.ms": 1000000,
                "enable.ssl.certificate.verification": False}},
            "thresholds": {"hard_warning": 0.25},
            "correlate": {"max_messages": 1000000000, "relays": [odd]},
            "events": {"crosswalk": True},
            "stream": [{"header": {"name": "X", "value": odd}, "name": odd},
                       {"name": "rest"}]}}))
        self.assertEqual(odd, config["kafka"]["cluster"])
        self.assertEqual({"client.id": odd, "linger.ms": 1000000,
                          "enable.ssl.certificate.verification": False},
                         config["kafka"]["properties"])
        self.assertEqual(0.25, config["thresholds"]["hard_warning"])
        self.assertEqual(1000000000, config["correlate"]["max_messages"])
        self.assertEqual([odd], config["correlate"]["relays"])
        self.assertIs(True, config["events"]["crosswalk"])
        self.assertEqual([{"header": {"name": "X", "value": odd}, "name": odd},
                          {"name": "rest"}], config["stream"])

    def test_secrets_are_files_in_it(self):
        objects = rendered({
            "kafka": {"sasl": {"secret": "login", "passwordKey": "pw"},
                      "tls": {"enabled": True, "secret": "authority"}},
            "http": {"authSecret": "page"}})
        properties = config_of(objects)["kafka"]["properties"]
        self.assertEqual("SASL_SSL", properties["security.protocol"])
        self.assertEqual({"file": "/etc/ricochet/kafka-sasl/password"},
                         properties["sasl.password"])
        for workload in (one(objects, "StatefulSet"), one(objects, "Job")):
            volumes = {each["name"]: each["secret"]
                       for each in pod_of(workload)["volumes"]
                       if "secret" in each}
            self.assertEqual({"kafka-sasl", "kafka-tls", "http-user"},
                             set(volumes))
            self.assertIn({"key": "pw", "path": "password"},
                          volumes["kafka-sasl"]["items"])
            self.assertEqual(0o440, volumes["kafka-sasl"]["defaultMode"])

    def test_a_stage_of_its_own_is_told_so(self):
        objects = rendered({"layout": "split"})
        for stage in ("attempts", "ledger"):
            self.assertEqual([stage], config_of(objects, stage)["stages"])
            pods = one(objects, "StatefulSet", f"-{stage}")
            self.assertEqual(f"/etc/ricochet/config/{stage}.toml",
                             container_of(pods)["args"][-1])


class Rules(unittest.TestCase):
    def test_they_are_those_of_the_source(self):
        ours = {path.name: path.read_text()
                for path in (SOURCE / "rules").glob("*.toml")}
        self.assertGreater(len(ours), 20)
        mounted = one(rendered(), "ConfigMap", "-rules")["data"]
        self.assertEqual(ours, mounted)
        # What a ConfigMap holds, with room for as much again in a release.
        self.assertLess(sum(map(len, mounted.values())), 800_000)

    def test_own_files_are_added_and_replace(self):
        files = {"05-own.toml": "# ours\n", "policy.toml": "# other\n"}
        mounted = one(rendered({"rules": {"files": files}}), "ConfigMap",
                      "-rules")["data"]
        self.assertEqual(files, {name: mounted[name] for name in files})
        self.assertIn("70-recipient.toml", mounted)

    def test_only_those_that_need_it_restart_pods(self):
        def notes(files):
            return one(rendered({"rules": {"files": files}}), "StatefulSet")[
                "spec"]["template"]["metadata"]["annotations"]
        as_it_is = notes({})
        self.assertEqual(as_it_is, notes({"05-own.toml": "# ours\n"}))
        self.assertNotEqual(as_it_is, notes({"policy.toml": "# other\n"}))

    def test_another_configuration_restarts_pods(self):
        def notes(level):
            return one(rendered({"config": {"log": {"level": level}}}),
                       "StatefulSet")["spec"]["template"]["metadata"][
                           "annotations"]
        self.assertNotEqual(notes("info"), notes("debug"))

    def test_without_them_nothing_is_mounted(self):
        objects = rendered({"rules": {"mounted": False}})
        self.assertEqual("", config_of(objects)["rules"]["path"])
        self.assertNotIn("rules", [each["name"] for each in pod_of(
            one(objects, "StatefulSet"))["volumes"]])


class Names(unittest.TestCase):
    def test_two_releases_share_none(self):
        for case in CASES:
            if "fullnameOverride" in yaml.safe_load(case.read_text()):
                continue
            with self.subTest(case.name):
                one_, other = (in_order_of(render(case, release=name))
                               for name in ("mail-eu", "mail-us"))
                self.assertEqual(set(), set(one_) & set(other))

    def test_two_releases_share_no_group_and_no_state(self):
        configs = [config_of(rendered(release=name, namespace=namespace))
                   for name, namespace in (("mail-eu", "mail"),
                                           ("mail-us", "mail"),
                                           ("mail-eu", "bulk"))]
        for table, key in (("kafka", "group_prefix"), ("topics", "evidence"),
                           ("topics", "attempts_state"),
                           ("topics", "ledger_state")):
            self.assertEqual(3, len({each[table][key] for each in configs}),
                             key)

    def test_a_prefix_parts_the_outputs(self):
        topics = config_of(rendered({"outputPrefix": "us."}))["topics"]
        ours = config_of(rendered())["topics"]
        named = {key for key, name in ours.items() if isinstance(name, str)}
        internal = {"evidence", "attempts_state", "ledger_state"}
        self.assertLess(internal, named)
        for key in named - internal:
            self.assertEqual("us." + ours[key], topics[key])
        self.assertEqual(ours["logs"], topics["logs"])

    def test_neighbours_are_told_of_every_topic_that_is_written(self):
        objects = rendered()
        writes = one(objects, "StatefulSet", "")["metadata"]["annotations"][
            "ricochet/writes"].split(",")
        named = [name for name in config_of(objects)["topics"].values()
                 if isinstance(name, str)]
        self.assertEqual(sorted(named), writes)

    def test_what_the_values_name_stays(self):
        config = config_of(rendered({
            "outputPrefix": "us.",
            "config": {"kafka": {"group_prefix": "old."},
                       "topics": {"suppressions": "s"}}}))
        self.assertEqual("old.", config["kafka"]["group_prefix"])
        self.assertEqual("s", config["topics"]["suppressions"])

    def test_long_names_stay_short_and_different(self):
        long = "a-rather-long-name-of-a-release-that-is-"
        names = set()
        for end in ("one-of-53-long", "another-of-53"):
            objects = rendered({"layout": "split"}, release=long[:39] + end)
            for each in objects:
                name = each["metadata"]["name"]
                self.assertLessEqual(len(name), 52)
                self.assertRegex(name, "^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")
            names.add(one(objects, "StatefulSet", "-ledger")["metadata"][
                "name"])
        self.assertEqual(2, len(names))

    def test_selectors_find_their_own_pods_only(self):
        objects = rendered({"layout": "split", "monitoring": {"scrape": "pod"}})
        labels = {each["metadata"]["name"]:
                  each["spec"]["template"]["metadata"]["labels"]
                  for kind in WORKLOADS for each in of_kind(objects, kind)}

        def found(selector):
            return {name for name, has in labels.items()
                    if selector.items() <= has.items()}

        pods = {"mail-eu-ricochet-attempts", "mail-eu-ricochet-ledger"}
        for kind, path in (("StatefulSet", "matchLabels"),
                           ("PodDisruptionBudget", "matchLabels")):
            for each in of_kind(objects, kind):
                self.assertEqual({each["metadata"]["name"]},
                                 found(each["spec"]["selector"][path]))
        for each in of_kind(objects, "Service"):
            self.assertEqual(pods, found(each["spec"]["selector"]))
        self.assertEqual(pods, found(one(objects, "PodMonitor")["spec"][
            "selector"]["matchLabels"]))
        policies = {each["metadata"]["name"]: found(
            each["spec"]["podSelector"]["matchLabels"])
            for each in of_kind(objects, "NetworkPolicy")}
        self.assertEqual({"mail-eu-ricochet": pods,
                          "mail-eu-ricochet-topics":
                              {"mail-eu-ricochet-topics"}}, policies)


class Pods(unittest.TestCase):
    def test_they_have_time_for_their_deadline(self):
        for deadline in ("20s", "2m", "1500ms"):
            objects = rendered({"config": {"kafka": {
                "stop_deadline": deadline}}, "preStopSeconds": 7})
            pods = one(objects, "StatefulSet")
            sleep = container_of(pods)["lifecycle"]["preStop"]["sleep"]
            self.assertEqual({"seconds": 7}, sleep)
            grace = pod_of(pods)["terminationGracePeriodSeconds"]
            self.assertGreaterEqual(grace, 7 + seconds(deadline) + 10)
            self.assertLess(grace, 7 + seconds(deadline) + 12)

    def test_an_old_kubernetes_gets_no_sleep(self):
        objects = rendered(options=("--kube-version", "1.29.0"))
        self.assertNotIn("lifecycle", container_of(one(objects,
                                                       "StatefulSet")))

    def test_they_are_asked_how_they_are(self):
        container = container_of(one(rendered(), "StatefulSet"))
        for probe, path in (("startupProbe", "/healthz"),
                            ("livenessProbe", "/healthz"),
                            ("readinessProbe", "/readyz")):
            self.assertEqual({"path": path, "port": "http", "scheme": "HTTP"},
                             container[probe]["httpGet"])
        startup = container["startupProbe"]
        self.assertEqual(600, startup["periodSeconds"]
                         * startup["failureThreshold"])

    def test_they_are_asked_by_tls_where_they_speak_it(self):
        container = container_of(one(rendered({
            "http": {"tlsSecret": "page"}}), "StatefulSet"))
        self.assertEqual("HTTPS",
                         container["readinessProbe"]["httpGet"]["scheme"])

    def test_they_may_do_nothing(self):
        for case in CASES:
            objects = render(case)
            for workload in [each for kind in WORKLOADS
                             for each in of_kind(objects, kind)]:
                with self.subTest(case.name):
                    pod, container = pod_of(workload), container_of(workload)
                    self.assertIs(False, pod["automountServiceAccountToken"])
                    self.assertIs(True, pod["securityContext"]["runAsNonRoot"])
                    self.assertGreater(pod["securityContext"]["runAsUser"],
                                       10000)
                    self.assertEqual({"type": "RuntimeDefault"},
                                     pod["securityContext"]["seccompProfile"])
                    self.assertEqual({"allowPrivilegeEscalation": False,
                                      "readOnlyRootFilesystem": True,
                                      "capabilities": {"drop": ["ALL"]}},
                                     container["securityContext"])

    def test_the_ordinal_ends_their_names(self):
        # Kubernetes gives a pod the host name NAME-0, NAME-1, ...
        for layout in ("combined", "split"):
            objects = rendered({"layout": layout})
            for pods in of_kind(objects, "StatefulSet"):
                self.assertNotIn("hostname", pod_of(pods))
                self.assertNotIn("hostNetwork", pod_of(pods))
                self.assertNotIn("ordinals", pods["spec"])
                self.assertEqual({"type": "RollingUpdate"},
                                 pods["spec"]["updateStrategy"])

    def test_they_are_spread(self):
        spread = pod_of(one(rendered(), "StatefulSet"))[
            "topologySpreadConstraints"]
        self.assertEqual({"kubernetes.io/hostname",
                          "topology.kubernetes.io/zone"},
                         {each["topologyKey"] for each in spread})


class Hooks(unittest.TestCase):
    def test_topics_are_made_first_from_the_same_configuration(self):
        objects = rendered()
        hooks = [each for each in objects if "helm.sh/hook" in
                 each["metadata"].get("annotations", {})]
        self.assertEqual({"ConfigMap", "ServiceAccount", "NetworkPolicy",
                          "Job"}, {each["kind"] for each in hooks})
        for each in hooks:
            notes = each["metadata"]["annotations"]
            self.assertEqual("pre-install,pre-upgrade", notes["helm.sh/hook"])
            self.assertEqual(each["kind"] == "Job",
                             notes["helm.sh/hook-weight"] == "0")
        text = one(objects, "ConfigMap", "-topics")["data"]["topics.toml"]
        job, run = tomllib.loads(text), config_of(objects)
        for table in ("kafka", "topics"):
            self.assertEqual(run[table], job[table])

    def test_all_that_the_job_mounts_is_there_before_it(self):
        for case in CASES:
            objects = render(case)
            for job in of_kind(objects, "Job"):
                maps = {each["metadata"]["name"]
                        for each in of_kind(objects, "ConfigMap")
                        if "helm.sh/hook" in each["metadata"].get(
                            "annotations", {})}
                for volume in pod_of(job)["volumes"]:
                    if "configMap" in volume:
                        self.assertIn(volume["configMap"]["name"], maps)


class Network(unittest.TestCase):
    def policy(self, more=None):
        return one(rendered(more), "NetworkPolicy", "ricochet")["spec"]

    def ports(self, policy):
        return {(port["protocol"], port["port"])
                for rule in policy["egress"] for port in rule["ports"]}

    def test_names_and_brokers_are_all_that_is_asked(self):
        policy = self.policy({"config": {"kafka": {
            "brokers": "a.example.org:9092,[2001:db8::1]:9094"}}})
        self.assertEqual({("UDP", 53), ("TCP", 53), ("TCP", 9092),
                          ("TCP", 9094)}, self.ports(policy))

    def test_only_the_own_namespace_asks_us(self):
        (rule,) = self.policy()["ingress"]
        self.assertEqual([{"podSelector": {}}], rule["from"])
        self.assertEqual([{"protocol": "TCP", "port": "http"}], rule["ports"])

    def test_the_port_is_that_of_the_configuration(self):
        objects = rendered({"config": {"http": {"listen": "[::]:8080"}}})
        container = container_of(one(objects, "StatefulSet"))
        self.assertEqual([{"name": "http", "containerPort": 8080}],
                         container["ports"])
        for service in of_kind(objects, "Service"):
            self.assertEqual(8080, service["spec"]["ports"][0]["port"])


class Scaling(unittest.TestCase):
    def scaled(self, by, **more):
        return {"autoscaling": {"by": by, **more}}

    def test_a_scaled_set_has_no_number_of_its_own(self):
        self.assertEqual(2, one(rendered(), "StatefulSet")["spec"]["replicas"])
        for by, kind in (("hpa", "HorizontalPodAutoscaler"),
                         ("keda", "ScaledObject")):
            objects = rendered({"combined": self.scaled(by)})
            pods = one(objects, "StatefulSet")
            self.assertNotIn("replicas", pods["spec"])
            self.assertEqual(
                {"apiVersion": "apps/v1", "kind": "StatefulSet",
                 "name": pods["metadata"]["name"]},
                one(objects, kind)["spec"]["scaleTargetRef"])

    def test_keda_asks_for_the_groups_and_topics_of_the_configuration(self):
        objects = rendered({"combined": self.scaled("keda", lag=5000),
                            "config": {"topics": {"logs": ["a", "b"]}}})
        own = "mail.mail-eu-ricochet."
        triggers = one(objects, "ScaledObject")["spec"]["triggers"]
        self.assertEqual(
            [("a", own + "attempts"), ("b", own + "attempts"),
             (own + "evidence", own + "ledger")],
            [(each["metadata"]["topic"], each["metadata"]["consumerGroup"])
             for each in triggers])
        for each in triggers:
            self.assertEqual("5000", each["metadata"]["lagThreshold"])
            self.assertEqual("kafka.example.org:9092",
                             each["metadata"]["bootstrapServers"])
            self.assertNotIn("authenticationRef", each)

    def test_keda_logs_in_as_the_pods_do(self):
        objects = rendered({
            "combined": self.scaled("keda"),
            "kafka": {"sasl": {"secret": "login", "mechanism": "SCRAM-SHA-256"},
                      "tls": {"enabled": True, "secret": "tls"}}})
        known = one(objects, "TriggerAuthentication")
        self.assertEqual(
            {("username", "login", "username"), ("password", "login",
                                                 "password"),
             ("ca", "tls", "ca.crt")},
            {(each["parameter"], each["name"], each["key"])
             for each in known["spec"]["secretTargetRef"]})
        for each in one(objects, "ScaledObject")["spec"]["triggers"]:
            self.assertEqual("scram_sha256", each["metadata"]["sasl"])
            self.assertEqual("enable", each["metadata"]["tls"])
            self.assertEqual(known["metadata"]["name"],
                             each["authenticationRef"]["name"])

    def test_no_more_pods_than_partitions(self):
        as_many = {"layout": "split",
                   "attempts": self.scaled("keda", max=12),
                   "ledger": {"replicas": 24}}
        rendered(as_many)
        for key, more, words in (
                ("attempts", self.scaled("hpa", max=13),
                 r"attempts\.autoscaling\.max is 13: there would be pods "
                 r"without a partition to read \(attempts: 13 pods of 1 "
                 r"workers, but 12 partitions\)"),
                ("attempts", self.scaled("keda", max=13),
                 r"attempts\.autoscaling\.max is 13"),
                ("ledger", {"replicas": 25}, r"ledger\.replicas is 25")):
            with self.subTest(words), self.assertRaisesRegex(Refused, words):
                rendered(over(as_many, {key: more}))
        with self.assertRaisesRegex(Refused, "7 pods of 2 workers"):
            rendered({"layout": "split", "attempts": {"replicas": 7},
                      "config": {"attempts": {"workers": 2}}})

    def test_pods_of_both_stages_need_work_in_one(self):
        rendered({"combined": {"replicas": 24}})
        with self.assertRaisesRegex(Refused, r"combined\.replicas is 25.*"
                                    "attempts.*12 partitions.*"
                                    "ledger.*24 partitions"):
            rendered({"combined": {"replicas": 25}})

    def test_partitions_of_all_input_topics_count(self):
        rendered({"layout": "split", "attempts": {"replicas": 24},
                  "config": {"topics": {"logs": ["a", "b"]}}})

    def test_the_least_is_not_more_than_the_most(self):
        with self.assertRaisesRegex(Refused, "min is 7, more than max, 6"):
            rendered({"combined": self.scaled("hpa", min=7)})


class Monitoring(unittest.TestCase):
    def test_nothing_of_prometheus_by_default(self):
        self.assertEqual({"v1", "apps/v1", "batch/v1", "policy/v1",
                          "networking.k8s.io/v1"},
                         {each["apiVersion"] for each in rendered()})

    def test_the_job_s_name_is_one_that_the_alerts_look_for(self):
        alerts = (SOURCE / "config/prometheus/alerts.yml").read_text()
        (pattern,) = set(re.findall(r'job=~"([^"]+)"', alerts))
        for scrape, kind, ends in (("pod", "PodMonitor", "podMetricsEndpoints"),
                                   ("service", "ServiceMonitor", "endpoints")):
            monitor = one(rendered({"monitoring": {"scrape": scrape}}), kind)
            (end,) = monitor["spec"][ends]
            (label,) = end["relabelings"]
            self.assertEqual("job", label["targetLabel"])
            self.assertRegex(label["replacement"], f"^(?:{pattern})$")
            self.assertEqual("http", end["port"])

    def test_a_service_monitor_finds_the_service_of_all_pods(self):
        objects = rendered({"monitoring": {"scrape": "service"}})
        wanted = one(objects, "ServiceMonitor")["spec"]["selector"][
            "matchLabels"].items()
        (found,) = [each for each in of_kind(objects, "Service")
                    if wanted <= each["metadata"]["labels"].items()]
        self.assertEqual("None", found["spec"]["clusterIP"])
        self.assertIs(True, found["spec"]["publishNotReadyAddresses"])

    def test_it_asks_as_the_page_wants_to_be_asked(self):
        monitor = one(rendered({"monitoring": {"scrape": "pod"},
                                "http": {"tlsSecret": "t", "authSecret": "u"}}),
                      "PodMonitor")
        (end,) = monitor["spec"]["podMetricsEndpoints"]
        self.assertEqual("https", end["scheme"])
        self.assertEqual({"secret": {"name": "t", "key": "ca.crt"}},
                         end["tlsConfig"]["ca"])
        self.assertEqual({"name": "u", "key": "password"},
                         end["basicAuth"]["password"])

    def test_rules_are_those_of_the_source(self):
        groups = []
        for name in ("recording.yml", "alerts.yml"):
            text = (SOURCE / "config/prometheus" / name).read_text()
            groups += yaml.safe_load(text)["groups"]
        made = one(rendered({"monitoring": {"rules": True}}), "PrometheusRule")
        self.assertEqual(groups, made["spec"]["groups"])

    def test_links_of_alerts_lead_to_the_docs(self):
        made = one(rendered({"monitoring": {
            "rules": True, "docs": "https://wiki.example.org/docs"}}),
            "PrometheusRule")
        links = [rule["annotations"]["runbook_url"]
                 for group in made["spec"]["groups"]
                 for rule in group["rules"] if "alert" in rule]
        self.assertGreater(len(links), 15)
        for link in links:
            self.assertRegex(link,
                             r"^https://wiki\.example\.org/docs/runbook\.md#")

    def test_the_dashboard_is_that_of_the_source(self):
        made = one(rendered({"monitoring": {"dashboard": True}}), "ConfigMap",
                   "-dashboard")
        self.assertEqual(
            (SOURCE / "config/grafana/ricochet.json").read_text(),
            made["data"]["ricochet.json"])
        self.assertEqual("1", made["metadata"]["labels"]["grafana_dashboard"])


class WrongValues(unittest.TestCase):
    def test_each_is_told_by_its_place_and_what_is_wrong(self):
        for more, words in (
                ({"config": {"kafka": {"borkers": "x:1"}}},
                 r"config/kafka.*'borkers' not allowed"),
                ({"config": {"kafka": {"brokers": "kafka"}}},
                 "config/kafka/brokers.*does not match"),
                ({"config": {"kafka": {"commit_interval": "soon"}}},
                 "config/kafka/commit_interval.*does not match"),
                ({"config": {"kafka": {"guarantee": "once"}}},
                 "config/kafka/guarantee.*one of 'exactly_once', "
                 "'at_least_once'"),
                ({"config": {"topics": {"partitions": "12"}}},
                 "config/topics/partitions.*got string, want integer"),
                ({"config": {"topics": {"partitions": 0}}},
                 "config/topics/partitions.*minimum"),
                ({"config": {"rates": {"publish": False}}},
                 "config/rates/publish.*got boolean, want string"),
                ({"config": {"http": {"listen": ""}}},
                 "config/http/listen.*does not match"),
                ({"config": {"stages": ["ledger"]}}, "'stages' not allowed"),
                ({"config": {"tenant": [{"host": "x"}]}},
                 "config/tenant/0.*missing property 'name'"),
                ({"layout": "spilt"}, "layout.*'combined', 'split'"),
                ({"replicas": 3}, "'replicas' not allowed"),
                ({"combined": {"replicas": "3"}}, "got string, want integer"),
                ({"combined": {"autoscaling": {"by": "magic"}}},
                 "by.*'none', 'hpa', 'keda'"),
                ({"image": {"digest": "latest"}}, "image/digest.*not match"),
                ({"kafka": {"sasl": {"mechanism": "LOGIN"}}},
                 "mechanism.*'PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'"),
                ({"podDisruptionBudget": {"maxUnavailable": 0}},
                 "maxUnavailable"),
                ({"rules": {"files": {"own.txt": ""}}}, "own.txt"),
                ({"monitoring": {"scrape": True}},
                 "scrape.*'none', 'pod', 'service'"),
                ({"userId": 0}, "userId.*minimum")):
            with self.subTest(words), self.assertRaisesRegex(Refused, words):
                rendered(more)

    def test_what_the_schema_cannot_say_is_told_too(self):
        for more, words in (
                ({"config": {"http": {"listen": "127.0.0.1:9464"}}},
                 "neither the kubelet nor Prometheus can ask"),
                ({"config": {"http": {"password": "x"}}},
                 r"would lie in a ConfigMap: name a Secret in http\.authSecret"),
                ({"config": {"kafka": {"properties": {"sasl.password": "x"}}}},
                 "sasl.password would lie in a ConfigMap"),
                ({"kafka": {"tls": {"secret": "x"}}},
                 r"kafka\.tls\.enabled is false"),
                ({"kafka": {"tls": {"enabled": True,
                                    "clientCertificate": True}}},
                 r"needs kafka\.tls\.secret"),
                ({"config": {"rules": {"path": "/mine"}}},
                 r"config\.rules\.path.*rules\.mounted"),
                ({"config": {"http": {"tls_certificate": "/mine.crt"}},
                  "http": {"tlsSecret": "x"}},
                 r"config\.http\.tls_certificate is set by http\.tlsSecret "
                 "already"),
                ({"config": {"http": {"password": {"env": "X"}}},
                  "http": {"authSecret": "x"}},
                 r"config\.http\.password is set by http\.authSecret"),
                ({"config": {"kafka": {"properties": {
                    "sasl.username": "x"}}},
                  "kafka": {"sasl": {"secret": "x"}}},
                 r"sasl\.username is set by kafka\.sasl already"),
                ({"config": {"kafka": {"properties": {
                    "ssl.ca.location": "/mine.crt"}}},
                  "kafka": {"tls": {"enabled": True, "secret": "x"}}},
                 r"ssl\.ca\.location is set by kafka\.tls already"),
                ({"config": {"kafka": {"properties": {
                    "security.protocol": "SASL_SSL"}}},
                  "kafka": {"tls": {"enabled": True}}},
                 r"security\.protocol is set by kafka\.sasl and kafka\.tls")):
            with self.subTest(words), self.assertRaisesRegex(Refused, words):
                rendered(more)


class Docs(unittest.TestCase):
    def test_values_shown_are_values(self):
        shown = [yaml.safe_load(text) for page in (DOCS, CHART / "README.md")
                 for text in blocks(page, "yaml")]
        values = [each for each in shown
                  if not isinstance(each.get("rules"), list)]
        self.assertEqual(1, len(shown) - len(values))  # of an adapter
        self.assertGreater(len(values), 5)
        for each in values:
            rendered(each)

    def test_the_words_shown_are_those_said(self):
        (shown,) = blocks(DOCS, "")
        with self.assertRaisesRegex(Refused, re.escape(shown.strip())):
            rendered({"config": {"kafka": {"commit_interval": "soon"}}})


class Notes(unittest.TestCase):
    def notes(self, more=None):
        """Only an install prints them, so an object shows them here."""
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(shutil.copytree(CHART, folder + "/ricochet"))
            text = (copy / "templates/NOTES.txt").read_text()
            (copy / "templates/notes.yaml").write_text(
                '{{ define "notes" }}' + text + '{{ end -}}\n'
                'apiVersion: v1\nkind: Notes\nmetadata: {name: notes}\n'
                'text: {{ include "notes" . | toJson }}\n')
            return one(rendered(more, chart=copy), "Notes")["text"]

    def test_they_say_where_what_is(self):
        notes = self.notes()
        self.assertIn("reads mail.logs from kafka.example.org:9092", notes)
        self.assertIn("port-forward mail-eu-ricochet-0 9464:9464", notes)
        self.assertIn("Nothing scrapes /metrics", notes)
        self.assertIn("asks for no password", notes)

    def test_they_say_who_is_kept_out(self):
        scraped = {"monitoring": {"scrape": "pod"}}
        self.assertIn("if Prometheus is in another", self.notes(scraped))
        self.assertNotIn("Prometheus", self.notes(over(scraped, {
            "networkPolicy": {"from": [{"namespaceSelector": {}}]}})))

    def test_they_do_not_say_what_is_not_so(self):
        notes = self.notes({"http": {"authSecret": "x", "tlsSecret": "y"},
                            "monitoring": {"scrape": "pod"},
                            "layout": "split", "topics": {"create": False}})
        self.assertNotIn("Nothing scrapes", notes)
        self.assertNotIn("no password", notes)
        self.assertIn("port-forward mail-eu-ricochet-attempts-0", notes)
        self.assertIn("https://127.0.0.1:9464/", notes)
        self.assertIn("Topics are not made", notes)


if __name__ == "__main__":
    unittest.main()
