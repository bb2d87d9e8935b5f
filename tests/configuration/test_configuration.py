#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of tools/configure; prints TAP."""
import sys
import tempfile
import traceback
from pathlib import Path

from fixture import Stand
import bundles
import plans
import refusals
import schedules

TESTS = [*refusals.TESTS, *plans.TESTS, *schedules.TESTS, *bundles.TESTS]


def main():
    failed = 0
    print(f"1..{len(TESTS)}")
    for number, test in enumerate(TESTS, 1):
        with tempfile.TemporaryDirectory() as folder:
            try:
                test(Stand(Path(folder)))
                verdict = "ok"
            except Exception:  # a test that breaks has failed; the others go on
                verdict, failed = "not ok", failed + 1
                print("\n".join(f"# {line}" for line in traceback.format_exc().splitlines()))
        print(f"{verdict} {number} - configuration: {test.__doc__}")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
