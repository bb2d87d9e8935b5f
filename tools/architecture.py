# SPDX-License-Identifier: Apache-2.0
"""What the tools know of each architecture: its emulator, its compiler, where it is built.

What only the build needs is in tools/make/arch/, which is read here; what only tests need, in
tests/support/architecture.py.
"""
import functools
import re
from dataclasses import dataclass
from pathlib import Path

DEFAULT = "aarch64"
BUILD = Path("build")
MAKE = Path(__file__).resolve().parent / "make" / "arch"


@dataclass(frozen=True)
class Architecture:
    """One architecture, by the name of its folder in arch/."""

    name: str
    qemu: str
    machine: str  # QEMU's -M for Coppice
    bare: str  # and for Linux alone, without Coppice
    cpu: str  # QEMU's -cpu

    @functools.cached_property
    def _variables(self):
        """The variables of its makefile."""
        text = (MAKE / f"{self.name}.mk").read_text()
        return dict(re.findall(r"^(\w+) *:= *(.*)$", text, re.M))

    @property
    def servers(self):
        """The servers that no other architecture has."""
        return self._variables["ARCH_SERVERS"].split()

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
        return f"{self._variables['TRIPLET']}-{name}"


ARCHITECTURES = {each.name: each for each in (
    Architecture("aarch64", "qemu-system-aarch64",
                 machine="virt,virtualization=on,gic-version=3", bare="virt,gic-version=3",
                 cpu="cortex-a57"),
    Architecture("riscv64", "qemu-system-riscv64",
                 machine="virt", bare="virt", cpu="rv64"),
)}


def owner(path):
    """The architecture that alone has this source file, or None."""
    parts = Path(path).with_suffix("").parts
    for each in ARCHITECTURES.values():
        if each.name in parts or parts[0] == "servers" and parts[1] in each.servers:
            return each
    return None
