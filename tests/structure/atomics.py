# SPDX-License-Identifier: Apache-2.0
"""Every atomic access says with what it pairs, so that the order of memory can be read."""
import re

from tree import below

ACCESS = re.compile(r"\b__atomic_\w+\(")
ORDER = re.compile(r"\b__ATOMIC_(\w+)")
PAIR = re.compile(r"\b[Pp]airs? with (\w+)")
DEFINED = re.compile(r"^[a-z_][\w() ]*[ *](\w+)\([^;{]*\)\n\{|\bFUNCTION\((\w+)\)", re.MULTILINE)
FOLDERS = ["kernel/", "arch/"]


def accesses(text):
    """(line, its statement, its paragraph up to the statement's end) of each access."""
    every, start = text.splitlines(), 0
    for at, line in enumerate(every):
        if not line.strip() or line == "{":
            start = at
        if ACCESS.search(line):
            end = next((end for end in range(at, len(every)) if re.search("[;{]", every[end])), at)
            yield at + 1, "\n".join(every[at:end + 1]), "\n".join(every[start:end + 1])


def check_atomics(tree):
    """an atomic access names a function it pairs with; a relaxed one at least says why"""
    sources = dict(below(tree, FOLDERS))
    known = {name for text in sources.values() for names in DEFINED.findall(text) for name in names}
    for path, text in below(sources, FOLDERS, (".c", ".h")):
        for number, statement, paragraph in accesses(text):
            explained = set(ORDER.findall(statement)) == {"RELAXED"} and "/*" in paragraph
            if not explained and not known & set(PAIR.findall(paragraph)):
                yield f"{path}:{number}: an atomic access that pairs with no function"


CHECKS = [check_atomics]
