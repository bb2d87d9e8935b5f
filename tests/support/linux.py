# SPDX-License-Identifier: Apache-2.0
"""What tests do in a Linux guest, step by step."""
import re

from .tap import Failure, check_in

SECTOR = 512


def check_disk(machine):
    """Mounts the disk if need be; every file on it is as it was built."""
    machine.shell("umount /mnt 2>/dev/null")
    printed = machine.shell("/tests/disk")
    check_in("disk: good", printed, "the files of the disk")
    if printed.count(": OK") != 6:
        raise Failure(f"expected 6 files with the right checksum, saw\n{printed}")


def read_written(printed, mebibytes):
    """The checksum that /tests/write found equal, after it really read from the disk."""
    sectors = re.search(r"sectors read back (\d+)", printed)
    equal = re.search(r"write: equal ([0-9a-f]{64})", printed)
    if not sectors or not equal:
        raise Failure(f"what was written is not what was read back:\n{printed}")
    if int(sectors.group(1)) < (mebibytes << 20) / SECTOR:
        raise Failure(f"expected {mebibytes} MiB to be read from the disk, saw only "
                      f"{sectors.group(1)} sectors")
    return equal.group(1)


def write(machine, mebibytes):
    return read_written(machine.shell(f"/tests/write {mebibytes}"), mebibytes)


def checksum(machine, path):
    printed = machine.shell(f"sha256sum {path}")
    found = re.match(r"([0-9a-f]{64}) ", printed)
    if not found:
        raise Failure(f"no checksum of {path}: {printed}")
    return found.group(1)


def check_messages(machine):
    """The kernel's messages hold no error and no trace of one."""
    bad = [line for line in machine.shell("dmesg -r").splitlines()
           if re.match(r"<(\d+)>", line) and int(re.match(r"<(\d+)>", line).group(1)) & 7 <= 3
           or re.search(r"Call trace|WARNING:|BUG:|Oops|rcu.*stall", line)]
    if bad:
        raise Failure("the kernel's messages hold errors:\n" + "\n".join(bad))
