# SPDX-License-Identifier: Apache-2.0
"""Reads a whole configuration into its model; mistakes go to the report and read as None."""
import re

from .abi import PRIORITY_COUNT
from .architecture import CONSOLE, DISK, TEST
from .architectures import ARCHITECTURES, CONTROLLERS
from .model import (ADDRESS_LIMIT, BLOCK, BOOTARGS_MAXIMUM, CPU_MAXIMUM, KERNEL_FORMATS,
                    MACHINE_DEVICES, NAME_MAXIMUM, PAGE, PRIORITY_DRIVER, PRIORITY_SERVER,
                    PRIORITY_UART, PRIORITY_VCPU, SERIAL, VCPU_MAXIMUM, VM_DEVICES, Device,
                    Restart, Server, System, Vm, VmDevice, backends)
from .reader import Reader
from .schedule import TIMES, Schedule

# Microseconds in which deaths count, and which one event may take.
WINDOWS = range(1000, 3_600_000_001)
RESERVED_NAMES = {"supervisor", "vmm", "interrupt-controller", *CONTROLLERS}


def _read_architecture(reader, system):
    """The rest is read by the rules of what the file says, else of what it is made for."""
    name = reader.string("architecture", ARCHITECTURES)
    if name and name != system.architecture.name:
        reader.report.error(reader.node.properties["architecture"].where,
                            f"'architecture' of {reader.node.path} is {name}, this is made for "
                            f"{system.architecture.name}", f"make it with ARCH={name}")
    if name:
        system.architecture = ARCHITECTURES[name]


def _read_device(source, node, system):
    reader = Reader(source, node)
    device = Device(node, reader.string("compatible", MACHINE_DEVICES),
                    reader.range("reg", PAGE, limit=ADDRESS_LIMIT),
                    reader.number("interrupts", system.architecture.interrupts),
                    reader.number("offset", range(0, PAGE, 4), 0))
    reader.finish()
    return device


def _read_machine(source, node, system):
    reader = Reader(source, node)
    reader.string("compatible", ("qemu,virt",))
    _read_architecture(reader, system)
    system.cpus = reader.number("cpus", range(1, CPU_MAXIMUM + 1))
    memory = reader.child("memory")
    if memory:
        memory_reader = Reader(source, memory)
        system.memory = memory_reader.range("reg", PAGE, limit=ADDRESS_LIMIT)
        memory_reader.finish()
    system.devices = [_read_device(source, child, system) for child in node.children.values()
                      if child is not memory]
    reader.finish(node.children)


def _read_schedule(reader):
    return Schedule(reader.numbers("cpus", "CPU numbers: <0 1>"),
                    reader.number("budget", TIMES, 0), reader.number("period", TIMES, 0))


def _read_server(source, node, system, binaries):
    reader = Reader(source, node)
    device = reader.reference("device", system.devices, "a device of the machine")
    usual = PRIORITY_UART if device and device.role == SERIAL else PRIORITY_DRIVER
    server = Server(node, reader.choices("binary", binaries), device,
                    reader.number("priority", range(PRIORITY_COUNT), usual),
                    _read_schedule(reader))
    reader.finish()
    return server


def _read_restart(source, node):
    reader, usual = Reader(source, node), Restart()
    restart = Restart(reader.number("deaths", range(2, 1001), usual.deaths),
                      reader.number("window", WINDOWS, usual.window),
                      reader.number("overrun", WINDOWS, usual.overrun))
    reader.finish()
    return restart


def _read_test(reader, device, others):
    """What a server of the tests may ask for."""
    device.memory = reader.size("memory", BLOCK, 0)
    device.pool = reader.size("pool", PAGE, 0)
    device.machine = reader.flag("machine")
    device.operator = reader.flag("operator")
    if "peer" in device.node.properties:
        device.peer = reader.reference("peer", [*filter(None, others), device],
                                       "this or an earlier device of the VM")


