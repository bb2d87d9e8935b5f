#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Linux guests with several vCPUs, on machines with as many CPUs, fewer, or one."""
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.architecture import THERE  # noqa: E402
from support.disk import Part  # noqa: E402
from support.linux import check_disk, check_messages, read_written  # noqa: E402
from support.machine import Machine  # noqa: E402
from support.tap import Failure, check, run  # noqa: E402

MEBIBYTES = 8


def start(cpus, vcpus):
    return Machine(f"tests/systems/smp-{cpus}-{vcpus}.dts")


def check_online(machine, vcpus):
    """All are there, each started once, and none without the others' knowledge."""
    check(machine.shell("cat /sys/devices/system/cpu/online"), f"0-{vcpus - 1}", "vCPUs online")
    check_messages(machine)


def interrupts(machine):
    """Interrupts from one processor to another and of the timer: a list of counts each."""
    text = machine.shell("cat /proc/interrupts")
    counted = {name: [int(word) for word in counts.split()]
               for name, counts in re.findall(r"^ *(\w+):((?: +\d+)+)", text, re.M)}
    timer = re.search(rf"^ *(\d+):.*{THERE.timer}", text, re.M).group(1)
    return [sum(pair) for pair in zip(counted["IPI0"], counted["IPI1"])], counted[timer]


def check_work(machine, vcpus):
    """Work on every vCPU is done right, with interrupts among them and its timer's on each."""
    before = interrupts(machine)
    printed = machine.shell("/tests/processors work")
    check(printed.count("right"), vcpus, f"vCPUs whose work is right in\n{printed}")
    for name, old, new in zip(("IPIs", "timer interrupts"), before, interrupts(machine)):
        grown = [after - first for first, after in zip(old, new)]
        if len(grown) != vcpus or min(grown) <= 0:
            raise Failure(f"{name} taken while all work: expected some on each of {vcpus} vCPUs, "
                          f"saw {grown}")


def check_plugged(machine, printed, vcpus, rounds):
    """What `processors plug` printed, and what the kernel says of every vCPU that went off."""
    everybody = f"0-{vcpus - 1}"
    without_first = f"1-{vcpus - 1}" if vcpus > 2 else "1"
    expected = ["0", everybody] * rounds + [without_first, everybody]
    check(re.findall(r"plug: online (\S+)", printed), expected, "vCPUs online, in turn")
    messages = machine.shell("dmesg")
    if THERE.unclean:
        check(messages.count(THERE.unclean), 0, "vCPUs that were not found off")
    check(len(re.findall(rf"{THERE.off}$", messages, re.M)), rounds * (vcpus - 1) + 1,
          "vCPUs that Linux knows to be off")
    check_messages(machine)


def plug(machine, vcpus, rounds):
    check_plugged(machine, machine.shell(f"/tests/processors plug {rounds}"), vcpus, rounds)


def reboot(machine, vcpus):
    machine.type("reboot")
    machine.wait("reboot: Restarting system")
    machine.boot()
    check_online(machine, vcpus)


def test_one_cpu():
    """two vCPUs on one CPU: both work, go off and on again, and come back from a reboot"""
    with start(1, 2) as machine:
        machine.boot()
        check_online(machine, 2)
        check_work(machine, 2)
        plug(machine, 2, 10)
        reboot(machine, 2)
        check_work(machine, 2)
        machine.power_off()


def test_more_vcpus():
    """eight vCPUs on two CPUs: all work and talk with each other"""
    with start(2, 8) as machine:
        machine.boot()
        check_online(machine, 8)
        check_work(machine, 8)
        check_messages(machine)
        machine.power_off()


def test_plug():
    """four vCPUs on four CPUs go off and on again and again while the disk is written"""
    with start(4, 4) as machine:
        machine.boot()
        check_online(machine, 4)
        check_work(machine, 4)
        check_disk(machine)
        machine.shell(f"/tests/write {MEBIBYTES} >/tmp/log &")
        plug(machine, 4, 10)
        machine.shell("wait")
        written = read_written(machine.shell("cat /tmp/log"), MEBIBYTES)
        reboot(machine, 4)
        plug(machine, 4, 2)
        check_disk(machine)
        machine.power_off()
        part = Part(machine.disk, 0)
        part.check_clean()
        check(part.checksum("written"), written, "the file's checksum on the host")


def test_eight():
    """eight vCPUs on eight CPUs come up, and end together"""
    with start(8, 8) as machine:
        machine.boot()
        check_online(machine, 8)
        machine.power_off()


if __name__ == "__main__":
    sys.exit(run("linux/smp", [test_one_cpu, test_more_vcpus, test_plug, test_eight]))
