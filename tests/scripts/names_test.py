#!/usr/bin/env python3
"""No two types of a program have one name: the linker would merge them.

Usage: names_test.py SOURCE

Two classes of one name in one namespace break the one-definition rule without
a word from compiler or linker: one of the two destructors destroys both. Types
in unnamed namespaces are a file's own. Reads what clang-format has laid out.
"""

import collections
import pathlib
import re
import sys

OPEN = re.compile(r"(?:inline )?namespace ?([\w:]*) ?\{$")
CLOSE = re.compile(r"\}  // namespace\b")
TYPE = re.compile(r"(?:class|struct|union|enum class|enum) "
                  r"(?:alignas\(\S+\) )?(\w+)(?= |$)")


def types(text):
    """The qualified names of the types that `text` defines for all."""
    inside = []
    for line in text.splitlines():
        if opened := OPEN.match(line):
            inside.append(opened[1])
        elif CLOSE.match(line):
            inside.pop()
        elif "" not in inside and (found := TYPE.match(line)):
            yield "::".join([*inside, found[1]])


def twice(files):
    """Each name that more than one place defines, with those places."""
    places = collections.defaultdict(list)
    for name, text in files:
        for each in types(text):
            places[each].append(name)
    return {name: where for name, where in places.items() if len(where) > 1}


def main():
    own = "namespace a {\nnamespace {\nstruct X {\n}  // namespace\n"
    shared = "namespace a {\nclass X final : public Y {\nclass Z;\n"
    assert not twice([("1", own), ("2", shared)])
    assert twice([("1", shared), ("2", shared)]) == {"a::X": ["1", "2"]}

    root = pathlib.Path(sys.argv[1])
    files = [(path.relative_to(root), path.read_text(encoding="utf-8"))
             for folder in ("include", "src")
             for path in sorted((root / folder).rglob("*"))
             if path.suffix in (".h", ".cc")]
    found = twice(files)
    for name, where in found.items():
        print(f"{name} is defined in {' and in '.join(map(str, where))}")
    print(f"{sum(1 for _, text in files for _ in types(text))} types "
          f"in {len(files)} files")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
