#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Linux works while all its servers are cut at random: nothing is lost, nothing is done twice.

The seeds are printed; a seed as an argument: only that one.
"""
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.restart.campaign import SERVERS, Campaign, mask_of  # noqa: E402
from tests.support.disk import Part  # noqa: E402
from tests.support.linux import check_messages, write  # noqa: E402
from tests.support.tap import Failure, check, run_one  # noqa: E402

SEEDS = (11, 12)
TICKS = 200000  # from cut to cut, about
MASKS = (mask_of(*SERVERS[:6]) & ~mask_of("uart"), mask_of(*SERVERS) & ~mask_of("uart"))
MEBIBYTES = 4
CUTS = 500  # at least
def write_direct(machine):
    """The checksum of a file, written and read past the cache."""
    printed, _ = machine.cuts("direct", MEBIBYTES)
    found = re.search("direct: equal ([0-9a-f]{64})", printed)
    if not found:
        raise Failure(f"what was written past the cache is not what was read:\n{printed}")
    return found[1]


def campaign(seed, mask):
    """How many cuts there were."""
    with Campaign() as machine:
        machine.boot()
        machine.cuts("begin", seed, TICKS, hex(mask))
        written = write(machine, MEBIBYTES)
        direct = write_direct(machine)
        _, cuts = machine.cuts("end")
        printed, after = machine.cuts("figures")
        check(after - cuts <= 1, True, "cuts come to an end")
        check(re.search(r"flying (\d+)", printed)[1], "0", "requests that did not come back")
        check_messages(machine)
        machine.shell("umount /mnt")
        machine.power_off()
        if "died:" in machine.shown or "damaged" in machine.shown:
            raise Failure(f"a server has died of itself:\n{machine.shown}")
        part = Part(machine.disk, 0)
        part.check_clean()
        check(part.checksum("written"), written, "the file on the host")
        check(part.checksum("direct"), direct, "the other file on the host")
    if cuts < CUTS:
        raise Failure(f"only {cuts} cuts")
    return cuts


def main():
    seeds = [int(word) for word in sys.argv[1:]] or SEEDS
    print(f"1..{len(seeds)}")
    failed = []
    for number, seed in enumerate(seeds, 1):
        mask = MASKS[number % 2]
        sentence = f"what is written is there and nobody complains, seed {seed}, mask {mask:#x}"
        failed.append(run_one(number, "restart/linux", sentence, campaign, seed, mask))
    return int(any(failed))


if __name__ == "__main__":
    sys.exit(main())
