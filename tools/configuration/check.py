# SPDX-License-Identifier: Apache-2.0
"""Checks what one line alone cannot show: things against each other and against what there is."""
from dataclasses import dataclass
from itertools import combinations, count

from .abi import HANDLE_COUNT, ROUTE_COUNT
from .check_schedules import check_schedules
from .files import BUILT_IMAGES, TEST_PREFIX
from .model import ADDRESS_LIMIT, BLOCK, PAGE, SERIAL, backends
from .report import Where, did_you_mean

KERNEL_SIZE = 32 << 20
OWN_SLOTS = 4  # of the supervisor, behind the plan's: servers/supervisor/supervisor.h
TASK_OVERHEAD = 64 << 10  # a task's start page, page tables and the like, at most
SOURCES_MAXIMUM = 48  # console_client_maximum
CLIENTS_MAXIMUM = 32  # of blk
DEVICES_MAXIMUM = 32  # of vmm


@dataclass(frozen=True)
class Range:
    """One of those of which no two may overlap. `form`: the property that moves it, if one does."""

    name: str
    first: int
    size: int
    where: Where
    form: str = None
    align: int = 1

    @property
    def end(self):
        return self.first + self.size

    def overlaps(self, other):
        return self.first < other.end and other.first < self.end

    def __str__(self):
        return f"{self.name} ({self.first:#x}..{self.end - 1:#x})"


def cells(*numbers):
    return "<" + " ".join(f"{number >> 32:#x} {number & 0xffffffff:#x}" for number in numbers) + ">"


