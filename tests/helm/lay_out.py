"""What a pod of the chart sees, laid out in a folder, so that the program can
be run on it."""
import os
import subprocess

from chart import container_of, of_kind, pod_of


def certificate(folder):
    """A self-signed pair, in PEM: (certificate, key)."""
    pem, key = folder / "pair.crt", folder / "pair.key"
    if not pem.exists():
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048",
                        "-nodes", "-days", "2", "-subj", "/CN=test",
                        "-keyout", key, "-out", pem], check=True,
                       capture_output=True)
    return pem.read_text(), key.read_text()


def content_of(volume, objects, folder):
    """The files of a volume, by name; secrets are made up."""
    if "configMap" in volume:
        name = volume["configMap"]["name"]
        (found,) = [each for each in of_kind(objects, "ConfigMap")
                    if each["metadata"]["name"] == name]
        return found["data"]
    if "secret" in volume:
        pem, key = certificate(folder)
        made = {"ca.crt": pem, "tls.crt": pem, "tls.key": key}
        return {item["path"]: made.get(item["path"], "made-up")
                for item in volume["secret"]["items"]}
    return {}


def lay_out(workload, objects, folder):
    """Writes the container's mounts below `folder`; returns the path that
    stands for one in the container, as a function."""
    volumes = {each["name"]: each for each in pod_of(workload)["volumes"]}

    def path_of(inside):
        return str(folder) + inside

    for mount in container_of(workload)["volumeMounts"]:
        here = path_of(mount["mountPath"])
        os.makedirs(here, exist_ok=True)
        files = content_of(volumes[mount["name"]], objects, folder)
        for name, text in files.items():
            # Paths in it are those of the container.
            text = text.replace('"/etc/ricochet/', f'"{folder}/etc/ricochet/')
            with open(os.path.join(here, name), "w", encoding="utf-8") as file:
                file.write(text)
    return path_of


def environment_of(workload):
    """Those variables of the container, made up where they are secrets."""
    return {each["name"]: each.get("value", "made-up")
            for each in container_of(workload).get("env", [])}
