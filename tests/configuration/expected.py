# SPDX-License-Identifier: Apache-2.0
"""What the plan of configs/linux.dts says on each architecture, in its own numbers."""
from dataclasses import dataclass

from configuration import abi

MMIO, SYSREG, HYPERCALL, INTERRUPT = (abi.EXIT_MMIO, abi.EXIT_SYSREG, abi.EXIT_HYPERCALL,
                                      abi.EXIT_INTERRUPT)


@dataclass
class Expected:
    """`routes`: (kind, first, last, task, badge, flags) of all that is not the VM manager's."""

    controller: str  # the last part of the interrupt controller's name
    compatible: str
    registers: tuple  # (address, size) of its registers
    lines: tuple  # interrupts of the console and of the disk
    words: dict  # the same, as the interrupt controller is told
    base: int
    model: str  # of consoles and of the serial line
    interrupts: dict  # of the driver servers
    offset: int  # of the disk's registers in their page
    devices: dict  # name -> what the guest's tree says of it
    routes: list
    ends: dict  # kind of exit -> the last number
    firmware: tuple = ()  # what the console maps, too, since it is the guest's firmware


EXPECTED = {
    "aarch64": Expected(
        controller="vgic", compatible="arm,gic-v3",
        registers=((0x08000000, 0x10000), (0x080A0000, 0x20000)),
        lines=(33, 34), words={"lines0": 1 << 33 | 1 << 34, "lines1": 0},
        base=0x40000000, model="arm,pl011", interrupts={"uart": 33, "blk": 79}, offset=0xE00,
        devices={"console": ("arm,pl011", 0x09000000, 0x1000, 33),
                 "disk": ("virtio,blk", 0x0A000000, 0x200, 34)},
        routes=[
            (MMIO, 0x08000000, 0x0800FFFF, "vgic", 0x400, 1),
            (MMIO, 0x080A0000, 0x080BFFFF, "vgic", 0x401, 1),
            (MMIO, 0x09000000, 0x09000FFF, "console", 0, 0),
            (MMIO, 0x0A000000, 0x0A0001FF, "disk", 0, 0),
            # S3_0_C12_C11_5 to 7 as ISS without Rt and direction: ICC_SGI1R, ICC_ASGI1R, ICC_SGI0R.
            (SYSREG, 0x3A3016, 0x3A3016, "vgic", 0x402, 1),
            (SYSREG, 0x3C3016, 0x3C3016, "vgic", 0x402, 1),
            (SYSREG, 0x3E3016, 0x3E3016, "vgic", 0x402, 1),
            (INTERRUPT, 0, 0, "vgic", 0x403, 1)],
        ends={SYSREG: 0x3FFFFF, HYPERCALL: 0xFFFFFFFF}),
    "riscv64": Expected(
        controller="vplic", compatible="riscv,plic0", registers=((0x0C000000, 0x600000),),
        lines=(1, 2), words={"lines0": 1 << 1 | 1 << 2, "lines1": 0},
        base=0x80000000, model="ns16550a", interrupts={"uart": 10, "blk": 8}, offset=0,
        devices={"console": ("ns16550a", 0x10000000, 0x100, 1),
                 "disk": ("virtio,blk", 0x10001000, 0x1000, 2)},
        routes=[
            (MMIO, 0x0C000000, 0x0C5FFFFF, "vplic", 0x400, 1),
            (MMIO, 0x10000000, 0x10000FFF, "console", 0, 0),
            (MMIO, 0x10001000, 0x10001FFF, "disk", 0, 0),
            (HYPERCALL, 0x735049, 0x735049, "vplic", 0x401, 1),  # "sPI"
            (HYPERCALL, 0x4442434E, 0x4442434E, "console", 0, 0),  # "DBCN"
            (INTERRUPT, 0, 0, "vplic", 0x402, 1)],
        ends={SYSREG: 0xFFF, HYPERCALL: 0xFFFFFFFFFFFFFFFF},
        firmware=("linux.memory",)),
}

# What another interrupt controller changes: two vCPUs, interrupt-controller = "aia".
AIA_REGISTERS = ((0x0D000000, 0x8000), (0x28000000, 0x2000))
AIA_ROUTES = [
    (MMIO, 0x0D000000, 0x0D007FFF, "vaia", 0x400, 1),
    (MMIO, 0x10000000, 0x10000FFF, "console", 0, 0),
    (MMIO, 0x10001000, 0x10001FFF, "disk", 0, 0),
    (MMIO, 0x28000000, 0x28001FFF, "vaia", 0x403, 1),
    (SYSREG, 0x150, 0x151, "vaia", 0x404, 1),  # siselect, sireg
    (SYSREG, 0x15C, 0x15C, "vaia", 0x404, 1),  # stopei
    (SYSREG, 0xDB0, 0xDB0, "vaia", 0x404, 1),  # stopi
    (HYPERCALL, 0x735049, 0x735049, "vaia", 0x401, 1),
    (HYPERCALL, 0x4442434E, 0x4442434E, "console", 0, 0),
    (INTERRUPT, 0, 0, "vaia", 0x402, 1)]
