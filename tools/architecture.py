# SPDX-License-Identifier: Apache-2.0
"""What the tools know of each architecture: its emulator, its compiler, where it is built.

What only tests need to know of it is in tests/support/architecture.py.
"""
from dataclasses import dataclass
from pathlib import Path

DEFAULT = "aarch64"
BUILD = Path("build")


@dataclass(frozen=True)
class Architecture:
    """One architecture, by the name of its folder in arch/."""

    name: str
    triplet: str  # of the compiler and its tools
    qemu: str
    machine: str  # QEMU's -M for Coppice
    bare: str  # and for Linux alone, without Coppice
    cpu: str  # QEMU's -cpu

    def folder(self, build=BUILD):
        """All that is built for it."""
        return build / self.name

    def kernel(self, build=BUILD):
        return self.folder(build) / "coppice.img"

    def images(self, build=BUILD):
        """The guests' kernel, initramfs and disk."""
        return self.folder(build) / "images"

    def system(self, name, build=BUILD):
        """What was made of <name>.dts: bundle.cpio, and system.dtb if it was asked for."""
        return self.folder(build) / "systems" / name

    def tool(self, name):
        """A tool of the compiler's: gcc, nm, size..."""
        return f"{self.triplet}-{name}"


ARCHITECTURES = {each.name: each for each in (
    Architecture("aarch64", "aarch64-linux-gnu", "qemu-system-aarch64",
                 machine="virt,virtualization=on,gic-version=3", bare="virt,gic-version=3",
                 cpu="cortex-a57"),
    Architecture("riscv64", "riscv64-linux-gnu", "qemu-system-riscv64",
                 machine="virt", bare="virt", cpu="rv64"),
)}
