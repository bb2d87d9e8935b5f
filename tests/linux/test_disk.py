#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The guest's ext4 disk keeps what is written to it, over a reboot, as the host sees it too."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.linux import check_disk, check_messages, checksum, write  # noqa: E402
from support.disk import Part  # noqa: E402
from support.machine import Machine  # noqa: E402
from support.tap import check, run  # noqa: E402

LINUX = "configs/linux.dts"
MEBIBYTES = 16


def test_disk():
    """files are whole; what is written is read back equal; the host finds it on a clean disk"""
    with Machine(LINUX) as machine:
        machine.boot()
        check_disk(machine)
        written = write(machine, MEBIBYTES)
        machine.shell("umount /mnt")
        check_messages(machine)
        machine.power_off()
        part = Part(machine.disk, 0)
        part.check_clean()
        check(part.checksum("written"), written, "the file's checksum on the host")


def test_reboot():
    """reboot comes back to a second prompt, twice, with the disk as it was left"""
    with Machine(LINUX) as machine:
        machine.boot()
        check_disk(machine)
        written = write(machine, MEBIBYTES)
        for _ in range(2):
            machine.type("reboot")
            machine.wait("reboot: Restarting system")
            machine.boot()
            check_disk(machine)
            check(checksum(machine, "/mnt/written"), written, "the file after the reboot")
            check_messages(machine)
        machine.power_off()
        Part(machine.disk, 0).check_clean()


def test_neighbour():
    """the guest's disk ends where its region ends; the rest of the machine's disk is untouched"""
    with Machine(LINUX) as machine:
        before = Part(machine.disk, 1).file.read_bytes()
        machine.boot()
        check(machine.shell("cat /sys/block/vda/size"), "131072", "sectors of the disk")
        machine.shell("dd if=/dev/zero of=/dev/vda bs=1M seek=60 2>/dev/null")
        machine.power_off()
        check(Part(machine.disk, 1).file.read_bytes() == before, True,
              "the other region is unchanged")
        check(Part(machine.disk, 0).file.read_bytes()[60 << 20:] == bytes(4 << 20), True,
              "the end of the own region is zeroed")


if __name__ == "__main__":
    sys.exit(run("linux/disk", [test_disk, test_reboot, test_neighbour]))
