# SPDX-License-Identifier: Apache-2.0
"""What the bench has to know of aarch64."""
import re

TICK = 1  # instructions in a tick of the clock that Coppice tells
FLAT = ("bench-flat",)
FIRMWARE = False  # before the bare machine's kernel
# The order in which the flat guest measures with marks, after one empty path; None: empty ones between.
# And where QEMU's clock is not exact: it leaves out a load that traps, and behind a system register
# that traps it counts the rest of the translated block, here one instruction.
PATHS = [("hypercall_null", 0), ("mmio_server_round_trip", 1), (None, 0),
         ("mmio_write", 1), ("mmio_write_durable", 1),
         ("sysreg_server_round_trip", -1)]
ENTRIES = {0x400: "sync", 0x480: "irq", 0x500: "fiq", 0x580: "error"}
GOALS = {"ipi_cross_vcpu": 1550}  # of this architecture: what tests/bench/test_bench.py refuses to be more
AIMS = {}  # other than those of tests/bench/run
SYSREG = "ID_AA64PFR0_EL1 answered by the VM manager"

# The bare machine: nodes of QEMU's tree that it keeps, by their parents; the disk is where QEMU puts
# the first virtio device.
KEPT = {"/": ("chosen", "memory", "cpus", "psci", "timer", "intc", "apb-pclk", "pl011",
              "virtio_mmio@a003e00"),
        "/intc@8000000": ()}

_ENTRY = re.compile(
    r"Taking exception .*\n\.\.\.from EL(?P<left>\d) to EL(?P<to>\d)\n(?P<rest>(?:\.\.\..*\n)*)"
    r"|Exception return from AArch64 EL(?P<by>\d) to AArch64 EL(?P<back>\d) .*\n")
_ABORT = re.compile(r"\.\.\.with ESR 0x24/(\w+)\n\.\.\.with FAR (\w+)")
_ABORT_WRITE = 1 << 6


def cpu(shift=0):
    return f"cortex-a57,cntfrq={1000000000 >> shift}"


def _address_written(syndromes):
    abort = _ABORT.search(syndromes)
    return int(abort[2], 16) if abort and int(abort[1], 16) & _ABORT_WRITE else None


def entries(log):
    """Of each entry that QEMU's log (-d int) has: where it is in there, whether it is a guest's exit,
    and the address of which device's register was written.

    Tasks run at EL0 too: what leaves EL0 for EL2 is the guest's if EL1 put it there.
    """
    program = False
    for entry in _ENTRY.finditer(log):
        exits = entry["to"] == "2" and (entry["left"] == "1" or program)
        yield entry.span(), exits, _address_written(entry["rest"] or "")
        program = entry["by"] == "1" and entry["back"] == "0"
