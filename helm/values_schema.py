#!/usr/bin/env python3
"""Prints ricochet/values.schema.json with what docs/configuration.md says of
the keys of the configuration as the schema of `config`.

    python3 helm/values_schema.py >new && mv new helm/ricochet/values.schema.json
"""
import json
import pathlib
import re
import sys

HELM = pathlib.Path(__file__).resolve().parent
SCHEMA = HELM / "ricochet/values.schema.json"
DOCS = HELM.parent / "docs/configuration.md"

# The chart sets these.
LEFT_OUT = {("", "stages"), ("kafka", "ordinal")}
# What the chart must understand itself.
CHARTS_OWN = {
    ("kafka", "brokers"): {
        "type": "string",
        "pattern": r"^[^,\s]+:[0-9]{1,5}(,[^,\s]+:[0-9]{1,5})*$"},
    ("http", "listen"): {
        "type": "string",
        "pattern": r"^(\[[0-9A-Fa-f:]+\]|[^:\s]+):[1-9][0-9]{0,4}$"},
}
ELSEWHERE = {  # { file = "path" } or { env = "NAME" }
    "type": ["string", "object"],
    "additionalProperties": False,
    "minProperties": 1,
    "maxProperties": 1,
    "properties": {"file": {"type": "string"}, "env": {"type": "string"}},
}
MAY_BE_ELSEWHERE = {("http", "user"), ("http", "password")}


def of_type(words):
    """The schema of a value whose type the page tells in `words`."""
    if found := re.fullmatch(r"(-?\d+) to (\d+)", words):
        return {"type": "integer", "minimum": int(found[1]),
                "maximum": int(found[2])}
    if words.startswith("duration"):
        return {"type": "string", "pattern": "^[0-9]+(ms|s|m|h|d)$"}
    if words.startswith("size"):
        return {"type": "string", "pattern": "^[0-9]+(B|KiB|MiB|GiB)$"}
    if words == "true, false":
        return {"type": "boolean"}
    known = {
        "string": {"type": "string"},
        "list of strings": {"type": "array", "items": {"type": "string"}},
        "percent": {"type": "number", "minimum": 0, "maximum": 100},
        "UTC offset": {"type": "string", "pattern": "^[+-][0-9]{2}:[0-9]{2}$"},
    }
    if words in known:
        return known[words]
    names = words.split(", ")
    if len(names) < 2:
        sys.exit(f"{DOCS.name}: unknown type '{words}'")
    return {"type": "string", "enum": names}


def table(properties, **more):
    return {"type": "object", "additionalProperties": False, **more,
            "properties": properties}


def rule_tables(text):
    """[[tenant]] and its like."""
    names, keys = [], {}
    for cells in rows(text):
        if found := re.fullmatch(r"`\[\[(\w+)\]\]`", cells[0]):
            names.append(found[1])
        elif found := re.fullmatch(r"`(\w+)`", cells[0]):
            keys[found[1]] = {"type": "string"}
    keys["header"] = table({"name": {"type": "string"},
                            "value": {"type": "string"}},
                           required=["name", "value"])
    rule = table(keys, required=["name"])
    return {name: {"type": "array", "items": rule} for name in names}


def rows(text):
    for line in text.splitlines():
        if line.startswith("| `"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def config_schema(page):
    config = {}
    for part in re.split(r"^## ", page, flags=re.M)[1:]:
        title, text = part.split("\n", 1)
        if title.startswith("`[["):
            config |= rule_tables(text)
            continue
        section = "" if title == "Top level" else title.strip("`[]")
        keys = config if not section else {}
        for name, words, default, meaning in rows(text):
            place = section, name.strip("`")
            if place not in LEFT_OUT:
                keys[place[1]] = {"description": meaning.replace("`", ""),
                                  **(CHARTS_OWN.get(place) or
                                     (ELSEWHERE if place in MAY_BE_ELSEWHERE
                                      else of_type(words)))}
        if section:
            config[section] = table(keys)
    config["kafka"]["required"] = ["brokers"]
    config["kafka"]["properties"]["properties"] = {
        "type": "object",
        "additionalProperties":
            ELSEWHERE | {"type": ["string", "integer", "boolean", "object"]}}
    return table(config, required=["kafka"])


def main():
    schema = json.loads(SCHEMA.read_text())
    schema["$defs"]["config"] = config_schema(DOCS.read_text())
    print(json.dumps(schema, indent=2))


if __name__ == "__main__":
    main()
