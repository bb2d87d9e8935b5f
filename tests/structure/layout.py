# SPDX-License-Identifier: Apache-2.0
"""How files look: their first line, their size, their lines and their functions."""
import re

from tree import below, code_only, is_python, lines

FILE_LINES = 600
COLUMNS = 100
TEST_COLUMNS = 110  # a row of a table of cases, or one whole expectation, is read best as one line
FUNCTION_LINES = 60

LICENSE_LINE = "SPDX-License-Identifier: Apache-2.0"
# Prose, which the licence's own file covers, and formats that have no comments.
UNMARKED = re.compile(r"\.(md|json)$|^LICENSE$")
NO_LINE = re.compile(r"#!|\{% ")  # what has to stand before it: an interpreter, a template's imports
GENERATED = ("build/", "tests/gen/golden/")
TEMPLATES = "gen/templates/"
CONDITION = re.compile(r"^\s*#\s*(if|ifdef|ifndef|elif)\b")
GUARD = re.compile(r"^#ifndef \w+_H$")
MARK = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")


def written(tree):
    """The files that people write."""
    return ((path, text) for path, text in sorted(tree.items()) if not path.startswith(GENERATED))


def check_license(tree):
    """every file begins with its licence"""
    for path, text in written(tree):
        head = [line for line in text.splitlines()[:4] if not NO_LINE.match(line)]
        if not UNMARKED.search(path) and not (head and LICENSE_LINE in head[0]):
            yield f"{path}:1: no {LICENSE_LINE}"


def check_file_length(tree):
    """no file is longer than 600 lines"""
    for path, text in written(tree):
        count = text.count("\n")
        if count > FILE_LINES and path != "LICENSE":
            yield f"{path}:{FILE_LINES + 1}: {count} lines, at most {FILE_LINES}"


def check_lines(tree):
    """no line of code is wider than 100 columns, 110 in tests/, and none ends in white space"""
    for path, text in written(tree):
        code = path.endswith((".c", ".h", ".S")) or is_python(path, text)
        most = TEST_COLUMNS if path.startswith("tests/") else COLUMNS
        for number, line in lines(text):
            width = len(line.expandtabs(8))
            if code and width > most and not path.startswith(TEMPLATES):
                yield f"{path}:{number}: {width} columns, at most {most}"
            if line != line.rstrip():
                yield f"{path}:{number}: ends in white space"


def check_conditions(tree):
    """no .c file and no header of what runs has conditions for the preprocessor, but its guard"""
    headers = below(tree, ["kernel/", "arch/", "ipc/", "servers/"], (".h",))
    for path, text in [*below(tree, [""], (".c",)), *headers]:
        for number, line in lines(text):
            if CONDITION.match(line) and not (path.endswith(".h") and GUARD.match(line)):
                yield f"{path}:{number}: {line.strip()}"


def check_marks(tree):
    """no mark of unfinished work is left"""
    for path, text in written(tree):
        for number, line in lines(text):
            mark = MARK.search(line)
            if mark:
                yield f"{path}:{number}: {mark.group()}"


def functions(text):
    """(first line, name, lines) of each function: from its brace to the one that closes it."""
    start, name = 0, "?"
    for number, line in lines(code_only(text)):
        head = re.match(r"[A-Za-z_].*?\b(\w+)\(", line)
        if head and not start:
            name = head[1]
        if line.rstrip() == "{":
            start = number
        elif line.rstrip() == "}" and start:
            yield start, name, number - start + 1
            start = 0


def check_functions(tree):
    """no function of kernel/, arch/ or servers/ is longer than 60 lines"""
    for path, text in below(tree, ["kernel/", "arch/", "servers/"], (".c", ".h")):
        for first, name, count in functions(text):
            if count > FUNCTION_LINES:
                yield f"{path}:{first}: {name} has {count} lines, at most {FUNCTION_LINES}"


CHECKS = [check_license, check_file_length, check_lines, check_conditions, check_marks,
          check_functions]
