#!/usr/bin/env python3
"""checkov finds nothing in what the chart makes.

    policy_test.py
"""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import yaml

from chart import CASES, one, render, rendered, tool

# Not followed, and why.
LEFT_OUT = {
    "CKV_K8S_11": "a limit of CPU makes work wait that has a processor",
    "CKV_K8S_15": "a tag is never given twice: nothing to pull again",
    "CKV_K8S_43": "which digest is the operator's choice: image.digest",
    "CKV_K8S_35": "extraEnv is the operator's, whatever a case shows",
}


def failed_checks(objects):
    """What checkov finds, as (check, name, resource)."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "rendered.yaml"
        path.write_text(yaml.safe_dump_all(objects))
        done = subprocess.run(
            [tool("python") / "bin/checkov", "--skip-download", "--quiet",
             "--compact", "--framework", "kubernetes", "--output", "json",
             "--skip-check", ",".join(LEFT_OUT), "--file", path],
            stdout=subprocess.PIPE, text=True, check=False,
            env=os.environ | {"LOG_LEVEL": "ERROR"})
    report = json.loads(done.stdout)
    assert report["summary"]["passed"] > 50, report["summary"]
    assert report["summary"]["parsing_errors"] == 0, report["summary"]
    return {(each["check_id"], each["check_name"], each["resource"])
            for each in report["results"]["failed_checks"]}


class Policy(unittest.TestCase):
    def test_nothing_is_found(self):
        for case in CASES:
            if "plain" in case.name:
                continue  # it shows what can be switched off
            with self.subTest(case.name):
                self.assertEqual(set(), failed_checks(render(case)))

    def test_what_is_wrong_is_found(self):
        objects = rendered()
        pod = one(objects, "StatefulSet")["spec"]["template"]["spec"]
        pod["containers"][0]["securityContext"]["privileged"] = True
        pod["automountServiceAccountToken"] = True
        self.assertLessEqual({"CKV_K8S_16", "CKV_K8S_38"},
                             {found[0] for found in failed_checks(objects)})


if __name__ == "__main__":
    tool("python")
    unittest.main()
