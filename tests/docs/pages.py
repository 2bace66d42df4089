"""The pages of the documentation, and what is fenced in them."""
import pathlib
import re

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PAGES = [SOURCE / "README.md", *sorted((SOURCE / "docs").glob("*.md"))]


def blocks(page, language):
    """The fenced blocks of a language, in order."""
    found = re.findall(r"^```([\w-]*)\n(.*?)^```$", page.read_text(),
                       re.M | re.S)
    return [text for name, text in found if name == language]


def replaced(text, table):
    """With each placeholder replaced; one that is not there is an error."""
    for old, new in table.items():
        assert old in text, f"the page does not say {old!r} any more"
        text = text.replace(old, str(new))
    return text
