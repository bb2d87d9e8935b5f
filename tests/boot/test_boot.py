#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What cannot boot says why on the console, and the machine ends by itself."""
import sys
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
from tests.boot.bundle import DATA, TEXT, Bundle  # noqa: E402
from tests.support.architecture import FOLDER, HERE  # noqa: E402
from tests.support.plain import start  # noqa: E402
from tests.support.tap import Failure, check, run_one  # noqa: E402

WORK = FOLDER / "tests" / "boot"

KERNEL, SUPERVISOR = "coppice: cannot boot: ", "supervisor: cannot boot: "
NO_IMAGE = KERNEL + "the bundle does not begin with the supervisor's image"
BAD_SUM = KERNEL + "the supervisor's image is corrupt: its checksum is wrong"
SHORT_IMAGE = KERNEL + "the bundle is truncated: the supervisor's image is longer than it"
BAD_HEADER = KERNEL + "the supervisor's image has a bad header"
BROKEN = SUPERVISOR + "the bundle is truncated or corrupt (looking for {})"
MISSING = SUPERVISOR + "the bundle has no file {}"
BAD_TREE = SUPERVISOR + "system.dtb is truncated, corrupt or no plan"
IMAGE, TREE, SERVER = "supervisor.bin", "system.dtb", "vuart.elf"
GUEST = "images/tests/timer.bin"


def elf(why):
    return f"{SUPERVISOR}{SERVER}: {why}"


def cut(name, offset=0):
    """The bundle ends at an offset of a file."""
    bundle = Bundle()
    return bundle.cut(bundle.place(name, offset))


def flip(name, offset):
    bundle = Bundle()
    return bundle.flip(bundle.place(name, offset))


def write(offset, form, number):
    """One number of a server's ELF headers."""
    return Bundle().write(SERVER, offset, form, number)


def swap(old, new):
    return Bundle().replace(TREE, old, new)


TRUNCATED = [
    ("within the first cpio header", lambda: Bundle().cut(100), NO_IMAGE),
    ("where the supervisor's image begins", lambda: cut(IMAGE), NO_IMAGE),
    ("one byte into that image's header", lambda: cut(IMAGE, 1), NO_IMAGE),
    ("within that image's text", lambda: cut(IMAGE, 0x1000), SHORT_IMAGE),
    ("one page before that image's end", lambda: cut(IMAGE, -0x1000 + Bundle().files[IMAGE][1]),
     SHORT_IMAGE),
    ("behind that image", lambda: cut(IMAGE, Bundle().files[IMAGE][1]), BROKEN.format(TREE)),
    ("where the plan begins", lambda: cut(TREE), BROKEN.format(TREE)),
    ("within the plan", lambda: cut(TREE, 0x234), BROKEN.format(TREE)),
    ("within the plan's last page", lambda: cut(TREE, Bundle().files[TREE][1] - 0xfff), BAD_TREE),
    ("within a server, before the guest's image", lambda: cut(SERVER, 0x1234),
     BROKEN.format(GUEST)),
    ("before the guest's image", lambda: cut(GUEST), BROKEN.format(GUEST)),
]
SUPERVISORS = [
    ("magic number", lambda: flip(IMAGE, 0), NO_IMAGE),
    ("checksum", lambda: flip(IMAGE, 8), BAD_SUM),
    ("text size (not whole pages)", lambda: flip(IMAGE, 16), BAD_HEADER),
    ("memory size (far too large)", lambda: flip(IMAGE, 47), BAD_HEADER),
    ("entry", lambda: flip(IMAGE, 48), BAD_SUM),
    ("text", lambda: flip(IMAGE, 0x1001), BAD_SUM),
    ("last byte", lambda: flip(IMAGE, Bundle().files[IMAGE][1] - 1), BAD_SUM),
]
SERVERS = [
    ("has no magic number", lambda: flip(SERVER, 0), elf("it is no 64-bit ELF file")),
    ("is a 32-bit one", lambda: write(4, "B", 1), elf("it is no 64-bit ELF file")),
    ("is big-endian", lambda: write(5, "B", 2), elf("it is no 64-bit ELF file")),
    ("is relocatable", lambda: write(16, "<H", 1), elf("it is no executable for this machine")),
    ("is another machine's", lambda: write(18, "<H", 62),
     elf("it is no executable for this machine")),
    ("has its entry outside", lambda: write(24, "<Q", 0x500000),
     elf("its entry is in no executable segment")),
    ("has its program headers outside", lambda: write(32, "<Q", 1 << 63),
     elf("its program headers are not in the file")),
    ("has no program headers", lambda: write(56, "<H", 0),
     elf("its program headers are not in the file")),
    ("has writable text", lambda: write(TEXT + 4, "<I", 7),
     elf("a segment is writable and executable")),
    ("has its text off a page", lambda: write(TEXT + 8, "<Q", 0x1008),
     elf("a segment is not at a page boundary")),
    ("has its text behind the end", lambda: write(TEXT + 8, "<Q", 1 << 40),
     elf("a segment is not in the file")),
    ("has its text in the start page", lambda: write(TEXT + 16, "<Q", 0x200000),
     elf("a segment has a bad address")),
    ("has its data over the text", lambda: write(DATA + 16, "<Q", 0x400000),
     elf("a segment has a bad address")),
    ("has endless data", lambda: write(DATA + 40, "<Q", 2 ** 64 - 1),
     elf("a segment has a bad address")),
]
PLANS = [
    ("magic number", lambda: flip(TREE, 0), BAD_TREE),
    ("total size", lambda: Bundle().write(TREE, 4, ">I", 1 << 30), BAD_TREE),
    ("place of the structure", lambda: flip(TREE, 9), BAD_TREE),
    ("first token", lambda: flip(TREE, Bundle().number(TREE, 8) + 3), BAD_TREE),
    ("compatible", lambda: swap(b"coppice,plan-1", b"coppice,plan-2"), BAD_TREE),
    ("property's name", lambda: swap(b"\0log-task\0", b"\0log-tusk\0"),
     SUPERVISOR + "system.dtb: plan has no usable log-task"),
    ("node's name", lambda: swap(b"\1objects\0", b"\1abjects\0"),
     SUPERVISOR + "system.dtb: there is no node objects"),
    ("object's type", lambda: swap(b"vcpu\0", b"vcpo\0"),
     SUPERVISOR + "system.dtb: the object guest.vcpu0 has the unknown type vcpo"),
]
MISSINGS = [(name, lambda name=name: Bundle().without(name), MISSING.format(name))
            for name in (TREE, GUEST)]
