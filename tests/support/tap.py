# SPDX-License-Identifier: Apache-2.0
"""TAP for tests in Python: a test is a function whose docstring says what holds."""
import sys

import pexpect


class Failure(Exception):
    """What was expected and what was seen instead."""


def check(seen, expected, what):
    if seen != expected:
        raise Failure(f"{what}: expected {expected!r}, saw {seen!r}")


def check_in(part, whole, what):
    if part not in whole:
        raise Failure(f"{what}: expected {part!r} in\n{whole}")


def run_one(number, area, sentence, test, *arguments):
    """Runs one test and prints its line; whether it failed."""
    details = None
    try:
        test(*arguments)
    except (Failure, pexpect.ExceptionPexpect, OSError) as error:
        details = str(error) or repr(error)
    print(f"{'not ok' if details else 'ok'} {number} - {area}: {sentence}")
    for line in (details or "").splitlines():
        print(f"# {line}")
    sys.stdout.flush()
    return details is not None


def run(area, tests):
    """Runs the tests, in order; the exit code."""
    print(f"1..{len(tests)}")
    failed = [run_one(number, area, test.__doc__, test) for number, test in enumerate(tests, 1)]
    return int(any(failed))