def _read_vm_device(source, node, system, vm, binaries):
    reader = Reader(source, node)
    compatible = reader.string("compatible", (*VM_DEVICES, CONSOLE))
    if not compatible:
        return None
    if compatible == CONSOLE:
        compatible = system.architecture.console
    kind = VM_DEVICES[compatible]
    # A server or device with a mistake of its own may be the right one.
    drivers = [server for server in system.servers
               if not server.device or server.device.role in (kind.backend, None)]
    device = VmDevice(node, compatible, reader.choices("binary", binaries),
                      reader.reference("backend", drivers, f"a server of {backends(kind.backend)}")
                      if kind.backend else None,
                      reader.range("reg", system.architecture.windows[kind.role][1], None,
                                   ADDRESS_LIMIT),
                      reader.number("interrupts", vm.controller.interrupts, 0),
                      reader.number("priority", range(PRIORITY_COUNT), PRIORITY_SERVER),
                      _read_schedule(reader))
    if kind.role == DISK:
        device.region = reader.range("region", 1)
    if kind.role == TEST:
        _read_test(reader, device, vm.devices)
    reader.finish()
    return device


def _read_controller(reader, system, binaries):
    """(the VM's interrupt controller, its servers' binaries)."""
    known = system.architecture.controllers
    usual = next(iter(known))
    name = reader.string("interrupt-controller", known, usual) or usual
    servers = reader.choices("controller", binaries, (known[name].server,))
    for other in CONTROLLERS.intersection(servers) - {known[name].server}:
        reader.report.error(reader.node.properties["controller"].where,
                            f"'{other}' is no server of the interrupt controller '{name}' of "
                            f"{reader.node.path}", f'controller = "{known[name].server}" is')
    return known[name], servers


def _read_vm(source, node, system, binaries):
    reader = Reader(source, node)
    vm = Vm(node, reader.number("vcpus", range(1, VCPU_MAXIMUM + 1)),
            reader.size("memory", BLOCK),
            reader.size("address", BLOCK, system.architecture.guest_base),
            reader.string("kernel"), reader.string("kernel-format", KERNEL_FORMATS, "image"),
            reader.string("initrd", default=None),
            reader.string("bootargs", default=""),
            reader.number("priority", range(PRIORITY_COUNT), PRIORITY_VCPU),
            _read_schedule(reader), reader.flag("exclusive"), reader.flag("pinned"),
            *_read_controller(reader, system, binaries),
            reader.choices("vmm", binaries, ("vmm",)))
    for child in node.children.values():
        _check_name(source.report, child, f"{node.name}.{child.name}")
        vm.devices.append(_read_vm_device(source, child, system, vm, binaries))
    reader.finish(node.children)
    if vm.memory == 0:
        source.report.error(node.properties["memory"].where, f"'memory' of {node.path} is empty")
    if vm.bootargs and len(vm.bootargs) > BOOTARGS_MAXIMUM:
        source.report.error(node.properties["bootargs"].where,
                            f"'bootargs' of {node.path} has {len(vm.bootargs)} bytes, "
                            f"{BOOTARGS_MAXIMUM} are allowed")
    return vm


def _check_name(report, node, whole):
    """Names become the tasks' names, so they are short and stand for one thing."""
    if node.name in RESERVED_NAMES:
        report.error(node.where, f"'{node.name}' is a name of the system's own", "take another")
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", node.name):
        report.error(node.where, f"'{node.name}' is no name", "use a-z, 0-9, '-' and '_'")
    if len(whole) > NAME_MAXIMUM:
        report.error(node.where, f"the task's name '{whole}' has {len(whole)} characters, "
                                 f"{NAME_MAXIMUM} are allowed", "take a shorter one")


def _named_children(source, node):
    for child in node.children.values():
        _check_name(source.report, child, child.name)
        yield child
    Reader(source, node).finish(node.children)


def read_system(source, binaries, architecture):
    """The whole configuration; mistakes go to the source's report and read as None."""
    root = Reader(source, source.root)
    root.string("compatible", ("coppice,system-1",))
    system = System(source.root, None, None, [], [], [], architecture)
    machine, servers, vms = (root.child(name) for name in ("machine", "servers", "vms"))
    restart = source.root.children.get("restart")
    root.finish(["restart"])
    if restart:
        system.restart = _read_restart(source, restart)
    if machine:
        _read_machine(source, machine, system)
    if servers:
        system.servers = [_read_server(source, child, system, binaries)
                          for child in _named_children(source, servers)]
    if vms:
        system.vms = [_read_vm(source, child, system, binaries)
                      for child in _named_children(source, vms)]
    return system
