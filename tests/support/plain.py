# SPDX-License-Identifier: Apache-2.0
"""A system without a disk or a person at its console, from its start to its own end."""
import subprocess

from .architecture import HERE, KERNEL
from .tap import Failure, check

SECONDS = 60  # ends what hangs, unless it is told to take longer


def start(bundle, machine=HERE.machine, cpu=HERE.cpu, memory=64, seconds=SECONDS, more=()):
    """What the console shows until the machine powers itself off.

    `bundle` is a file, or None; `more`: words for QEMU.
    """
    words = [HERE.qemu, "-M", machine, "-cpu", cpu, "-m", str(memory),
             "-display", "none", "-monitor", "none", "-serial", "stdio", "-nic", "none",
             "-no-reboot", "-kernel", KERNEL]
    words += ["-initrd", bundle] if bundle else []
    words += more
    try:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=seconds)
    except subprocess.TimeoutExpired as error:
        shown = (error.stdout or b"").decode(errors="replace")
        raise Failure(f"the machine does not end by itself; it showed:\n{shown}") from None
    check(done.returncode, 0, "QEMU's exit code")
    return done.stdout.decode(errors="replace").replace("\r", "")
