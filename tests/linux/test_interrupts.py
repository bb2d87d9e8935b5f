#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Linux's interrupts, with each interrupt controller of machines and of guests: none is lost.

What is typed waits for its echo, and what is read for its data, so a test with a lost interrupt does
not end by itself.
"""
import hashlib
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.architecture import THERE, system  # noqa: E402
from support.linux import check_disk, check_messages  # noqa: E402
from support.machine import BOOT_SECONDS, PROMPT, Machine  # noqa: E402
from support.tap import Failure, check, run_one  # noqa: E402
from test_smp import check_online, check_work, plug, reboot  # noqa: E402

LINES = 60  # that are typed
READ = 8 << 20  # bytes of the disk, see tests/linux/guest/reads


def counted(machine, chip):
    """How many interrupts of the console and of the disk there were."""
    text = machine.shell("cat /proc/interrupts")
    found = [re.search(rf"^ *\d+:((?: +\d+)+) +{chip}.* {name}$", text, re.M)
             for name in (THERE.serial, "virtio0")]
    if not all(found):
        raise Failure(f"expected interrupts of console and disk at {chip}, saw\n{text}")
    return [sum(int(count) for count in one.group(1).split()) for one in found]


def type_lines(machine):
    """Types a text into a file; the text."""
    lines = [f"{number}: what is typed while the disk is read arrives" for number in range(LINES)]
    # What is typed before the shell has given the terminal away is not shown.
    machine.type("sh -c 'echo typing; cat > /tmp/typed'")
    machine.wait_match(r"\ntyping\r+\n")
    for line in lines:
        machine.type(line)
        machine.wait(line)
    machine.child.send("\x04")
    machine.wait(PROMPT)
    return "".join(line + "\n" for line in lines)


def check_keys_and_disk(chip, config, words):
    with Machine(config, words=words) as machine:
        disk = hashlib.sha256(machine.disk.read_bytes()[:READ]).hexdigest()
        machine.boot()
        before = counted(machine, chip)
        machine.shell("/tests/reads > /tmp/sums &")
        typed = type_lines(machine)
        machine.shell("touch /tmp/stop; wait")
        sums = machine.shell("cat /tmp/sums").split()[::2]
        check(set(sums), {disk}, "checksums of the disk, read again and again")
        check(machine.shell("sha256sum < /tmp/typed").split()[0],
              hashlib.sha256(typed.encode()).hexdigest(), "the checksum of what was typed")
        keys, blocks = [new - old for new, old in zip(counted(machine, chip), before)]
        if keys < LINES or blocks < len(sums):
            raise Failure(f"expected interrupts of the console and of the disk, saw {keys} of the "
                          f"one for {LINES} lines, {blocks} of the other for {len(sums)} reads")
        check_messages(machine)
        machine.power_off()


def check_processors(config, words):
    with Machine(config, words=words) as machine:
        machine.boot()
        check_online(machine, 4)
        check_work(machine, 4)
        check_disk(machine)
        plug(machine, 4, 2)
        reboot(machine, 4)
        check_work(machine, 4)
        machine.power_off()


def check_mixed(config, words):
    with Machine(config, words=words) as machine:
        machine.boot()
        for number in range(1, 1 + len(THERE.guests)):
            machine.focus(number)
            machine.type("")
            machine.wait(PROMPT, BOOT_SECONDS)
            machine.shell("/tests/reads > /tmp/sums &")
        for number, chip in enumerate(THERE.guests, 1):
            machine.focus(number)
            machine.type("")
            machine.wait(PROMPT)
            counted(machine, chip)
            type_lines(machine)
            machine.shell("touch /tmp/stop; wait")
            check(len(set(machine.shell("cat /tmp/sums").split()[::2])), 1, "kinds of checksums")
            check_messages(machine)
            machine.type("poweroff")
            machine.wait(f"VM {number - 1} has ended")
        check(machine.end(), 0, "QEMU's exit code")


def check_early(config, _):
    """The firmware's console, or the console before its driver is there."""
    with Machine(config) as machine:
        machine.wait("Linux version ")
        machine.wait(f"bootconsole [{THERE.early}] enabled", BOOT_SECONDS)
        machine.boot()
        machine.power_off()


def tests():
    """(sentence, test, its arguments)"""
    for host, words in THERE.machines.items():
        for chip, (one, four) in THERE.guests.items():
            yield (f"keys and disk, all at once: a guest with {chip} on {host}",
                   check_keys_and_disk, chip, one, words)
            if (host, chip) != (next(iter(THERE.machines)), next(iter(THERE.guests))):
                yield (f"processors interrupt each other, go off and on: a guest with {chip} on "
                       f"{host}", check_processors, four, words)
        if len(THERE.guests) > 1:
            yield (f"guests with {' and '.join(THERE.guests)} on {host}",
                   check_mixed, system("mixed"), words)
    yield ("the kernel's first lines come on the guest's console", check_early, system("earlycon"), ())


def main():
    every = list(tests())
    print(f"1..{len(every)}")
    return int(any([run_one(number, "linux/interrupts", sentence, test, *arguments)
                    for number, (sentence, test, *arguments) in enumerate(every, 1)]))


if __name__ == "__main__":
    sys.exit(main())
