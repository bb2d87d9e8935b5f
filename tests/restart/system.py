# SPDX-License-Identifier: Apache-2.0
"""A system whose servers are cut, in a run that repeats exactly, and what its guests said."""
import re
import subprocess
import tempfile
from pathlib import Path

from tests.support.plain import start
from tests.support.tap import Failure

IMAGES = Path(__file__).resolve().parents[2] / "build" / "images"
# An instruction is a tick of the clock; see tests/bench/machine.py.
EXACT = ["-cpu", "cortex-a57,cntfrq=1000000000", "-icount", "shift=0,sleep=off", "-seed", "1",
         "-rtc", "base=2024-01-01,clock=vm", "-global", "virtio-mmio.force-legacy=false"]
LINE = re.compile(r"^(?:\[(\w+)\] )?(pass|fail) - (.*)$", re.M)


def run_system(name, seconds, memory=1024):
    """What the console showed until the machine went off, with a disk of its own."""
    bundle = IMAGES.parent / name / "bundle.cpio"
    with tempfile.TemporaryDirectory() as folder:
        disk = Path(folder) / "disk.img"
        subprocess.run(["cp", "--sparse=always", IMAGES / "disk.img", disk], check=True)
        return start(bundle, memory=memory, seconds=seconds, more=[
            *EXACT, "-drive", f"file={disk},if=none,id=disk0,format=raw",
            "-device", "virtio-blk-device,drive=disk0"])


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
