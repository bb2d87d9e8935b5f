# SPDX-License-Identifier: Apache-2.0
"""What of a system depends on riscv64: the memory map is that of QEMU's machine "virt"."""
from . import abi
from .abi import EXIT_HYPERCALL, EXIT_SYSREG
from .architecture import CONSOLE, DISK, ROUTES, TEST, Architecture, Controller, Region, Trap

_IPC = abi.read("riscv64.h")
_IPI, _DBCN = _IPC["SBI_IPI"], _IPC["SBI_DBCN"]

REGISTERS, IPI, REFILL, IMSIC, CSR = range(ROUTES, ROUTES + 5)

_INTERRUPTS = range(1, 64)
_TRAP_IPI = Trap(EXIT_HYPERCALL, _IPI, _IPI, IPI)

_PLIC = Controller(
    server="vplic", compatible="riscv,plic0",
    interrupts=_INTERRUPTS, first=1,
    regions=(Region("PLIC", 0x0C000000, 0x600000, REGISTERS),),
    refill=REFILL, traps=(_TRAP_IPI,))

_AIA = Controller(
    server="vaia", compatible="riscv,aia",
    interrupts=_INTERRUPTS, first=1,
    regions=(Region("APLIC", 0x0D000000, 0x8000, REGISTERS),
             Region("IMSIC", 0x28000000, 0x1000, IMSIC, per_vcpu=True)),
    refill=REFILL,
    traps=(_TRAP_IPI,
           Trap(EXIT_SYSREG, 0x150, 0x151, CSR),  # siselect, sireg
           Trap(EXIT_SYSREG, 0x15C, 0x15C, CSR),  # stopei
           Trap(EXIT_SYSREG, 0xDB0, 0xDB0, CSR)))  # stopi

ARCHITECTURE = Architecture(
    name="riscv64",
    interrupts=range(1, 1024), first_interrupt=1,  # sources of a PLIC or an APLIC
    guest_base=0x80000000,
    console="ns16550a",
    windows={CONSOLE: (0x10000000, 0x1000), DISK: (0x10001000, 0x1000), TEST: (0x20000000, 0x1000)},
    controllers={"plic": _PLIC, "aia": _AIA},
    # A call's number is all of a7, and none may pass the VM manager by.
    sysreg_last=_IPC["SYSREG_COUNT"] - 1, hypercall_last=(1 << 64) - 1,
    console_calls=(Trap(EXIT_HYPERCALL, _DBCN, _DBCN),))
