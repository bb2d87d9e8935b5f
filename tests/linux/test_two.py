#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Two Linux guests side by side: each has its console, its half of the disk and its own end."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.linux import check_disk, check_messages, checksum, read_written, write  # noqa: E402
from support.disk import Part  # noqa: E402
from support.machine import BOOT_SECONDS, PROMPT, STEP_SECONDS, Machine  # noqa: E402
from support.tap import check, run  # noqa: E402

TWO = "configs/two-linux.dts"
NAMES, LEFT, RIGHT = ("left", "right"), 1, 2
MEBIBYTES = 16


def turn(machine, number, seconds=STEP_SECONDS):
    """Moves the focus to the guest and waits until its shell answers."""
    machine.focus(number)
    machine.wait(f"[console: {NAMES[number - 1]}]")
    machine.type("echo here-$((20 + 3))")
    machine.wait("\nhere-23", seconds)
    machine.wait(PROMPT)


def boot(machine):
    """Both are at their prompts, the right one in focus."""
    machine.boot()
    turn(machine, RIGHT, BOOT_SECONDS)


def test_consoles():
    """the focus moves between both consoles, and each shell is its own guest's"""
    with Machine(TWO) as machine:
        boot(machine)
        check(machine.shell("hostname right; hostname"), "right", "the right guest's name")
        turn(machine, LEFT)
        check(machine.shell("hostname left; hostname"), "left", "the left guest's name")
        turn(machine, RIGHT)
        check(machine.shell("hostname"), "right", "the right guest's name, later")
        machine.shell("(sleep 1; echo a line out of focus) &")
        machine.wait("\x1b[6n")  # the prompt's end: what comes out of focus is a line of its own
        turn(machine, LEFT)
        machine.wait("[right] a line out of focus")
        machine.type("poweroff")
        machine.wait("VM 0 has ended")
        turn(machine, RIGHT)
        machine.power_off()


def test_disks():
    """both write at once: each reads back its own, the host finds each in its own region"""
    with Machine(TWO) as machine:
        boot(machine)
        check_disk(machine)
        machine.type(f"/tests/write {MEBIBYTES} >/tmp/log")
        machine.focus(LEFT)
        check_disk(machine)
        written = [write(machine, MEBIBYTES)]
        turn(machine, RIGHT)
        written.append(read_written(machine.shell("cat /tmp/log"), MEBIBYTES))
        check(machine.shell("cat /mnt/name"), "second", "whose disk the right guest has")
        check_messages(machine)
        machine.type("poweroff")
        machine.wait("VM 1 has ended")
        turn(machine, LEFT)
        check_disk(machine)
        check(checksum(machine, "/mnt/written"), written[0], "the left file, alone")
        check_messages(machine)
        machine.power_off()
        for index in range(2):
            part = Part(machine.disk, index)
            part.check_clean()
            check(part.checksum("written"), written[index], f"{NAMES[index]}'s file on the host")


def test_reboot():
    """one guest reboots while the other goes on with its work"""
    with Machine(TWO) as machine:
        boot(machine)
        check_disk(machine)
        machine.type(f"/tests/write {MEBIBYTES} >/tmp/log")
        machine.focus(LEFT)
        machine.wait("[console: left]")
        for _ in range(2):
            machine.type("reboot")
            machine.wait("reboot: Restarting system")
            machine.boot()
        check_disk(machine)
        turn(machine, RIGHT)
        read_written(machine.shell("cat /tmp/log"), MEBIBYTES)
        check_messages(machine)
        machine.type("poweroff")
        machine.wait("VM 1 has ended")
        turn(machine, LEFT)
        machine.power_off()


if __name__ == "__main__":
    sys.exit(run("linux/two", [test_consoles, test_disks, test_reboot]))
