# SPDX-License-Identifier: Apache-2.0
"""One QEMU run that repeats exactly, with Coppice or bare, and what it printed.

Under -icount one instruction is one virtual nanosecond and one tick of the counter that the guests
read. The disk is null-co, without a file or a delay: it completes a request as soon as
QEMU's main loop runs. On one host CPU that is right after the notification, always.
"""
import os
import subprocess
import tempfile
import threading
from pathlib import Path

from tests.support.architecture import HERE

from . import bare
from .here import here

CPU = here.cpu()
QEMU = HERE.qemu
SECONDS = 600  # far more than a run takes
COMMON = ["-cpu", CPU, "-icount", "shift=0,sleep=off", "-rtc", "base=2024-01-01,clock=vm",
          "-seed", "1", "-display", "none", "-nic", "none", "-no-reboot",
          "-global", "virtio-mmio.force-legacy=false", "-global", "virtio-mmio.ioeventfd=off"]
DISK = ["-drive", "if=none,id=disk0,driver=null-co,read-zeroes=on,size=128M",
        "-device", "virtio-blk-device,drive=disk0"]
TURN = 1000
MEMORY = 1024  # MiB, as configs/<arch>/machine.dtsi says
BARE = ["-M", HERE.bare]
COPPICE = ["-M", HERE.machine]


def turns_of(length):
    """Words that give each CPU turns of this many instructions, 1000 or a power of 2 below.

    With several CPUs QEMU runs one until the machine's next virtual timer is due, then the next one:
    up to 100 ms each. A packet filter with nothing to filter has a timer that comes every virtual
    microsecond. For shorter turns an instruction takes longer; still it is one tick.

    When the timer is set anew, QEMU lets all CPUs pass on once, and so to whose turn it is. But a CPU
    that begins while it is due sets it anew itself, and has nothing left for itself: where just two
    run and are neighbours, the second one never has a turn. An idle CPU between them (between.dtsi)
    takes that place.
    """
    shift = 0 if length == TURN else 10 - length.bit_length() + 1
    return ["-netdev", "hubport,id=turns,hubid=0",
            "-object", "filter-buffer,id=turn,netdev=turns,interval=1",
            "-icount", f"shift={shift},sleep=off",
            "-cpu", here.cpu(shift)]


def _one_cpu():
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def run(*words, log=None):
    """What the console prints and, between, QEMU's log of what `log` names (-d).

    Both write into one named pipe, each through an opening of its own: QEMU never waits at its
    console's, so what it logs there may be lost.
    """
    with tempfile.TemporaryDirectory() as folder:
        pipe = Path(folder) / "console"
        os.mkfifo(pipe)
        options = ["-d", log, "-D", str(pipe)] if log else []
        with subprocess.Popen([QEMU, *COMMON, "-serial", f"file:{pipe}", *options,
                               *map(str, words)], stderr=subprocess.PIPE,
                              preexec_fn=_one_cpu) as machine:
            timer = threading.Timer(SECONDS, machine.kill)
            timer.start()
            printed = pipe.read_text(errors="replace")
            timer.cancel()
            warnings = machine.stderr.read().decode()
    if machine.returncode:
        raise RuntimeError(f"{QEMU} ended with {machine.returncode}: {warnings}\n{printed}")
    return printed


def coppice(build, system, memory, *words, log=None):
    return run(*COPPICE, "-m", memory, "-kernel", build / "coppice.img",
               "-initrd", build / "systems" / system / "bundle.cpio", *words, log=log)


def bare_tree(build):
    """The tree of the bare machine, a file."""
    tree = build / "bench-bare.dtb"
    subprocess.run([QEMU, *COMMON, *DISK, "-m", "256", *BARE, "-M", f"dumpdtb={tree}"],
                   capture_output=True, check=True)
    tree.write_bytes(bare.cut(tree.read_bytes()))
    return tree


def bare_linux(build, bootargs):
    """The same kernel, initramfs, command line and devices without a hypervisor."""
    images = build / "images"
    return run(*BARE, "-m", 256, "-kernel", images / "vmlinuz", "-initrd", images / "initrd.img",
               "-append", bootargs, "-dtb", bare_tree(build), *DISK)


def bare_begin(build):
    """What a guest prints that begins as that Linux does."""
    return run(*BARE, "-m", 256, "-kernel", build / "guests" / "begin.bin", "-dtb", bare_tree(build),
               *DISK)
