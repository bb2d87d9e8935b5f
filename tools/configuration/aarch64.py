# SPDX-License-Identifier: Apache-2.0
"""What of a system depends on aarch64."""
from .abi import EXIT_SYSREG
from .architecture import CONSOLE, DISK, ROUTES, TEST, Architecture, Controller, Region, Trap

DISTRIBUTOR, REDISTRIBUTOR, SGI, REFILL = range(ROUTES, ROUTES + 4)


def _sysreg(op0, op1, crn, crm, op2):
    """SYSREG() of ipc/aarch64.h."""
    return op0 << 20 | op2 << 17 | op1 << 14 | crn << 10 | crm << 1


# ICC_SGI1R_EL1, ICC_ASGI1R_EL1, ICC_SGI0R_EL1.
_SGI_REGISTERS = tuple(_sysreg(3, 0, 12, 11, op2) for op2 in (5, 6, 7))

_GIC = Controller(
    server="vgic", compatible="arm,gic-v3",
    interrupts=range(32, 128), first=33,
    regions=(Region("distributor", 0x08000000, 0x10000, DISTRIBUTOR),
             Region("redistributors", 0x080A0000, 0x20000, REDISTRIBUTOR, per_vcpu=True)),
    refill=REFILL,
    traps=tuple(Trap(EXIT_SYSREG, register, register, SGI) for register in _SGI_REGISTERS))

ARCHITECTURE = Architecture(
    name="aarch64",
    interrupts=range(32, 1020), first_interrupt=33,  # shared peripheral interrupts of a GICv3
    guest_base=0x40000000,
    console="arm,pl011",
    windows={CONSOLE: (0x09000000, 0x1000), DISK: (0x0A000000, 0x200), TEST: (0x0C000000, 0x1000)},
    controllers={"gicv3": _GIC},
    sysreg_last=0x3FFFFF, hypercall_last=0xFFFFFFFF)
