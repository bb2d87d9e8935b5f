#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Debian's Linux in a VM: its shell, used at the console as a person would."""
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.architecture import THERE  # noqa: E402
from support.linux import check_messages  # noqa: E402
from support.machine import PROMPT, Machine  # noqa: E402
from support.tap import Failure, check, check_in, run  # noqa: E402

LINUX = "configs/linux.dts"


def test_shell():
    """the unmodified kernel boots to a shell without an error, and poweroff ends QEMU with 0"""
    with Machine(LINUX) as machine:
        machine.boot()
        check(machine.shell("uname -s; uname -m").split(), ["Linux", THERE.uname], "uname")
        check_in("uid=0", machine.shell("id"), "id")
        check_messages(machine)
        machine.power_off()


def test_interrupts():
    """timer, UART and disk interrupts arrive and are counted"""
    with Machine(LINUX) as machine:
        machine.boot()
        machine.shell("cat /dev/vda >/dev/null")
        text = machine.shell("cat /proc/interrupts")
        for name, chip, least in ((THERE.timer, THERE.timer_chip, 10), (THERE.serial, THERE.chip, 1),
                                  ("virtio0", THERE.chip, 10)):
            line = re.search(rf"^ *\d+: +(\d+) +{chip} .*\b{name}$", text, re.M)
            if not line or int(line.group(1)) < least:
                raise Failure(f"expected {least} or more interrupts of {name}, saw\n{text}")
        before, after = machine.shell("date +%s; sleep 2; date +%s").split()
        check(int(after) - int(before) in (2, 3), True, f"2 seconds of sleep, {before} to {after}")
        machine.power_off()


def test_editing():
    """line editing, history and Ctrl-C work at the prompt"""
    with Machine(LINUX) as machine:
        machine.boot()
        machine.child.send("echo hexlo\x1b[D\x1b[D\x7fl\r")  # left, left, backspace over the x
        machine.wait_match(r"\nhello\r+\n")
        machine.wait(PROMPT)
        machine.child.send("\x1b[A\r")  # up: once more
        machine.wait_match(r"\nhello\r+\n")
        machine.wait(PROMPT)
        # One process says so and sleeps: between two commands Ctrl-C would be the shell's to take.
        machine.type("sh -c 'echo sleeping; exec sleep 5000'")
        machine.wait_match(r"\nsleeping\r+\n")
        machine.child.send("\x03")
        machine.wait(PROMPT)
        machine.type("cat")
        machine.type("echoed by cat")
        machine.wait_match(r"\nechoed by cat\r+\n")
        machine.child.send("\x04")  # end of file
        machine.wait(PROMPT)
        check(machine.shell("echo $?"), "0", "the exit code of cat after Ctrl-D")
        machine.power_off()


def test_long_text():
    """a long text comes out complete and in order"""
    with Machine(LINUX) as machine:
        machine.boot()
        text = machine.shell("seq 1 5000")
        check(text.split(), [str(number) for number in range(1, 5001)], "seq 1 5000")
        machine.power_off()


if __name__ == "__main__":
    sys.exit(run("linux/shell", [test_shell, test_interrupts, test_editing, test_long_text]))
