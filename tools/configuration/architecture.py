# SPDX-License-Identifier: Apache-2.0
"""What the other modules have to know of an architecture; each is a module of its name."""
from dataclasses import dataclass

# Badges of the routes to an interrupt controller count from here (servers/controller/controller.h);
# a line's is its interrupt, the VM manager's is 0.
ROUTES = 0x400

CONSOLE, DISK, TEST = "console", "disk", "test"  # what a VM's device is for


@dataclass(frozen=True)
class Region:
    """Registers of a VM's interrupt controller; `per_vcpu`: so much for each vCPU."""

    name: str
    first: int
    size: int
    badge: int
    per_vcpu: bool = False

    def range(self, vcpus):
        """(first, size)."""
        return self.first, self.size * (vcpus if self.per_vcpu else 1)


@dataclass(frozen=True)
class Trap:
    """Numbers of one kind of exit, EXIT_SYSREG or EXIT_HYPERCALL, that are not the VM manager's."""

    kind: int
    first: int
    last: int
    badge: int = 0


@dataclass(frozen=True)
class Controller:
    """An interrupt controller that a VM may have; each of its routes has ROUTE_INTERRUPTS."""

    server: str  # the usual binary, and its task's name
    compatible: str
    interrupts: range  # of devices; a device that names none has one from `first` on
    first: int
    regions: tuple
    refill: int  # badge of the route of EXIT_INTERRUPT
    traps: tuple


@dataclass(frozen=True)
class Architecture:
    name: str
    interrupts: range  # of the machine's devices
    first_interrupt: int  # that is suggested for one of them
    guest_base: int
    console: str  # compatible of what a VM calls a console
    windows: dict  # role of a VM's device -> (where registers go, bytes of each device's)
    controllers: dict  # by their names, the usual one first
    sysreg_last: int
    hypercall_last: int
    console_calls: tuple = ()  # traps that a VM's first console answers, out of guest memory
