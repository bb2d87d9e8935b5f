# SPDX-License-Identifier: Apache-2.0
"""How the servers of crash.dts end, and what of it a report has to say."""
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.support.architecture import HERE  # noqa: E402

GUARD = range(0x1EB000, 0x1EC000)  # under the 16 KiB below STACK_END
TEXT, STACK = range(0x400000, 0x401000), range(0x1EC000, 0x1F0000)
NOWHERE, NULL = range(0, 1), range(8, 9)


@dataclass
class Crash:
    task: str
    sentence: str
    kind: tuple  # as kind_of has it
    address: range = NOWHERE


class Aarch64:
    """Exception classes (Arm ARM D17.2.37); of aborts also the kind of fault, and whether it stored."""

    UNDEFINED, WAIT, REGISTER, BREAK = (0x00,), (0x01,), (0x18,), (0x3C,)
    FETCH_REFUSED = 0x20, 3
    DATA, TRANSLATION, PERMISSION = 0x24, 1, 3
    LOAD, STORE = (DATA, TRANSLATION, False), (DATA, TRANSLATION, True)
    STORE_REFUSED = DATA, PERMISSION, True
    UART = range(0x9000000, 0x9000001)
    OWN = [
        Crash("wait", "WFI", WAIT),
        Crash("read", "a read of a register of EL1", UNDEFINED),
        Crash("write", "a write to a register of EL1", UNDEFINED),
        Crash("mask", "masking interrupts", REGISTER),
        Crash("el2", "a read of a register of EL2", UNDEFINED),
        Crash("hvc", "HVC", UNDEFINED),
        Crash("smc", "SMC", UNDEFINED),
        Crash("eret", "ERET", UNDEFINED),
    ]

    @classmethod
    def kind_of(cls, syndrome):
        number, fault = syndrome >> 26, syndrome >> 2 & 15
        if number == cls.DATA:
            return number, fault, bool(syndrome & 1 << 6)
        return (number, fault) if number == cls.FETCH_REFUSED[0] else (number,)


class Riscv64:
    """Exception codes (Privileged Architecture 4.1.8); of an illegal instruction also its bits."""

    LOAD, STORE, STORE_REFUSED, FETCH_REFUSED, BREAK = (13,), (15,), (15,), (12,), (3,)
    ILLEGAL = 2
    UNDEFINED = ILLEGAL, 0xFFFFFFFF
    UART = range(0x10000000, 0x10000001)
    OWN = [
        Crash("wait", "WFI", (ILLEGAL, 0x10500073)),
        Crash("read", "a read of a CSR of S-mode", (ILLEGAL, 0x10002573)),
        Crash("write", "a write to a CSR of S-mode", (ILLEGAL, 0x10551073)),
        Crash("mask", "masking interrupts", (ILLEGAL, 0x10017073)),
        Crash("hstatus", "a read of a CSR of the hypervisor", (ILLEGAL, 0x60002573)),
        Crash("mstatus", "a read of a CSR of M-mode", (ILLEGAL, 0x30002573)),
        Crash("fence", "SFENCE.VMA", (ILLEGAL, 0x12000073)),
        Crash("sret", "SRET", (ILLEGAL, 0x10200073)),
    ]

    @classmethod
    def kind_of(cls, syndrome):
        cause = syndrome & 0xFF
        return (cause, syndrome >> 32) if cause == cls.ILLEGAL else (cause,)


THERE = {"aarch64": Aarch64, "riscv64": Riscv64}[HERE.name]
CRASHES = [
    Crash("null", "a load through a null pointer", THERE.LOAD, NULL),
    Crash("undefined", "an undefined instruction", THERE.UNDEFINED),
    Crash("break", "a breakpoint", THERE.BREAK),
    Crash("overflow", "a stack that grows into its guard page", THERE.STORE, GUARD),
    Crash("text", "a store to its own text", THERE.STORE_REFUSED, TEXT),
    Crash("stack", "a jump into its stack", THERE.FETCH_REFUSED, STACK),
    Crash("device", "a load from another server's device", THERE.LOAD, THERE.UART),
    *THERE.OWN,
]
