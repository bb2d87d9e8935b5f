#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The house's order: who includes what, the seam to the architectures, how files look.

Each check runs twice: on the tree, where it has to find nothing, and on a small broken one, where
it has to find exactly what is broken. Prints TAP.
"""
import sys
from pathlib import Path

import atomics
import broken
import goals
import headers
import includes
import layout
import seam
from tree import ROOT, read_tree

sys.path.insert(0, str(Path(ROOT) / "tests"))
from support import tap

CHECKS = [includes.check_includes, headers.check_headers, *seam.CHECKS, *layout.CHECKS,
          *atomics.CHECKS, goals.check_help]


def holds(check, tree):
    """A test that the check finds nothing in the tree."""
    def test():
        found = list(check(tree))
        if found:
            raise tap.Failure("\n".join(found))
    test.__doc__ = check.__doc__
    return test


def sees(check):
    """A test that the check finds what is broken."""
    tree, expected = broken.CASES[check.__name__]

    def test():
        found = [str(line) for line in check(tree)]
        if len(found) != len(expected) or not all(map(str.startswith, found, expected)):
            raise tap.Failure("\n".join(["expected", *expected, "saw", *found]))
    test.__doc__ = f"a tree where that does not hold is refused: {check.__doc__}"
    return test


def main():
    tree = read_tree()
    tests = [test for check in CHECKS for test in (holds(check, tree), sees(check))]
    return tap.run("structure", tests)


if __name__ == "__main__":
    sys.exit(main())
