#!/usr/bin/env python3
"""Looks at the Debian package: made twice it is the same, lintian and systemd
have nothing to say, the manual is in order, and the bill of materials is valid
and complete.

    contents.py BUILD
"""

import gzip
import json
import os
import pathlib
import re
import subprocess
import sys
import venv

from lab import SOURCE, cache, check, main, need, run, say, skip

BUILD = pathlib.Path(sys.argv[1]).resolve()
SCHEMAS = "cyclonedx-python-lib[json-validation]==11.6.0"
EXPOSURE = 2.0
# Linked to, and of no use without the source.
OF_SOURCE = {"../helm/ricochet/values.yaml"}
USED = ["ricochet.toml", "openapi.json", "ricochet.cdx.json",
        "rules/README.md", "rules/policy.toml", "prometheus/alerts.yml",
        "prometheus/recording.yml", "grafana/ricochet.json",
        "grafana/provisioning/dashboards/ricochet.yml",
        "grafana/provisioning/datasources/ricochet.yml",
        "schemas/delivery-event.schema.json", "schemas/suppression.schema.json"]
VALIDATE = """
import sys
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
wrong = JsonStrictValidator(SchemaVersion.V1_5).validate_str(sys.stdin.read())
sys.exit(f"{wrong!r}" if wrong else 0)
"""


def made_twice(folder):
    """By different people at different times and places; the same."""
    package = SOURCE / "scripts" / "package"
    first = run(package, "--build", BUILD, folder / "1",
                stderr=None).splitlines()[-1]
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    # What is made from the program is made anew.
    for name in ("ricochet", "ricochet.1.gz", "ricochet.cdx.json",
                 "completions.bash", "changelog.gz"):
        (BUILD / "package" / name).unlink()
    second = run("bash", "-c", 'umask 077; exec "$@"', "sh", package, "--build",
                 BUILD, folder / "2", stderr=None,
                 env={**os.environ, "TMPDIR": str(elsewhere), "LC_ALL": "C",
                      "TZ": "Asia/Tokyo",
                      "SOURCE_DATE_EPOCH": "1"}).splitlines()[-1]
    first, second = pathlib.Path(first), pathlib.Path(second)
    check(first != second and first.read_bytes() == second.read_bytes(),
          "two packages differ")
    return first


def compiled_anywhere(folder):
    """The compiler's output tells no folder, once symbols are gone."""
    entries = json.loads((BUILD / "compile_commands.json").read_text())
    entry = next(each for each in entries
                 if each["file"].endswith("/src/app/version.cc"))
    results = []
    for name in ("one", "the/other"):
        top = folder / name
        (top / "build").mkdir(parents=True)
        for each in ("src", "include"):
            run("cp", "-r", SOURCE / each, top)
        command = entry["command"].replace(str(BUILD), str(top / "build"))
        command = command.replace(str(SOURCE), str(top))
        command = re.sub(r"^.*?(\S*c\+\+) ", r"\1 ", command)
        command = re.sub(r" -o \S+ ", f" -o {top}/version.o ", command)
        run("sh", "-c", command, cwd=top / "build")
        check(str(top) in run("readelf", "--debug-dump=info",
                              top / "version.o"), "compiled elsewhere")
        run("strip", "--strip-unneeded", top / "version.o")
        results.append((top / "version.o").read_bytes())
    check(results[0] == results[1], "objects of two folders differ")
    program = (BUILD / "package" / "ricochet").read_bytes()
    check(str(SOURCE).encode() not in program, "the program tells its folder")


def tools_approve(deb, folder):
    said = subprocess.run(
        ["lintian", "--allow-root", "--fail-on", "warning,error", deb],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        check=False)
    check(said.returncode == 0 and not re.search("^[EW]:", said.stdout,
                                                 re.MULTILINE), said.stdout)
    tree = folder / "tree"
    run("dpkg-deb", "-x", deb, tree)
    unit = tree / "usr/lib/systemd/system/ricochet.service"
    said = run("systemd-analyze", "security", "--offline=yes", unit)
    level = float(re.search(r"exposure level for ricochet.service: ([\d.]+)",
                            said)[1])
    check(level < EXPOSURE, f"exposed by {level}")
    page = gzip.decompress((tree / "usr/share/man/man1/ricochet.1.gz")
                           .read_bytes()).decode()
    shown = subprocess.run(["man", "--warnings", "-Tutf8", "-l", "-"],
                           input=page, capture_output=True, text=True,
                           check=True, env={**os.environ, "MANWIDTH": "80",
                                            "LC_ALL": "C.UTF-8"})
    check(shown.stderr == "", shown.stderr)
    text = re.sub(".\b", "", shown.stdout)
    check("ricochet dead-letters replay\n" in text, text)
    say(f"lintian and man have no complaint; exposure {level}")
    return tree


