"""What docs/metrics.md says, and promtool: for the tests of metrics."""
import pathlib
import re
import shutil
import subprocess

SOURCE = pathlib.Path(__file__).resolve().parents[2]


def tool(name):
    """Its path; None where it is not installed."""
    built = SOURCE / "build/tools" / name  # where scripts/setup unpacks it
    return shutil.which(name) or (str(built) if built.exists() else None)


def promtool():
    return tool("promtool")


def run_promtool(*arguments, **options):
    """Runs it in config/prometheus; standard error goes to `stdout`."""
    return subprocess.run([promtool(), *arguments], text=True,
                          cwd=SOURCE / "config/prometheus",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False, **options)


def names_in(cell):
    return re.findall(r"`(\w+)`", cell)


def documented():
    """Returns the labels of each series' name, and the values of each label."""
    series, values = {}, {}
    for line in (SOURCE / "docs/metrics.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `ricochet_"):
            name, kind, labels = names_in(cells[0])[0], cells[1], cells[2]
            labels = set(names_in(labels))
            if kind == "histogram":
                series[name + "_bucket"] = labels | {"le"}
                series[name + "_count"] = series[name + "_sum"] = labels
            else:
                series[name] = labels
        elif line.startswith("| `") and len(cells) == 2:
            values.setdefault(names_in(cells[0])[0], set()).update(
                names_in(cells[1]))
    return series, values
