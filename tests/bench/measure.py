# SPDX-License-Identifier: Apache-2.0
"""The figures: each function runs one system and returns names and numbers."""
import re
import sys

from configuration.report import Report
from configuration.source import Source

from . import exits
from .machine import DISK, bare_linux, coppice

READS = {"blk_read_4k": (4096, 320), "blk_read_1m": (1 << 20, 64)}
LINUX = "tests/bench/linux.dts"


def _find(pattern, text):
    """The numbers of the pattern's last match."""
    found = list(re.finditer(pattern, text))
    if not found:
        sys.exit(f"bench: no '{pattern}' in what was printed:\n{text}")
    return [int(number) for number in found[-1].groups()]


def _reads(size, count):
    """What tests/linux/guest/bench prints of `count` reads of `size` bytes."""
    return rf"reads {size} {count}\s+cntvct (\d+)\s+cntvct (\d+)\s+median (\d+)"


def flat(build):
    """The lines that the flat guest prints."""
    text = coppice(build, "bench-flat", 256)
    names = dict(re.findall(r"^(\w+) (\d+)$", text, re.M))
    return {name: int(value) for name, value in names.items()}


def _linux(text, suffix):
    return {name + suffix: _find(_reads(*reads), text)[2] for name, reads in READS.items()}


def _boot_arguments():
    vms = Source(Report(LINUX)).root.children["vms"].children["linux"]
    return vms.properties["bootargs"].strings[0]


def linux(build):
    """Boot and disk; the counter of the bare machine starts with its kernel."""
    text = coppice(build, "bench-linux", 1024, *DISK)
    bare = bare_linux(build, _boot_arguments())
    start, init = _find(r"starts at [^\n]*, clock (\d+)\s+cntvct (\d+)", text)
    boot_bare, = _find(r"\A\s*cntvct (\d+)", bare)
    boot = init - start
    return {"boot": boot, "boot_bare": boot_bare, "boot_ratio": round(boot / boot_bare, 4),
            **_linux(text, ""), **_linux(bare, "_bare")}


def blk_exits(build):
    """VM exits of one request, from QEMU's log of exceptions."""
    text, left = exits.split(coppice(build, "bench-linux", 1024, *DISK, log="int"))
    reads = re.search(_reads(*READS["blk_read_4k"]), text)
    if not reads:
        sys.exit(f"bench: no reads in what was printed:\n{text}")
    between = [each for each in left if reads.end(1) < each.place <= reads.start(2)]
    return {"blk_exits_per_request": exits.per_request(between)}