def documents_lead_somewhere(tree):
    """What a document links to is in the package; and what the documents tell
    users of it to take is."""
    top = tree / "usr/share/doc/ricochet"
    pages = [top / "README.md", *sorted(top.glob("docs/*.md"))]
    links = 0
    for page in pages:
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)",
                               page.read_text()):
            links += 1
            check((page.parent / link).exists() or link in OF_SOURCE,
                  f"{page.name}: {link} is not in the package")
    check(links > 50, f"{links} links in the documents")
    for name in USED:
        check((tree / "usr/share/ricochet" / name).is_file(),
              f"{name} is not in the package")
    say(f"{links} links of {len(pages)} documents lead somewhere")


def version_is_one(deb):
    """That of CMake, of the changelog, and of the program."""
    version = run("dpkg-deb", "-f", deb, "Version").strip()
    logged = run("dpkg-parsechangelog", "-S", "Version", "-l",
                 SOURCE / "packaging" / "deb" / "changelog").strip()
    check(version == logged, f"version {version}, changelog {logged}")
    check(f"ricochet {version} " in run(BUILD / "ricochet", "--version"),
          "the program's version")


def environment():
    """A python with the CycloneDX schemas, kept by their version."""
    folder = cache() / ("python-" + re.sub(r"\W+", "-", SCHEMAS))
    python, complete = folder / "bin" / "python", folder / "complete"
    if not complete.exists():
        venv.create(folder, clear=True, with_pip=True)
        got = subprocess.run([python, "-m", "pip", "install", "--quiet",
                              "--disable-pip-version-check", SCHEMAS],
                             check=False)
        if got.returncode != 0:
            skip(f"{SCHEMAS} cannot be installed from PyPI")
        complete.touch()
    return python


def bill_of_materials(tree):
    path = tree / "usr/share/ricochet/ricochet.cdx.json"
    python, text = environment(), path.read_text()
    run(python, "-c", VALIDATE, input=text)
    wrong = subprocess.run([python, "-c", VALIDATE], text=True, check=False,
                           input=text.replace('"type": "library"',
                                              '"type": "book"'),
                           capture_output=True)
    check(wrong.returncode != 0, "a wrong bill is valid, too")

    bill = json.loads(text)
    refs = {component["bom-ref"] for component in bill["components"]}
    names = {component["name"] for component in bill["components"]}
    # What README.md says we stand on: shared, within headers, within the page.
    for name in ("librdkafka1", "libre2-9", "libssl3", "libsimdjson14",
                 "libcli11-dev", "libexpected-dev", "nlohmann-json3-dev",
                 "uplot"):
        check(name in names, f"{name} is not in the bill")
    check("linux-libc-dev" not in names, "the kernel is in the bill")
    for edge in bill["dependencies"]:
        check(set(edge["dependsOn"]) <= refs, f"{edge} leads to nowhere")
    own = bill["dependencies"][0]
    check(own["ref"] == bill["metadata"]["component"]["bom-ref"], "the root")
    control = run("dpkg-deb", "-f", sorted(
        (tree.parent / "1").glob("*.deb"))[0], "Depends")
    provided = run("dpkg-query", "-W", "-f", "${Package} ${Provides}\n",
                   *(ref.split("/")[2].split("@")[0]
                     for ref in own["dependsOn"] if "/debian/" in ref))
    for name in re.findall(r"(?:^|, )(lib[\w.+-]+|zlib1g)", control):
        check(re.search(rf"(^| ){re.escape(name)}( |,|$)", provided,
                        re.MULTILINE),
              f"the package depends on {name}, the bill does not")
    say(f"the bill of materials names {len(names)} components")


def test(folder, _):
    need("cpack", "dpkg-shlibdeps", "dpkg-parsechangelog", "lintian",
         "systemd-analyze", "man", "readelf")
    deb = made_twice(folder)
    say(f"made twice, the same {deb.stat().st_size} octets")
    compiled_anywhere(folder)
    version_is_one(deb)
    tree = tools_approve(deb, folder)
    documents_lead_somewhere(tree)
    bill_of_materials(tree)


if __name__ == "__main__":
    sys.exit(main(test))
