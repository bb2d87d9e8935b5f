#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The kernel's own tables, read out of a running machine's memory: what may be done where.

And where the kernel is part of each task's tables: that those have the same, and what else they have
is the task's.
"""
import mmap
import struct
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
from tests.support.architecture import FOLDER, HERE, KERNEL, bundle  # noqa: E402
from tests.support.plain import SECONDS  # noqa: E402
from tests.support.tap import Failure, check, run  # noqa: E402

WORK = FOLDER / "tests" / "kernel"
PAGE, LEAF, CPUS = 4096, 3, 8
RUNNING = "starts at"  # of the VM manager: boot is over
GIGABYTE, MEGABYTE = 1 << 30, 1 << 20
RAM_SIZE = 128 * MEGABYTE  # of it: where all tables are


@dataclass(frozen=True)
class Entry:
    """What an entry says, or what it points to."""

    leaf: bool
    address: int  # physical
    access: str = ""  # "rw-", "r-x" and so on
    user: bool = False


def entry_aarch64(word, level):
    """Arm ARM D8.3, at EL2, which has no unprivileged side."""
    if not word & 1:
        return None
    address = word & 0xfffffffff000
    if level < LEAF and word & 2:
        return Entry(False, address)
    return Entry(True, address, "r" + ("-" if word >> 7 & 1 else "w") + ("-" if word >> 54 & 1 else "x"))


def entry_riscv64(word, _):
    """Privileged Architecture 4.3.1."""
    if not word & 1:
        return None
    address = word >> 10 << 12 & 0xffffffffffffff
    if not word & 0xe:
        return Entry(False, address)
    access = "".join(letter if word >> bit & 1 else "-" for bit, letter in enumerate("rwx", 1))
    return Entry(True, address, access, bool(word >> 4 & 1))


# How entries look, where RAM begins, and where the kernel has what is at physical address 0.
ENTRY, RAM, OFFSET = {
    "aarch64": (entry_aarch64, 0x40000000, 0),
    "riscv64": (entry_riscv64, 0x80000000, 0xffffffc000000000),
}[HERE.name]
FIRST = OFFSET >> 30 & 511  # of the kernel's own entries in a root


def symbols():
    lines = subprocess.run([HERE.tool("nm"), FOLDER / "kernel.elf"],
                           stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines()
    return {words[-1]: int(words[0], 16) for words in map(str.split, lines) if len(words) == 3}


def memory_of_a_run():
    """Physical memory of a system whose guest has started, from RAM on."""
    WORK.mkdir(parents=True, exist_ok=True)
    serial, saved = WORK / "serial", WORK / "memory"
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
        machine.communicate(f'stop\npmemsave {RAM:#x} {RAM_SIZE} "{saved}"\nquit\n', SECONDS)
    finally:
        machine.kill()
    if RUNNING not in serial.read_text(errors="replace"):
        raise Failure("the guest did not start; the console shows:\n" + serial.read_text())
    with saved.open("rb") as file:
        memory = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    saved.unlink()
    return memory


class Tables:
    """Tables of three levels, as the CPU walks them (39-bit addresses, pages of 4 KiB)."""

    def __init__(self):
        self.symbol = symbols()
        self.memory = memory_of_a_run()
        self.root = self.symbol["kernel_tables"] - OFFSET

    def words(self, table, first=0, count=512):
        return struct.unpack_from(f"<{count}Q", self.memory, table - RAM + 8 * first)

    def walk(self, table, level=1, base=0, first=0, count=512):
        """(virtual address, size, entry) of each leaf, below some entries of a table."""
        size = 1 << 39 - 9 * level
        for index, word in enumerate(self.words(table, first, count), first):
            entry = ENTRY(word, level)
            address = base + index * size
            if entry and entry.leaf:
                yield address, size, entry
            elif entry:
                yield from self.walk(entry.address, level + 1, address)

    def access(self, address):
        """'rw-', 'r-x' and so on, or None where nothing is mapped."""
        table = self.root
        for level in range(1, LEAF + 1):
            entry = ENTRY(*self.words(table, address >> 39 - 9 * level & 511, 1), level)
            if not entry or entry.leaf:
                return entry and entry.access
            table = entry.address
        return None

    def range(self, first, last):
        """The accesses of all pages between two symbols."""
        pages = range(self.symbol[first], self.symbol[last], PAGE)
        return {self.access(page) for page in pages}

    def task_roots(self):
        """The other roots in memory with the kernel's half."""
        half = struct.pack(f"<{512 - FIRST}Q", *self.words(self.root, FIRST, 512 - FIRST))
        return [page for page in range(RAM, RAM + RAM_SIZE, PAGE) if page != self.root
                and self.memory[page - RAM + 8 * FIRST:page - RAM + PAGE] == half]


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
    """nothing at all is both writable and executable, and nothing but the text is executable"""
    text = range(tables.symbol["kernel_text"] & (1 << 39) - 1,
                 tables.symbol["kernel_text_end"] & (1 << 39) - 1)
    for address, size, entry in tables.walk(tables.root):
        inside = address in text and address + size - 1 in text
        if "x" in entry.access and (not inside or "w" in entry.access):
            raise Failure(f"{address:#x}: expected no execution, saw {entry.access}")


def test_not_unprivileged():
    """nothing of it is there for unprivileged code, and nothing lies in a task's half"""
    for address, _, entry in tables.walk(tables.root):
        check((entry.user, address >> 30 >= FIRST), (False, True), f"{address:#x}")


def test_tasks():
    """a task's tables have the kernel's half as it is; its own is all unprivileged, none w and x"""
    roots = tables.task_roots()
    if len(roots) < 4:
        raise Failure(f"expected the roots of the supervisor and three servers, saw {len(roots)}")
    for root in roots:
        seen = {(entry.user, entry.access) for _, _, entry in tables.walk(root, count=FIRST)}
        if not seen or not seen <= {(True, access) for access in ("r--", "rw-", "r-x")}:
            raise Failure(f"root {root:#x}: saw {sorted(seen)}")


TESTS = [test_text, test_data, test_stacks, test_boot, test_everywhere, test_not_unprivileged]

if __name__ == "__main__":
    sys.exit(run("kernel/tables", TESTS + ([test_tasks] if FIRST else [])))
