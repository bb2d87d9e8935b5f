# SPDX-License-Identifier: Apache-2.0
"""What `make help` promises, against what the makefiles have."""
import re

OFFERED = re.compile(r"^  make ([\w-]+)", re.MULTILINE)


def goals(tree):
    """The phony goals of the makefiles, and what the list of personal goals becomes."""
    text = "\n".join(tree[path] for path in tree if path == "Makefile" or path.endswith(".mk"))
    named = re.findall(r"^(?:\.PHONY|PERSONAL_GOALS) *:=?(.*)", text, re.MULTILINE)
    return {goal for line in named for goal in line.split()}


def check_help(tree):
    """make help offers only goals that there are"""
    known = goals(tree)
    for number, line in enumerate(tree["Makefile"].splitlines(), 1):
        found = OFFERED.match(line)
        if found and found[1] not in known:
            yield f"Makefile:{number}: no goal {found[1]}"
