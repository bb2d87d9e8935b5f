# SPDX-License-Identifier: Apache-2.0
"""What the bench has to know of riscv64."""
import re

TICK = 100  # instructions in a tick of the clock that Coppice tells: it has 10 MHz
FLAT = ("bench-flat", "bench-aia")  # an AIA has system registers
FIRMWARE = True  # before the bare machine's kernel
# The order in which the flat guest measures with marks, after one empty path; None: empty ones between.
# And where QEMU's clock is not exact: it leaves out a load or store that traps.
PATHS = [("hypercall_null", 0), ("mmio_server_round_trip", 1), (None, 0),
         ("mmio_write", 1), ("mmio_write_durable", 1)]
ENTRIES = {0: "trap"}
# Of this architecture: what tests/bench/test_bench.py refuses to be more. While the kernel works, the
# firmware sends its interrupts to other harts, and takes those that come, some 700 instructions each.
# The idle machine's wake-up is 268, as no software is between the timer and the guest.
GOALS = {"irq_off_waiting": 3500, "rt_latency_ratio": 2}
AIMS = {"hypercall_null": 150, "mmio_server_round_trip": 550, "mmio_server_kernel_part": None,
        "sgi_self": None, "vtimer_latency": None, "ipi_cross_vcpu": None, "blk_read_4k": None}
SYSREG = "stopi answered by the interrupt controller, an AIA"

KEPT = {"/": ("chosen", "memory", "cpus", "soc"),
        "/soc": ("plic", "clint", "test", "serial", "uart", "virtio_mmio@10008000")}

_ENTRY = re.compile(r"riscv_cpu_do_interrupt: hart:\d+, async:(?P<interrupt>\d), cause:(?P<cause>\w+),"
                    r" epc:0x(?P<pc>\w+), tval:0x(?P<value>\w+), .*\n")
_ILLEGAL = 2  # of a guest, too: QEMU's other word for a virtual instruction, where there is no such CSR
_GUEST = {10, 20, 21, 22, 23}  # ECALL, page faults of the second stage, virtual instruction
_DELEGATED = {2, 6, 10}  # interrupts of VS-mode, which the guest takes itself (hideleg)
_STORE = 23
_TASKS = range(0x200000, 0x800000)  # where tasks have their text
_KERNEL = range(0xffffffc080000000, 0xffffffc0c0000000)


def cpu(shift=0):
    del shift
    return "rv64"


def entries(log):
    """Of each entry that QEMU's log (-d int) has: where it is in there, whether it is a guest's exit,
    and the address of which device's register was written.

    QEMU does not say who was interrupted, or did what is illegal: by its pc it is a task, Coppice's
    kernel that was idle, or a guest. Nor who takes an interrupt: by its cause it is the guest, or Coppice.
    """
    for entry in _ENTRY.finditer(log):
        cause, pc = int(entry["cause"], 16), int(entry["pc"], 16)
        of_guest = pc not in _TASKS and pc not in _KERNEL
        if entry["interrupt"] == "1":
            exits = of_guest and cause not in _DELEGATED
        else:
            exits = cause in _GUEST or (of_guest and cause == _ILLEGAL)
        yield entry.span(), exits, int(entry["value"], 16) if exits and cause == _STORE else None
