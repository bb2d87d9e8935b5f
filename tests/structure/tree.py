# SPDX-License-Identifier: Apache-2.0
"""The tree that the checks look at: path -> text, of every file that git would keep."""
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'', re.DOTALL)


def read_tree():
    """The checkout, and what the generator made of idl/, as build/gen/*.h."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True,
                            stdout=subprocess.PIPE, text=True).stdout.splitlines()
    made = [str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("build/gen/*.h"))]
    paths = [path for path in listed + made if (ROOT / path).is_file()]
    return {path: (ROOT / path).read_text(errors="replace") for path in paths}


def below(tree, folders, endings=(".c", ".h", ".S")):
    """(path, text) of the sources below some folders."""
    for path, text in sorted(tree.items()):
        if path.startswith(tuple(folders)) and path.endswith(endings):
            yield path, text


def lines(text):
    return enumerate(text.splitlines(), 1)


def blank(match):
    """A comment or literal as spaces, so that lines and columns stay."""
    return re.sub(r"[^\n]", " ", match.group())


def without_comments(text):
    """C without comments, its strings untouched."""
    return TOKEN.sub(lambda match: blank(match) if match.group()[0] == "/" else match.group(), text)


def code_only(text):
    """C without comments, strings and characters."""
    return TOKEN.sub(blank, text)


def is_python(path, text):
    return path.endswith(".py") or text.startswith("#!/usr/bin/python3")