def _place(report, ranges, limit=ADDRESS_LIMIT):
    """Refuses ranges that overlap, and says where the second would fit."""
    for one, two in combinations(ranges, 2):
        if not one.overlaps(two):
            continue
        # The one to move is the one that can be, and of these the later one.
        kept, moved = sorted((one, two), key=lambda entry: (entry.form is not None,
                                                           report.age(entry.where)))
        first = moved.first
        others = [entry for entry in ranges if entry is not moved]
        while blocked := [entry.end for entry in others
                          if entry.first < first + moved.size and first < entry.end]:
            first = -(-max(blocked) // moved.align) * moved.align
        form = moved.form.format(first=cells(first), range=cells(first, moved.size)) \
            if moved.form and first + moved.size <= limit else None
        report.error(moved.where, f"{moved} overlaps {kept}, {kept.where}",
                     form and f"{form} is free")


def _where(node, name):
    """The property's line, or the node's if it is allocated."""
    return node.properties[name].where if name in node.properties else node.where


def _distinct(report, devices, first):
    """Refuses an interrupt that two devices have; `first` is the first that is suggested."""
    taken = {device.interrupt for device in devices}
    free = next(number for number in count(first) if number not in taken)
    for pair in combinations(devices, 2):
        (kept, _), (moved, where) = sorted(
            ((device, _where(device.node, "interrupts")) for device in pair),
            key=lambda entry: report.age(entry[1]))
        if kept.interrupt == moved.interrupt:
            report.error(where, f"interrupt {moved.interrupt} of {moved.node.path} is also that of "
                                f"{kept.node.path}, {_where(kept.node, 'interrupts')}",
                         f"interrupts = <{free}> is free")


def _check_machine(report, system):
    memory = system.root.children["machine"].children["memory"]
    ranges = [Range("/machine/memory", *system.memory, _where(memory, "reg"))]
    ranges += [Range(device.node.path, *device.reg, _where(device.node, "reg"),
                     "reg = {range}", PAGE) for device in system.devices]
    _place(report, ranges)
    _distinct(report, system.devices, system.architecture.first_interrupt)


def _check_servers(report, system):
    holders = {}
    for server in system.servers:
        holder = holders.setdefault(id(server.device), server)
        if holder is not server:
            report.error(_where(server.node, "device"),
                         f"{server.device.node.path} is driven by {server.node.path} and by "
                         f"{holder.node.path}, {holder.node.where}", "one server drives a device")
    if not any(server.device.role == SERIAL for server in system.servers):
        report.error(system.root.children["servers"].where,
                     f"no server drives a serial line ({backends(SERIAL)})",
                     "the servers' logs need one")
    if not system.vms:
        report.error(system.root.children["vms"].where, "there is no VM", "a system runs VMs")


def _check_disks(report, system):
    for server in system.servers:
        ranges = [Range(f"{device.node.path} region", *device.region,
                        _where(device.node, "region"), "region = {range}")
                  for vm in system.vms for device in vm.devices
                  if device.region and device.backend is server]
        _place(report, ranges, 1 << 64)


def _check_vm(report, vm):
    controller = [Range(f"the {region.name} of {vm.node.path}", first, size, vm.node.where)
                  for region, (first, size) in vm.controller_ranges()]
    devices = [Range(device.node.path, *device.reg, _where(device.node, "reg"),
                     "reg = {range}", device.reg[1]) for device in vm.devices]
    memory = Range(f"the memory of {vm.node.path}", vm.address, vm.memory,
                   _where(vm.node, "address" if "address" in vm.node.properties else "memory"),
                   "address = {first}", BLOCK)
    _place(report, [*controller, memory, *devices])
    _distinct(report, vm.devices, vm.controller.first)
    if vm.address + vm.memory > ADDRESS_LIMIT:
        report.error(memory.where, f"{memory} ends beyond {ADDRESS_LIMIT:#x}")


def _check_files(report, system, files, built):
    """Every image and server is there; before they are built, every name is known."""
    for vm in system.vms:
        for name, path in vm.images():
            if not built and (path in files.known_images() or path.startswith(TEST_PREFIX)):
                continue
            if ".." in path or path.startswith("/") or not files.image(path).is_file():
                report.error(_where(vm.node, name),
                             f"no image '{path}' for the {name} of {vm.node.path}",
                             "`make images` builds it" if path in BUILT_IMAGES
                             else did_you_mean(path, files.known_images()))
    needed = [(_where(node, "binary"), files.server(name)) for node, name in system.binaries()]
    for where, file in [*needed, (system.root.where, files.supervisor)] if built else ():
        if not file.is_file():
            report.error(where, f"no file {file}", "make builds it")


def check_system(report, system, files, built):
    """What the user wrote; `built`: servers and images must be there."""
    _check_machine(report, system)
    _check_servers(report, system)
    _check_disks(report, system)
    check_schedules(report, system)
    for vm in system.vms:
        vm.allocate(system.architecture.windows)
        _check_vm(report, vm)
    _check_files(report, system, files, built)


def mebibytes(size):
    return f"{size / (1 << 20):.1f} MiB"


def memory_uses(plan, files):
    """(what, bytes) of everything that takes the machine's memory."""
    tasks = TASK_OVERHEAD * len(plan.tasks)
    objects = [entry for entry in plan.objects.values() if entry.type in ("memory", "pool")]
    guests = [entry.memory for entry in plan.vms]
    shared = sum(entry.size for entry in objects if entry not in guests)
    return [("kernel", KERNEL_SIZE), ("bundle", files.bundle_size(plan)),
            ("servers", tasks + shared),
            *((f"/vms/{entry.vm.name}", entry.memory.size + BLOCK) for entry in plan.vms)]


def _check_memory(report, plan, files):
    system = plan.system
    for entry in plan.vms:
        images = sum(plan.sizes[path] for _, path in entry.vm.images())
        if images >= entry.vm.memory:
            report.error(_where(entry.vm.node, "memory"),
                         f"the images of {entry.vm.node.path} take {mebibytes(images)}, its "
                         f"memory has {mebibytes(entry.vm.memory)}", "give it more")
    uses = memory_uses(plan, files)
    total, there = sum(size for _, size in uses), system.memory[1]
    if total > there:
        first = system.memory[0]
        enough = -(-total // (64 << 20)) * (64 << 20)
        memory = system.root.children["machine"].children["memory"]
        report.error(_where(memory, "reg"),
                     "the machine has " + mebibytes(there) + ", the system takes "
                     + mebibytes(total) + ": "
                     + " + ".join(f"{name} {mebibytes(size)}" for name, size in uses),
                     f"reg = {cells(first, enough)} is enough")


def _check_limit(report, where, what, number, limit):
    if number > limit:
        report.error(where, f"{what}: {number}, the limit is {limit}", f"remove {number - limit}")


def check_plan(report, plan, files):
    """What the user's words amount to, against the kernel's and the servers' limits."""
    nodes = {server.name: server.node for server in plan.system.servers}
    for entry in plan.vms:
        for task in (entry.controller, entry.manager):
            nodes[task.name] = entry.vm.node
        nodes |= {task.name: device.node for task, device in zip(entry.devices, entry.vm.devices)}
        _check_limit(report, entry.vm.node.where, f"devices of {entry.vm.node.path}",
                     len(entry.devices), DEVICES_MAXIMUM)
        _check_limit(report, entry.vm.node.where, f"routes of {entry.vm.node.path}",
                     len(entry.routes), ROUTE_COUNT)
    _check_limit(report, plan.system.root.where, "handles of the supervisor", plan.free_slot,
                 HANDLE_COUNT - OWN_SLOTS)
    for task in plan.tasks:
        where, path = nodes[task.name].where, f"the task {task.name}"
        # Slot 0 names nothing.
        _check_limit(report, where, f"handles of {path}", len(task.grants), HANDLE_COUNT - 1)
        _check_limit(report, where, f"console sources of {path}",
                     task.arguments.get("sources", (0,))[0], SOURCES_MAXIMUM)
        _check_limit(report, where, f"clients of {path}",
                     task.arguments.get("clients", (0,))[0], CLIENTS_MAXIMUM)
    _check_memory(report, plan, files)
