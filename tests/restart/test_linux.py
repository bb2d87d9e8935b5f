#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Linux works while all its servers are cut at random: nothing is lost, nothing is done twice.

The seeds are printed; a seed as an argument: only that one.
"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.restart.campaign import SERVERS, mask_of, run_campaign  # noqa: E402
from tests.support.tap import Failure, check, run_one  # noqa: E402

SEEDS = (11, 12)
TICKS = 200000  # from cut to cut, about
MASKS = (mask_of(*SERVERS[:6]), mask_of(*SERVERS))
MEBIBYTES = 4
CUTS = 2000  # at least
def campaign(seed, mask):
    """What the campaign's figures must be."""
    figures = run_campaign(seed, mask, TICKS, MEBIBYTES)
    for name in ("lost_writes", "duplicate_completions", "guest_errors"):
        check(figures[name], 0, name)
    if figures["kills"] < CUTS:
        raise Failure(f"only {figures['kills']} cuts")
    if not mask & mask_of("supervisor"):
        check(figures["recovered"], figures["kills"], "lives that began after as many cuts")


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
