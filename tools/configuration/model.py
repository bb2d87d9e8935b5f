# SPDX-License-Identifier: Apache-2.0
"""What a configuration says: the machine, its driver servers, its VMs."""
from dataclasses import dataclass, field

from .schedule import Schedule
from .source import Node

PAGE = 0x1000
BLOCK = 0x200000
VCPU_MAXIMUM = 8
CPU_MAXIMUM = 8
ADDRESS_LIMIT = 1 << 40  # the stage-2 tables' input size
INTERRUPTS = range(32, 1020)  # shared peripheral interrupts of a GICv3
VM_INTERRUPTS = range(32, 128)  # those of a VM's interrupt controller
DEFAULT_GUEST_BASE = 0x40000000
FIRST_INTERRUPT = 33  # of those that are allocated
NAME_MAXIMUM = 23  # bytes of a text in a task's start page: ipc/image.h, without the NUL
BOOTARGS_MAXIMUM = 2047
RESERVED_NAMES = ("supervisor", "vgic", "vmm", "interrupt-controller")

PRIORITY_UART, PRIORITY_DRIVER, PRIORITY_SERVER, PRIORITY_VCPU = 26, 24, 20, 8

DISTRIBUTOR = (0x08000000, 0x10000)
REDISTRIBUTOR_BASE, REDISTRIBUTOR_SIZE = 0x080A0000, 0x20000


@dataclass(frozen=True)
class Kind:
    """A device a VM can have: the machine's device it is backed by, where its registers go."""

    backend: str
    window: int
    size: int
    told: bool = True  # the guest finds it in its tree


TEST_DEVICE = "coppice,test"  # a server of the tests' own: no backend, but what it asks for
KERNEL_FORMATS = ("image", "flat")
MACHINE_DEVICES = ("arm,pl011", "virtio,mmio")
VM_DEVICES = {
    "arm,pl011": Kind("arm,pl011", 0x09000000, 0x1000),
    "virtio,blk": Kind("virtio,mmio", 0x0A000000, 0x200),
    TEST_DEVICE: Kind(None, 0x0C000000, 0x1000, told=False),
}


@dataclass
class Device:
    """A device of the machine."""

    node: Node
    compatible: str
    reg: tuple
    interrupt: int
    offset: int

    name = property(lambda self: self.node.name)


@dataclass
class Restart:
    """When a task that goes on dying is held, how long one event may take. Microseconds."""

    deaths: int = 8
    window: int = 10_000_000
    overrun: int = 1_000_000


@dataclass
class Server:
    """A driver server."""

    node: Node
    binaries: tuple
    device: Device
    priority: int
    schedule: Schedule

    name = property(lambda self: self.node.name)


@dataclass
class VmDevice:
    node: Node
    compatible: str
    binaries: tuple
    backend: Server
    reg: tuple
    interrupt: int
    priority: int
    schedule: Schedule
    region: tuple = None
    memory: int = 0
    pool: int = 0
    peer: "VmDevice" = None
    machine: bool = False
    operator: bool = False

    name = property(lambda self: self.node.name)


@dataclass
class Vm:
    node: Node
    vcpus: int
    memory: int
    address: int
    kernel: str
    kernel_format: str
    initrd: str
    bootargs: str
    priority: int
    schedule: Schedule  # of each vCPU
    exclusive: bool
    pinned: bool
    vgic: tuple = ("vgic",)
    vmm: tuple = ("vmm",)
    servers: Schedule = None  # of what every VM has: its interrupt controller, its VM manager
    devices: list = field(default_factory=list)

    name = property(lambda self: self.node.name)

    def images(self):
        """(property, path) of each image."""
        return [(name, getattr(self, name)) for name in ("kernel", "initrd")
                if getattr(self, name)]

    def controller(self):
        """(first, size) of the distributor and of the redistributors."""
        return DISTRIBUTOR, (REDISTRIBUTOR_BASE, REDISTRIBUTOR_SIZE * self.vcpus)

    def allocate(self):
        """Gives every device that is not pinned its registers and interrupt."""
        taken = [device.reg for device in self.devices if device.reg]
        interrupts = {device.interrupt for device in self.devices}
        for device in self.devices:
            kind = VM_DEVICES[device.compatible]
            first, number = kind.window, FIRST_INTERRUPT
            while not device.reg:
                if all(first + kind.size <= base or base + size <= first for base, size in taken):
                    device.reg = (first, kind.size)
                    taken.append(device.reg)
                first += kind.size
            while not device.interrupt:
                if number not in interrupts:
                    device.interrupt = number
                    interrupts.add(number)
                number += 1


@dataclass
class System:
    root: Node
    cpus: int
    memory: tuple
    devices: list
    servers: list
    vms: list
    restart: Restart = field(default_factory=Restart)

    def binaries(self):
        """(node, name) of every server's binary, also those it may be upgraded to."""
        for server in self.servers:
            yield from ((server.node, name) for name in server.binaries)
        for vm in self.vms:
            yield from ((vm.node, name) for name in (*vm.vgic, *vm.vmm))
            for device in vm.devices:
                yield from ((device.node, name) for name in device.binaries)
