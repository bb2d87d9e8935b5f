# SPDX-License-Identifier: Apache-2.0
"""The figures: each function runs one system and returns names and numbers."""
import re
import sys

from configuration.report import Report
from configuration.source import Source

from tests.restart.campaign import SERVERS, mask_of, run_campaign
from tests.restart.test_sweep import sweeps
from tests.support.architecture import HERE, THERE

from . import exits
from .here import here
from .machine import DISK, MEMORY, bare_begin, bare_linux, coppice

# QEMU's words for what a driver does to a virtio device: a notification, and a look at an interrupt.
TRACE = "trace:virtio_mmio_read,trace:virtio_mmio_write_offset"
NOTIFIED, LOOKED = r"virtio_mmio_write offset 0x50 ", r"virtio_mmio_read offset 0x60$"
READS = {"blk_read_4k": (4096, 320), "blk_read_1m": (1 << 20, 64)}
LINUX = "tests/bench/linux.dts"
KILL_SEED, KILL_TICKS, KILL_MEBIBYTES = 21, 100000, 4


def _find(pattern, text):
    """The numbers of the pattern's last match."""
    found = list(re.finditer(pattern, text, re.M))
    if not found:
        sys.exit(f"bench: no '{pattern}' in what was printed:\n{text}")
    return [int(number) for number in found[-1].groups()]


def _reads(size, count):
    """What tests/linux/guest/bench prints of `count` reads of `size` bytes."""
    return rf"reads {size} {count}\s+cntvct (\d+)\s+cntvct (\d+)\s+median (\d+)"


def flat(build):
    """The lines that the flat guest prints; of systems that both have a figure the first one's."""
    values = {}
    for system in here.FLAT:
        text = coppice(build, system, MEMORY).replace("\r", "")
        values = {name: int(value) for name, value in
                  re.findall(r"^(\w+) (\d+)$", text, re.M)} | values
    return values | transaction(values)


def transaction(values):
    """What it adds to a write that the server's count outlives it."""
    return {"transaction_cost": values["mmio_write_durable"] - values["mmio_write"]}


# In a sweep's sentence, and among the figures: the shortest request of each server.
REGROWN = {"console": "vuart"} | {name: name for name in (
    "uart", THERE.controller, "vmm", "virtio_blk", "blk", "supervisor")}


def regrow(build):
    """From a cut to the end of the request that it was in, at most."""
    found = sweeps(coppice(build, "bench-regrow", MEMORY, *DISK).replace("\r", ""))
    return {f"regrow_{name}": min(figures["regrow"] for sentence, figures in found.items()
                                  if sentence.startswith(f"{victim}:"))
            for victim, name in REGROWN.items()}


def kills(build):
    """A campaign that loses nothing, and what cuts cost the same work on the disk."""
    text = coppice(build, "bench-kills", MEMORY, *DISK)
    times = [int(number) for number in re.findall(r"^cntvct (\d+)", text, re.M)]
    if len(times) != 10:
        sys.exit(f"bench: not all of the work was done:\n{text}")
    alone, cut = (sum(part[1::2]) - sum(part[::2]) for part in (times[2:6], times[6:]))
    return {"throughput_under_kills": round(alone / cut, 4), "kill_cost": (cut - alone) * here.TICK // _find(
                r"^cuts: (\d+)\s+coppice.run", text)[0],
            **run_campaign(KILL_SEED, mask_of(*SERVERS[:6]), KILL_TICKS, KILL_MEBIBYTES)}


def _linux(text, suffix):
    return {name + suffix: _find(_reads(*reads), text)[2] * here.TICK
            for name, reads in READS.items()}


def _boot_arguments():
    vms = Source(Report(LINUX), HERE.name).root.children["vms"].children["linux"]
    return vms.properties["bootargs"].strings[0]


def linux(build):
    """Boot and disk; on the bare machine the kernel may begin after a firmware."""
    text = coppice(build, "bench-linux", MEMORY, *DISK)
    bare = bare_linux(build, _boot_arguments())
    start, init = _find(r"starts at [^\n]*, clock (\d+)\s+cntvct (\d+)", text)
    begin, = _find(r"\bbegins (\d+)", bare_begin(build)) if here.FIRMWARE else (0,)
    boot = (init - start) * here.TICK
    boot_bare = int(re.search(r"^\s*cntvct (\d+)", bare, re.M)[1]) * here.TICK - begin
    return {"boot": boot, "boot_bare": boot_bare, "boot_ratio": round(boot / boot_bare, 4),
            **_linux(text, ""), **_linux(bare, "_bare")}


def blk_exits(build):
    """VM exits of one request, from QEMU's log of exceptions."""
    text, left = exits.split(coppice(build, "bench-linux", MEMORY, *DISK, log="int"))
    reads = re.search(_reads(*READS["blk_read_4k"]), text)
    if not reads:
        sys.exit(f"bench: no reads in what was printed:\n{text}")
    between = [each for each in left if reads.end(1) < each.place <= reads.start(2)]
    return {"blk_exits_per_request": exits.per_request(between)}


def _wakeups(build, machine):
    log = coppice(build, "bench-linux", MEMORY, *machine, *DISK, log=TRACE)
    notified, looked = (len(re.findall(word, log, re.M)) for word in (NOTIFIED, LOOKED))
    return round(looked / notified, 2)


def blk_wakeups(build):
    """How often the driver of the machine's disk is woken for a request, by whichever controller."""
    return {"blk_wakeups_per_request": max(_wakeups(build, words)
                                           for words in THERE.machines.values())}
