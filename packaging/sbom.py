#!/usr/bin/env python3
"""Writes what a program is made of, as CycloneDX 1.5 JSON.

    sbom.py --program FILE --version V --source DIR --build DIR --ninja FILE
            --output FILE

Nothing is listed by hand: shared libraries are those that the dynamic linker
loads for the program, with the packages that own them; what was compiled in are
the packages of the headers that Ninja saw the compiler read; scripts within the
page are in third_party/. The same build gives the same file.
"""

import argparse
import email.utils
import json
import pathlib
import re
import subprocess
import uuid

OBJECTS = ("CMakeFiles/ricochet_core.dir/", "CMakeFiles/ricochet.dir/")
# They declare the kernel's interface: none of its code is in the program.
KERNEL_HEADERS = "linux-libc-dev"


def output(*command):
    return subprocess.run([str(part) for part in command], check=True,
                          stdout=subprocess.PIPE, text=True).stdout


def libraries(program):
    """The files that the dynamic linker loads for it, itself included."""
    return sorted(set(re.findall(r"(/\S+) \(0x", output("ldd", program))))


def needed(path):
    """The names that a program or library asks the dynamic linker for."""
    return re.findall(r"\(NEEDED\).*\[(.+)\]", output("readelf", "-d", path))


def owners(paths):
    """Each path's package; a path that no package owns is an error."""
    names = {}
    for path in paths:
        names[path] = path
        # /lib is a link to /usr/lib; a package may know either.
        real = str(pathlib.Path(path).resolve())
        names[real] = path
        names[real.removeprefix("/usr")] = path
    found = {}
    listing = subprocess.run(["dpkg-query", "-S", *names], check=False,
                             stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL, text=True).stdout
    for line in listing.splitlines():
        packages, _, path = line.partition(": ")
        if path in names:
            found[names[path]] = packages.split(", ")[0]
    missing = sorted(set(paths) - found.keys())
    if missing:
        raise SystemExit(f"sbom.py: no package owns {missing}")
    return found


def headers(ninja, build):
    """The system's headers that our own objects were compiled with."""
    seen, ours = set(), False
    for line in output(ninja, "-C", build, "-t", "deps").splitlines():
        if not line.startswith(" "):
            ours = line.startswith(OBJECTS)
        elif ours and line.strip().startswith("/usr/"):
            seen.add(str(pathlib.Path(line.strip()).resolve()))
    if not seen:
        raise SystemExit("sbom.py: Ninja knows no header; build first")
    return sorted(seen)


class Package:
    """What dpkg knows of one."""

    FIELDS = ("Package", "Version", "Architecture", "Maintainer",
              "source:Package", "source:Version")

    def __init__(self, name):
        shown = "\t".join(f"${{{field}}}" for field in self.FIELDS)
        (self.name, self.version, self.architecture, self.maintainer,
         source, source_version) = output("dpkg-query", "-W", "-f", shown,
                                          name).split("\t")
        self.source = f"{source} {source_version}"

    def purl(self):
        version = self.version.replace("+", "%2B").replace(":", "%3A")
        return (f"pkg:deb/debian/{self.name}@{version}"
                f"?arch={self.architecture}")

    def component(self, linkage):
        return {
            "type": "library", "bom-ref": self.purl(), "name": self.name,
            "version": self.version, "purl": self.purl(),
            "supplier": {"name": self.maintainer.split(" <")[0]},
            "properties": [
                {"name": "ricochet:linkage", "value": linkage},
                {"name": "ricochet:source", "value": self.source}]}


def dynamic(program):
    """Components of the libraries, and who depends on whom."""
    paths = libraries(program)
    package_of = owners(paths)
    packages = {name: Package(name) for name in set(package_of.values())}
    by_soname = {pathlib.Path(path).name: packages[package_of[path]]
                 for path in paths}
    edges = {}
    for path in paths:
        own = packages[package_of[path]].purl()
        edges.setdefault(own, set()).update(
            by_soname[name].purl() for name in needed(path)
            if name in by_soname)
        edges[own].discard(own)
    direct = {by_soname[name].purl() for name in needed(program)}
    return packages.values(), edges, direct


def compiled_in(ninja, build, linked):
    """Packages whose headers were read and that no linked library covers."""
    names = sorted(set(owners(headers(ninja, build)).values()))
    covered = {package.source for package in linked}
    for package in map(Package, names):
        if package.name == KERNEL_HEADERS or package.source in covered:
            continue
        yield package


def uplot(source):
    folder = source / "third_party" / "uplot"
    text = (folder / "README.md").read_text(encoding="utf-8")
    version = re.search(r"npm package `uplot@([\d.]+)`", text)[1]
    hashes = dict(re.findall(r"`(uPlot\S+)` \| `([0-9a-f]{64})`", text))
    purl = f"pkg:npm/uplot@{version}"
    return {
        "type": "library", "bom-ref": purl, "name": "uplot", "version": version,
        "purl": purl, "licenses": [{"license": {"id": "MIT"}}],
        "components": [
            {"type": "file", "bom-ref": f"{purl}#{name}", "name": name,
             "hashes": [{"alg": "SHA-256", "content": hashes[name]}]}
            for name in sorted(hashes)],
        "properties": [{"name": "ricochet:linkage", "value": "compiled in"}]}


def released(source):
    """When the changelog says that this version was."""
    text = (source / "packaging/deb/changelog").read_text(encoding="utf-8")
    stamp = re.search(r"^ -- .*?>  (.*)$", text, re.MULTILINE)[1]
    return email.utils.parsedate_to_datetime(stamp)


def document(arguments):
    linked, edges, direct = dynamic(arguments.program)
    static = list(compiled_in(arguments.ninja, arguments.build, linked))
    script = uplot(arguments.source)
    components = [package.component("shared library") for package in linked]
    components += [package.component("compiled in") for package in static]
    components.append(script)
    components.sort(key=lambda component: component["bom-ref"])
    own = f"pkg:generic/ricochet@{arguments.version}"
    edges[own] = direct | {package.purl() for package in static} | {
        script["bom-ref"]}
    body = {
        "metadata": {
            "timestamp": released(arguments.source).isoformat(),
            "tools": {"components": [
                {"type": "application", "name": "packaging/sbom.py"}]},
            "component": {
                "type": "application", "bom-ref": own, "name": "ricochet",
                "version": arguments.version, "purl": own,
                "licenses": [{"license": {"id": "Apache-2.0"}}]}},
        "components": components,
        "dependencies": [
            {"ref": name, "dependsOn": sorted(edges.get(name, ()))}
            for name in [own] + [c["bom-ref"] for c in components]]}
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(body, sort_keys=True))
    return {"bomFormat": "CycloneDX", "specVersion": "1.5",
            "serialNumber": f"urn:uuid:{serial}", "version": 1, **body}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("program", "source", "build", "output"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--ninja", required=True)
    arguments = parser.parse_args()
    text = json.dumps(document(arguments), indent=1) + "\n"
    arguments.output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
