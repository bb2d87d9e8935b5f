#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Linux works while all its servers are cut at random: nothing is lost, nothing is done twice.

The seeds are printed; a seed as an argument: only that one.
"""
import itertools
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.restart.campaign import SERVERS, Campaign, mask_of, run_campaign  # noqa: E402
from tests.support.architecture import THERE  # noqa: E402
from tests.support.disk import Part  # noqa: E402
from tests.support.linux import check_messages  # noqa: E402
from tests.support.tap import Failure, check, check_in, run_one  # noqa: E402

SEEDS = (11, 12)
TICKS = 200000  # from cut to cut, about
MASKS = (mask_of(*SERVERS[:6]), mask_of(*SERVERS))
MEBIBYTES = 4
CUTS = 2000  # at least
POINTS, STEP = 300, 173  # of a request under Linux: about all of a write, a flush and a read
# The file that is written while the server is cut; - for a line on the console.
SWEPT = {THERE.controller: "/mnt/swept", "virtio_blk": "/mnt/swept", "blk": "/mnt/swept",
         "console": "-"}


def campaign(seed, mask):
    """What the campaign's figures must be."""
    figures = run_campaign(seed, mask, TICKS, MEBIBYTES)
    for name in ("lost_writes", "duplicate_completions", "guest_errors"):
        check(figures[name], 0, name)
    if figures["kills"] < CUTS:
        raise Failure(f"only {figures['kills']} cuts")
    if not mask & mask_of("supervisor"):
        check(figures["recovered"], figures["kills"], "lives that began after as many cuts")


def sweep():
    """Requests through each server, cut at one instruction after the other."""
    with Campaign() as machine:
        machine.boot()
        machine.shell("mount -t ext4 /dev/vda /mnt")
        for name, file in SWEPT.items():
            victim = SERVERS.index(name)
            machine.shell(f"cutrequest {victim} {STEP} {POINTS} {file} > /tmp/printed")
            printed = machine.shell("cat /tmp/printed" if file != "-" else
                                    f"cutrequest {victim} {STEP} {POINTS} -")
            check_in("wrong 0", printed, f"requests through {name}")
            lines = re.findall(r"^line (\d+)$", printed, re.M)
            check(lines, [str(line) for line in range(POINTS)] if file == "-" else [],
                  "lines on the console")
        check(machine.cuts("end")[1] >= POINTS * len(SWEPT), True, "as many cuts")
        check_messages(machine)
        machine.shell("umount /mnt")
        machine.power_off()
        Part(machine.disk, 0).check_clean()


def main():
    seeds = [int(word) for word in sys.argv[1:]] or SEEDS
    tests = [(f"what is written is there and nobody complains, seed {seed}, mask {mask:#x}",
              campaign, seed, mask) for seed, mask in zip(seeds, itertools.cycle(MASKS))]
    tests.append((f"cut at {POINTS} instructions of a request: {', '.join(SWEPT)}", sweep))
    print(f"1..{len(tests)}")
    failed = [run_one(number, "restart/linux", *test) for number, test in enumerate(tests, 1)]
    return int(any(failed))


if __name__ == "__main__":
    sys.exit(main())
