#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The kernel's own tables, read out of a running machine's memory: what the kernel may do where."""
import struct
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
from tests.support.architecture import FOLDER, HERE, KERNEL, bundle  # noqa: E402
from tests.support.plain import SECONDS  # noqa: E402
from tests.support.tap import Failure, check, run  # noqa: E402

WORK = FOLDER / "tests" / "kernel"
PAGE, TABLES, LEAF, CPUS = 4096, 16, 3, 8
RUNNING = "starts at"  # of the VM manager: boot is over
GIGABYTE = 1 << 30


class Aarch64:
    """Entries of EL2's tables (Arm ARM D8.3)."""

    offset = 0  # the kernel's addresses are the machine's
    everywhere = range(0, 3 * GIGABYTE, PAGE)
    READ_ONLY, NO_EXECUTE = 1 << 7, 1 << 54

    @staticmethod
    def is_leaf(entry, level):
        return level == LEAF or not entry & 2

    @staticmethod
    def next(entry):
        return entry & 0xfffffffff000

    @classmethod
    def access(cls, entry):
        return ("r" + ("-" if entry & cls.READ_ONLY else "w")
                + ("-" if entry & cls.NO_EXECUTE else "x"))


class Riscv64:
    """Entries of Sv39 (Privileged Architecture 4.3, 4.4); the kernel has the upper half."""

    offset = 0xffffffc000000000
    everywhere = [*range(0, GIGABYTE, PAGE),  # a task's half
                  *range(offset, offset + 4 * GIGABYTE, PAGE)]

    @staticmethod
    def is_leaf(entry, level):
        return bool(entry & 0xe)

    @staticmethod
    def next(entry):
        return (entry >> 10 << 12) + Riscv64.offset

    @staticmethod
    def access(entry):
        user = "u" if entry & 16 else ""
        return "".join(letter if entry & bit else "-"
                       for letter, bit in (("r", 2), ("w", 4), ("x", 8))) + user


THERE = {"aarch64": Aarch64, "riscv64": Riscv64}[HERE.name]


def symbols():
    lines = subprocess.run([HERE.tool("nm"), FOLDER / "kernel.elf"],
                           stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines()
    return {words[-1]: int(words[0], 16) for words in map(str.split, lines) if len(words) == 3}


def memory_of_a_run(address, size):
    """Physical memory of a system whose guest has started."""
    WORK.mkdir(parents=True, exist_ok=True)
    serial, saved = WORK / "serial", WORK / "tables"
    serial.write_text("")
    machine = subprocess.Popen(
        [HERE.qemu, "-M", HERE.machine, "-cpu", HERE.cpu, "-m", "1024", "-display", "none", "-nic", "none",
         "-monitor", "stdio", "-serial", f"file:{serial}",
         "-kernel", KERNEL, "-initrd", bundle("timer")],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    try:
        for _ in range(10 * SECONDS):
            if RUNNING in serial.read_text(errors="replace"):
                break
            time.sleep(0.1)
        machine.communicate(f'stop\npmemsave {address:#x} {size} "{saved}"\nquit\n', SECONDS)
    finally:
        machine.kill()
    if RUNNING not in serial.read_text(errors="replace"):
        raise Failure("the guest did not start; the console shows:\n" + serial.read_text())
    return saved.read_bytes()


class Tables:
    """The tables, as the CPU walks them (39-bit addresses, 4 KiB)."""

    def __init__(self):
        self.symbol = symbols()
        self.base = self.symbol["kernel_tables"]
        self.raw = memory_of_a_run(self.base - THERE.offset, TABLES * PAGE)

    def entry(self, table, index):
        return struct.unpack_from("<Q", self.raw, table - self.base + 8 * index)[0]

    def access(self, address):
        """'rw-', 'r-x' and so on, or None where nothing is mapped."""
        table = self.base
        for level in range(1, LEAF + 1):
            entry = self.entry(table, address >> 39 - 9 * level & 511)
            if not entry & 1:
                return None
            if THERE.is_leaf(entry, level):
                return THERE.access(entry)
            table = THERE.next(entry)
        return None

    def range(self, first, last):
        """The accesses of all pages between two symbols."""
        pages = range(self.symbol[first], self.symbol[last], PAGE)
        return {self.access(page) for page in pages}


tables = Tables()


def test_text():
    """the kernel's text is executable and never writable"""
    check(tables.range("kernel_text", "kernel_text_end"), {"r-x"}, "access to the text")


def test_data():
    """constants are read-only, data and stack writable, none of them executable"""
    check(tables.range("kernel_rodata", "kernel_rodata_end"), {"r--"}, "access to the constants")
    check(tables.range("kernel_data", "kernel_stacks"), {"rw-"}, "access to the data")


def test_stacks():
    """each CPU's kernel stack is writable, and nothing is mapped under it"""
    pages = range(tables.symbol["kernel_stacks"], tables.symbol["kernel_end"], PAGE)
    check([tables.access(page) for page in pages], CPUS * [None, "rw-", "rw-"], "access to the stacks")


def test_boot():
    """the boot code, and libfdt with it, is gone"""
    check(tables.range("kernel_init", "kernel_init_end"), {None}, "access to the boot code")


def test_everywhere():
    """nothing but the text is executable, nothing executable writable, and nothing a task's"""
    text = range(tables.symbol["kernel_text"], tables.symbol["kernel_text_end"])
    for page in THERE.everywhere:
        access = tables.access(page)
        if access and ("u" in access or "x" in access and (page not in text or "w" in access)):
            raise Failure(f"page {page:#x}: expected no execution, and no task, saw {access}")


if __name__ == "__main__":
    sys.exit(run("kernel/tables", [test_text, test_data, test_stacks, test_boot, test_everywhere]))
