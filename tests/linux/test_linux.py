#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Debian's Linux in a VM, used at its console as a person would."""
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.machine import Machine  # noqa: E402
from support.tap import Failure, check, check_in, run  # noqa: E402

LINUX = "configs/linux.dts"


def test_shell():
    """the unmodified kernel boots to a shell that knows where it is"""
    with Machine(LINUX) as machine:
        machine.boot()
        check_in("Linux", machine.shell("uname -s -r -m"), "uname")
        check_in("aarch64", machine.shell("uname -m"), "uname -m")
        machine.power_off()


def main():
    return run("linux", [test_shell])


if __name__ == "__main__":
    sys.exit(main())