MISSINGS.append((SERVER, lambda: Bundle().without(SERVER),
                 SUPERVISOR + f"{SERVER}: the bundle has no such file"))

# Sentence, bundle, its refusal, what is wrong about the machine.
MACHINES = {
    "aarch64": [
        ("a machine without virtualization is refused", Bundle,
         KERNEL + "not started at EL2", {"machine": "virt,gic-version=3"}),
        ("a machine with a GICv2 is refused", Bundle, KERNEL + "this machine has no GICv3",
         {"machine": "virt,virtualization=on,gic-version=2"}),
        ("a machine with too little memory for the plan is refused", Bundle,
         SUPERVISOR + "cannot find memory for guest.memory (status -5)", {"memory": 8}),
    ],
    "riscv64": [
        ("a machine without the hypervisor extension is refused", Bundle,
         KERNEL + "this hart lacks the hypervisor extension or Sstc, or fails to boot",
         {"cpu": "rv64,h=off"}),
        ("a machine without timers for guests is refused", Bundle,
         KERNEL + "this hart lacks the hypervisor extension or Sstc, or fails to boot",
         {"cpu": "rv64,sstc=off"}),
        ("a machine whose guests would share an AIA's registers is refused", Bundle,
         KERNEL + "this hart lets guests share CSRs: it has Ssaia or scontext, and no Smstateen",
         {"cpu": "rv64,x-ssaia=on"}),
        ("a machine whose interrupts are messages is refused", Bundle,
         KERNEL + "this machine has neither a PLIC nor an APLIC in direct mode",
         {"machine": "virt,aia=aplic-imsic"}),
        ("a machine with too little memory for the plan is refused", Bundle,
         SUPERVISOR + "cannot find memory for guest.memory (status -5)", {"memory": 9}),
    ],
}


def boot(bundle, **machine):
    """What the console shows until the machine ends by itself."""
    file = WORK / "bundle.cpio"
    if bundle:
        file.write_bytes(bundle.bytes)
    return start(bundle and file, **machine)


def check_refused(words, make, **machine):
    """The words are the last line, and the only refusal."""
    shown = boot(make and make(), **machine)
    check(shown.splitlines()[-1:], [words], "the last line on the console")
    check(shown.count("cannot boot"), 1, f"refusals in\n{shown}")


def check_good():
    shown = boot(Bundle())
    if "cannot boot" in shown or "[supervisor] VM 0 has ended" not in shown:
        raise Failure(f"expected the guest to end, saw:\n{shown}")


def cases():
    """(sentence, test, its arguments, the machine)."""
    yield "the bundle of these tests boots before anything is broken", check_good, (), {}
    for group, places in (("a bundle that ends {} is refused", TRUNCATED),
                          ("a supervisor's image with a wrong {} is refused", SUPERVISORS),
                          ("a server whose ELF file {} is refused", SERVERS),
                          ("a plan with a wrong {} is refused", PLANS),
                          ("a bundle without {} is refused", MISSINGS)):
        for place, make, words in places:
            yield group.format(place), check_refused, (words, make), {}
    for sentence, make, words, machine in (
            ("no bundle at all is refused", None,
             KERNEL + "there is no bundle; give one as initrd", {}),
            *MACHINES[HERE.name]):
        yield sentence, check_refused, (words, make), machine


def main():
    WORK.mkdir(parents=True, exist_ok=True)
    every = list(cases())
    print(f"1..{len(every)}")
    failed = [run_one(number, "boot", sentence, partial(test, *arguments, **machine))
              for number, (sentence, test, arguments, machine) in enumerate(every, 1)]
    return int(any(failed))


if __name__ == "__main__":
    sys.exit(main())
