#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of tools/configure; prints TAP."""
import sys
import tempfile
import traceback
from pathlib import Path

from fixture import Stand
from expected import EXPECTED
import bundles
import plans
import refusals
import schedules

# (test, the architecture of its stand): some are about all of them, and others about none.
TESTS = [*refusals.TESTS, *((test, name) for name in EXPECTED for test in plans.TESTS),
         *((test, "riscv64") for test in plans.RISCV64),
         *((test, name) for name in EXPECTED for test in schedules.SYSTEMS),
         *((test, "aarch64") for test in schedules.TESTS),
         *((test, name) for name in EXPECTED for test in bundles.TESTS)]


def main():
    failed = 0
    print(f"1..{len(TESTS)}")
    for number, (test, architecture) in enumerate(TESTS, 1):
        with tempfile.TemporaryDirectory() as folder:
            try:
                test(Stand(Path(folder), architecture))
                verdict = "ok"
            except Exception:  # a test that breaks has failed; the others go on
                verdict, failed = "not ok", failed + 1
                print("\n".join(f"# {line}" for line in traceback.format_exc().splitlines()))
        print(f"{verdict} {number} - configuration: {architecture}: {test.__doc__}")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
