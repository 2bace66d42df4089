"""A real kube-apiserver over a real etcd, on loopback; no controllers."""
import base64
import contextlib
import datetime
import json
import os
import pathlib
import socket
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request

from chart import tool

TOKEN = base64.b16encode(os.urandom(16)).decode()


def free_ports(number):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Refusal(Exception):
    """What the API server answered instead."""


class KubeApi:
    """Owns both processes, in `folder`; to be used in a `with`."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.port = 0
        self.warnings = []  # of all requests
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        client, peer, self.port = free_ports(3)
        self._make_keys()
        store = f"http://127.0.0.1:{client}"
        self._start("etcd", tool("etcd") / "etcd", "--data-dir",
                    self.folder / "etcd", "--listen-client-urls", store,
                    "--advertise-client-urls", store, "--listen-peer-urls",
                    f"http://127.0.0.1:{peer}")
        pem, key = self.folder / "api.crt", self.folder / "api.key"
        self._start(
            "apiserver", tool("kube-apiserver") / "kube-apiserver",
            "--etcd-servers", store, "--bind-address", "127.0.0.1",
            "--secure-port", self.port, "--tls-cert-file", pem,
            "--tls-private-key-file", key, "--authorization-mode", "RBAC",
            "--token-auth-file", self.folder / "tokens",
            "--service-account-issuer", "https://kubernetes.test",
            "--service-account-key-file", key,
            "--service-account-signing-key-file", key,
            "--service-cluster-ip-range", "10.96.0.0/24",
            "--endpoint-reconciler-type", "none")
        (self.folder / "kubeconfig").write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "test",
            "clusters": [{"name": "test", "cluster": {
                "server": f"https://127.0.0.1:{self.port}",
                "certificate-authority": str(pem)}}],
            "users": [{"name": "test", "user": {"token": TOKEN}}],
            "contexts": [{"name": "test", "context": {
                "cluster": "test", "user": "test"}}]}))
        self._tls = ssl.create_default_context(cafile=str(pem))
        self._wait()
        return self

    def __exit__(self, *_):
        self._stack.close()

    def _make_keys(self):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
             "-days", "2", "-subj", "/CN=test", "-addext",
             "subjectAltName=IP:127.0.0.1", "-keyout", self.folder / "api.key",
             "-out", self.folder / "api.crt"], check=True, capture_output=True)
        (self.folder / "tokens").write_text(
            f'{TOKEN},tester,tester,"system:masters"\n')

    def _start(self, name, *command):
        log = self._stack.enter_context(
            open(self.folder / f"{name}.log", "wb"))
        process = subprocess.Popen([*map(str, command)], stdout=log,
                                   stderr=log, cwd=self.folder)
        self._stack.callback(self._stop, process)

    @staticmethod
    def _stop(process):
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _wait(self):
        until = time.monotonic() + 120
        while time.monotonic() < until:
            try:
                self.ask("GET", "/readyz")
                return
            except (OSError, Refusal):
                time.sleep(0.3)
        log = (self.folder / "apiserver.log").read_text(errors="replace")
        raise TimeoutError(f"kube-apiserver is not ready:\n{log[-3000:]}")

    def ask(self, method, path, body=None, kind="application/json"):
        """The answer, read as JSON where it is; Refusal with its words."""
        request = urllib.request.Request(
            f"https://127.0.0.1:{self.port}{path}", method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": kind})
        try:
            with urllib.request.urlopen(request, context=self._tls,
                                        timeout=30) as answer:
                self.warnings += answer.headers.get_all("Warning") or []
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise Refusal(error.read().decode()) from error
        return json.loads(text) if text.startswith(b"{") else text.decode()

    def items(self, namespace, api, kind):
        root = "/api/v1" if api == "v1" else f"/apis/{api}"
        answer = self.ask("GET", f"{root}/namespaces/{namespace}/{kind}")
        return {each["metadata"]["name"]: each for each in answer["items"]}

    def take_pod(self, namespace, template):
        """Whether it would run a pod of a template: Refusal if not."""
        pod = {"apiVersion": "v1", "kind": "Pod", "spec": template["spec"],
               "metadata": template["metadata"] | {"generateName": "try-"}}
        return self.ask("POST", f"/api/v1/namespaces/{namespace}/pods"
                        "?dryRun=All", pod)


class JobController:
    """Stands in for the controller of jobs: whether the server would take a
    job's pod decides how the job ends. To be used in a `with`."""

    def __init__(self, api, namespace):
        self.api, self.namespace = api, namespace
        self.ended = {}  # name -> why it failed; "": it did not
        self.fail_with = ""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def _run(self):
        while not self._stop.wait(0.2):
            jobs = self.api.items(self.namespace, "batch/v1", "jobs")
            for name, job in jobs.items():
                if not job.get("status", {}).get("conditions"):
                    self._end(name, job)

    def _end(self, name, job):
        why = self.fail_with
        try:
            self.api.take_pod(self.namespace, job["spec"]["template"])
        except Refusal as refusal:
            why = str(refusal)
        self.ended[name] = why
        now = datetime.datetime.now(datetime.timezone.utc).strftime(
            "%Y-%m-%dT%H:%M:%SZ")
        kinds = (["FailureTarget", "Failed"] if why
                 else ["SuccessCriteriaMet", "Complete"])
        status = {"startTime": now, "conditions": [
            {"type": each, "status": "True", "reason": "Tested",
             "message": why[:200], "lastProbeTime": now,
             "lastTransitionTime": now} for each in kinds]}
        if not why:
            status |= {"succeeded": 1, "completionTime": now}
        with contextlib.suppress(Refusal):  # it may be gone
            self.api.ask("PATCH", f"/apis/batch/v1/namespaces/{self.namespace}"
                         f"/jobs/{name}/status", {"status": status},
                         "application/merge-patch+json")
