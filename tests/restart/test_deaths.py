#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A device that dies in every way, too often, or because of a new binary; see guest/."""
import functools
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.restart.system import checks, must_pass, run_system  # noqa: E402
from tests.support.tap import Failure, check, check_in, run  # noqa: E402

SECONDS = 120
CASES = 6 * 5 * 2 + 4  # ways, places, once and again; a broken state once, at four places


@functools.cache
def run_deaths():
    return run_system("deaths", SECONDS, disk=False)


def test_deaths():
    """whatever it dies of, wherever, and again in its recovery: each write has counted once"""
    shown = run_deaths()
    must_pass(shown, "there was no exception")
    check(len(re.findall("^# ", shown, re.M)), CASES, "ways to die")
    counted = [sentence for *_, sentence in checks(shown) if sentence == "  the sum"]
    check(len(counted), CASES, "sums")


def test_report():
    """the report of a death says of what, in which message, and who called whom"""
    shown = run_deaths()
    for cause in ("an access to what it does not have", "an instruction that it may not use",
                  "it ended itself", "too long: it is cut", "it gave up"):
        check_in(cause, shown, "causes")
    check_in("it served the message 10002", shown, "the message")
    check_in("called from", shown, "callers")


def test_held():
    """a device that dies too often is held, and its VM stands still, until it is set going"""
    shown = run_system("held", SECONDS, disk=False)
    must_pass(shown, "the write counted once", "the other vCPU stood still, too",
              "the operator's restart")
    dies, held, lives = (shown.find(text) for text in ("it dies now", "it is held", "it lives again"))
    if not 0 <= dies < held < lives:
        raise Failure(f"it dies, is held, lives again: not in this order\n{shown}")
    between = shown[held:lives].splitlines()[1:]
    check(sum("[second] works beside it" in line for line in between), 25, "the other VM's lines")
    own = [line for line in between if line.strip() and not line.startswith("[") and
           not line.startswith("pass - ")]
    check(own, [], "lines of the VM that stands still")


def test_starved():
    """a device that has no CPU for longer than it may work is not cut"""
    shown = run_system("starved", SECONDS, disk=False)
    must_pass(shown, "an event took far longer than it may")
    check(re.findall(r".*(?:too long|has died).*", shown), [], "deaths")


def test_upgrade():
    """binaries change under load: state kept, converted, refused before the cut, or taken back"""
    shown = run_system("upgrade", SECONDS, disk=False)
    must_pass(shown, "every write was counted once", "and its value added", "and is kept")
    check_in("the durable state of version 1 goes on as 2", shown, "the conversion")
    check_in("does not know its durable state of version 2", shown, "the refusal")
    check_in("back to the old one", shown, "the way back")
    check(shown.count("the operator cuts the supervisor"), 7, "the supervisor's deaths")
    check(re.findall(r".*it is made anew.*", shown), [], "states that are lost")


if __name__ == "__main__":
    sys.exit(run("restart/deaths", [test_deaths, test_report, test_held, test_starved,
                                  test_upgrade]))
