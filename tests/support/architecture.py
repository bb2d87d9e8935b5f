# SPDX-License-Identifier: Apache-2.0
"""The architecture that is tested, by the environment's ARCH: HERE, and what it is called in THERE."""
import os
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
from architecture import ARCHITECTURES, DEFAULT  # noqa: E402

BUILD = ROOT / "build"
HERE = ARCHITECTURES[os.environ.get("ARCH", DEFAULT)]

# What is built for it.
FOLDER, IMAGES, KERNEL = HERE.folder(BUILD), HERE.images(BUILD), HERE.kernel(BUILD)


def bundle(name):
    """The boot bundle of <name>.dts."""
    return HERE.system(name, BUILD) / "bundle.cpio"


def system(name):
    """The tests' <name>.dts: one of the architecture's own, or of all."""
    folder = ROOT / "tests" / "systems"
    own = folder / HERE.name / f"{name}.dts"
    return own if own.exists() else folder / f"{name}.dts"


@dataclass(frozen=True)
class Names:
    """What the tests' systems and guests call things there."""

    controller: str  # the server that is a VM's interrupt controller
    base: int  # where a guest's memory begins
    uname: str  # Linux's name of the architecture
    tty: str  # Linux's name of its console
    chip: str  # Linux's name of its interrupt controller, in /proc/interrupts
    timer: str  # and of its timer's interrupt
    timer_chip: str  # which comes from there
    serial: str  # and of its console's
    off: str  # what it says of a processor that it turned off: a pattern of a whole line's end
    # And of one that was never found off. None: it asks the firmware once, when that processor has
    # said that it goes, which is before it asks to be stopped: it may run yet, also without Coppice.
    unclean: str
    early: str  # what it calls the console of its first lines
    machines: dict  # interrupt controllers of machines, and what QEMU has to be told
    guests: dict  # those of guests, as Linux calls them: systems with one vCPU and with four
    exact: str  # QEMU's -cpu of runs under -icount, in which an instruction is a nanosecond


THERE = {
    "aarch64": Names("vgic", 0x40000000, "aarch64", "ttyAMA0", chip="GICv3", timer="arch_timer",
                     timer_chip="GICv3", serial="uart-pl011", off=r"psci: CPU\d+ killed.*",
                     unclean="may not have shut down cleanly", early="pl11",
                     machines={"a GICv3": ()},
                     guests={"GICv3": ("configs/linux.dts", "configs/smp.dts")},
                     exact="cortex-a57,cntfrq=1000000000"),
    "riscv64": Names("vplic", 0x80000000, "riscv64", "ttyS0", chip="SiFive PLIC",
                     timer="riscv-timer", timer_chip="RISC-V INTC", serial="ttyS0",
                     off=r"CPU\d+: off", unclean=None, early="sbi0",
                     machines={"a PLIC": (), "an APLIC": ("-M", "virt,aia=aplic")},
                     guests={"SiFive PLIC": ("configs/linux.dts", "configs/smp.dts"),
                             "APLIC-MSI": ("tests/systems/riscv64/aia.dts",
                                           "tests/systems/riscv64/aia-smp.dts")},
                     exact="rv64"),
}[HERE.name]
