# SPDX-License-Identifier: Apache-2.0
"""A system whose servers are cut, in a run that repeats exactly, and what its guests said."""
import os
import re
import subprocess
import tempfile
from pathlib import Path

from tests.support.architecture import IMAGES, THERE, bundle
from tests.support.plain import start
from tests.support.tap import Failure

# An instruction is a nanosecond; see tests/bench/machine.py.
EXACT = ["-cpu", THERE.exact, "-icount", "shift=0,sleep=off", "-seed", "1",
         "-rtc", "base=2024-01-01,clock=vm", "-global", "virtio-mmio.force-legacy=false"]
LINE = re.compile(r"^(?:\[(\w+)\] )?(pass|fail) - (.*)$", re.M)


# A server that nobody cut, or that was cut where it must not be. The supervisor's end is its own wish.
DIED = re.compile(r"supervisor\] [\w.]+ has died|panic|damaged")
# As the disk of tests/bench/machine.py: it keeps nothing, but is as quick each time.
EMPTY = ["-global", "virtio-mmio.ioeventfd=off",
         "-drive", "if=none,id=disk0,driver=null-co,read-zeroes=on,size=128M"]


def run_system(name, seconds, memory=1024, disk=True):
    """What the console showed until the machine went off; its disk is a copy, or an empty one."""
    words = [*EXACT, "-device", "virtio-blk-device,drive=disk0"]
    if not disk:
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        return start(bundle(name), memory=memory, seconds=seconds, more=[*words, *EMPTY])
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "disk.img"
        subprocess.run(["cp", "--sparse=always", IMAGES / "disk.img", copy], check=True)
        return start(bundle(name), memory=memory, seconds=seconds, more=[
            *words, "-drive", f"file={copy},if=none,id=disk0,format=raw"])


def checks(shown):
    """(whether it passed, who said it, the sentence) of each check of the guests'."""
    return [(verdict == "pass", who, sentence) for who, verdict, sentence in LINE.findall(shown)]


def must_pass(shown, *sentences):
    """All the guests' checks passed, and these are among them."""
    found = checks(shown)
    failed = [sentence for passed, _, sentence in found if not passed]
    missing = [sentence for sentence in sentences if sentence not in [each for *_, each in found]]
    if failed or missing:
        raise Failure("\n".join([*(f"failed: {each}" for each in failed),
                                 *(f"missing: {each}" for each in missing), "the console showed:",
                                 *shown.splitlines()[-60:]]))
