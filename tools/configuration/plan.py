# SPDX-License-Identifier: Apache-2.0
"""Derives every kernel object, grant, mapping and route from a checked system.

What each server gets is the table in docs/configuration.md; nothing here depends on a server's
binary, only on the kind of device it drives or models.
"""
from dataclasses import dataclass, field

from . import abi
from .architecture import CONSOLE, TEST
from .model import BLOCK, PAGE, PRIORITY_SERVER, SERIAL, System, Vm
from .objects import Map, Object, Route, Task
from .schedule import Schedule, of_vcpu, shared

READ, WRITE = abi.MAP_READ, abi.MAP_READ | abi.MAP_WRITE
VM_ALL = abi.MAP_READ | abi.MAP_WRITE | abi.MAP_EXECUTE

CHANNEL_SIZE = PAGE  # struct console_channel
QUEUE_SIZE = 33 * PAGE  # struct block_queue
DMA_SIZE = 0x40000
DURABLE_SIZE = 9 * PAGE  # struct durable
PLACE_SIZE = 0x20000  # all that a task has for itself, servers/supervisor/supervisor.h
DRIVER_IRQ_BITS = 1 << 63
SIGNAL_LOOK = 1  # console_signal_look
SEEDS = 4  # 256 bits for a VM manager
SIGNAL_DONE = 1  # block_signal_done
SIGNAL_OPERATOR = 1 << 1  # to the supervisor: keys for the operator's console
BADGE_OPERATOR = 0x200000000  # operator_badge_operator

MACHINE = Object("machine", "machine", abi.SLOT_MACHINE)  # the kernel's gift: no plan makes it


@dataclass
class VmPlan:
    vm: Vm
    object: Object
    memory: Object
    controller: Task
    devices: list
    manager: Task
    maps: list = field(default_factory=list)
    routes: list = field(default_factory=list)


def image_file(path):
    """An image's name in the bundle."""
    return "images/" + path


class Plan:
    """The plan of a system. `sizes`: bytes of each image it names; `tree_size`: of system.dtb."""

    def __init__(self, system: System, sizes, tree_size):
        self.system, self.sizes = system, sizes
        self.schedule = Schedule(shared(system))  # the supervisor's own
        self.calls = system.architecture.console_calls
        self.free_slot = abi.SLOT_FREE
        self.objects, self.tasks, self.vms = {}, [], []
        self.supervisor = self._object("supervisor", "endpoint")
        self.places = self._object("places", "memory", size=0)  # grows with every task
        self.tree = self._object("system.dtb", "image", file="system.dtb",
                                 size=tree_size)
        self.drivers = {server.name: self._driver(server) for server in system.servers}
        self.uart = next(self.drivers[server.name] for server in system.servers
                         if server.device.role == SERIAL)
        for number, vm in enumerate(system.vms):
            self._vm(number, vm)
        for task in self.tasks:
            self._log(task)
        self._supervisor_log()

    def _slot(self, count=1):
        self.free_slot += count
        return self.free_slot - count

    def _object(self, name, kind, **fields):
        self.objects[name] = Object(name, kind, self._slot(), **fields)
        return self.objects[name]

    def _task(self, name, binaries, priority, schedule):
        endpoint = self._object(f"{name}.endpoint", "endpoint")
        task = Task(name, binaries, priority, schedule, self._slot(2), endpoint)
        task.argument("endpoint", task.grant(endpoint, abi.RIGHT_RECEIVE))
        place = self.places.size
        self.places.size += PLACE_SIZE
        task.argument("durable", task.map(self.places, WRITE, place, DURABLE_SIZE))
        self.tasks.append(task)
        return task

    def _count(self, task, name):
        """The next number of a list of arguments whose length is the argument `name`."""
        number = task.arguments.get(name, (0, None))[0]
        task.argument(name, number + 1)
        return number

    # Driver servers.

    def _driver(self, server):
        task = self._task(server.name, server.binaries, server.priority, server.schedule)
        base, size = server.device.reg
        device = self._object(f"{task.name}.device", "device", base=base, size=size)
        irq = self._object(f"{task.name}.irq", "irq", number=server.device.interrupt,
                           endpoint=task.endpoint, bits=DRIVER_IRQ_BITS)
        task.argument("device", task.map(device, WRITE) + server.device.offset)
        task.argument("irq", task.grant(irq, abi.RIGHT_MANAGE))
        if server.device.role == SERIAL:
            task.argument("model", 0, server.device.compatible)
            task.argument("sources", 0)
        else:
            memory = self._object(f"{task.name}.dma", "memory", size=DMA_SIZE)
            task.argument("dma", task.map(memory, WRITE))
            task.argument("dma-memory", task.grant(memory, abi.RIGHT_DMA))
            task.argument("clients", 0)
        return task

    def _log(self, task):
        channel = self._object(f"{task.name}.log", "memory", size=CHANNEL_SIZE)
        task.argument("log-channel", task.map(channel, WRITE))
        if task is self.uart:
            number = self._count(task, "sources")
            task.argument(f"source{number}", task.arguments["log-channel"][0], task.name)
        else:
            number = self._source(self.uart, task.name, channel)
            task.argument("log-signal",
                          task.grant(self.uart.endpoint, abi.RIGHT_SIGNAL, 1 << number))

    def _source(self, uart, name, channel):
        """Makes a channel a source of `uart`; the source signals the bit of its number."""
        number = self._count(uart, "sources")
        uart.argument(f"source{number}", uart.map(channel, WRITE), name)
        return number

    def _supervisor_log(self):
        """The supervisor's own lines go the same way, and the operator's keys come to it."""
        self.log = self._object("supervisor.log", "memory", size=CHANNEL_SIZE)
        number = self._source(self.uart, "supervisor", self.log)
        self.log_bit = 1 << number
        self.uart.argument(f"signal{number}", self.uart.grant(
            self.supervisor, abi.RIGHT_SIGNAL, SIGNAL_OPERATOR))
        self.uart.argument("operator", number)

    # Virtual machines.

    def _vm(self, number, vm):
        controller = self._task(f"{vm.name}.{vm.controller.server}", vm.controller_binaries,
                                PRIORITY_SERVER, vm.servers)
        memory = self._object(f"{vm.name}.memory", "memory", size=vm.memory, align=BLOCK)
        devices = [self._device(vm, device, controller, memory) for device in vm.devices]
        self._lines(vm, controller)
        manager = self._task(f"{vm.name}.vmm", vm.vmm, PRIORITY_SERVER, vm.servers)
        target = self._object(vm.name, "vm", endpoint=manager.endpoint)
        plan = VmPlan(vm, target, memory, controller, devices, manager)
        plan.maps.append(Map(memory, VM_ALL, vm.address, 0, vm.memory))
        for task in (controller, manager, *devices):
            task.vms |= 1 << number
        for device in vm.devices:
            if device.backend:
                self.drivers[device.backend.name].vms |= 1 << number
        self._manager(plan, number)
        self._vcpus(plan)
        self._routes(plan)
        self.vms.append(plan)

    def _lines(self, vm, controller):
        """Tells the interrupt controller the interrupts that devices have, 64 a word."""
        for word in range(2):
            controller.argument(f"lines{word}", sum(1 << device.interrupt % 64
                                                    for device in vm.devices
                                                    if device.interrupt // 64 == word))

    def _device(self, vm, device, controller, memory):
        task = self._task(f"{vm.name}.{device.name}", device.binaries, device.priority,
                          device.schedule)
        task.argument("line", task.grant(controller.endpoint, abi.RIGHT_CALL, device.interrupt))
        if device.kind.role == TEST:
            self._test(vm, device, task)
        elif device.kind.role == CONSOLE:
            self._console(vm, device, task, self.drivers[device.backend.name])
            if self.calls and device in vm.consoles()[:1]:
                self._guest_memory(vm, task, memory)
        else:
            self._disk(vm, device, task, self.drivers[device.backend.name], memory)
        return task

    def _console(self, vm, device, task, uart):
        task.argument("model", 0, device.compatible)
        channel = self._object(f"{task.name}.channel", "memory", size=CHANNEL_SIZE)
        alone = len(vm.consoles()) == 1
        number = self._source(uart, vm.name if alone else task.name, channel)
        uart.argument(f"signal{number}",
                      uart.grant(task.endpoint, abi.RIGHT_SIGNAL, SIGNAL_LOOK))
        task.argument("channel", task.map(channel, WRITE))
        task.argument("console-signal",
                      task.grant(uart.endpoint, abi.RIGHT_SIGNAL, 1 << number))

    def _disk(self, vm, device, task, blk, memory):
        self._guest_memory(vm, task, memory)
        queue = self._object(f"{task.name}.queue", "memory", size=QUEUE_SIZE)
        number = self._count(blk, "clients")
        task.argument("queue", task.map(queue, WRITE))
        task.argument("block", task.grant(blk.endpoint, abi.RIGHT_CALL, number))
        blk.argument(f"queue{number}", blk.map(queue, WRITE))
        blk.argument(f"signal{number}", blk.grant(task.endpoint, abi.RIGHT_SIGNAL, SIGNAL_DONE))
        blk.argument(f"memory{number}", blk.grant(memory, abi.RIGHT_DMA))
        blk.argument(f"start{number}", device.region[0])
        blk.argument(f"sectors{number}", device.region[1])

    def _test(self, vm, device, task):
        if device.memory:
            memory = self._object(f"{task.name}.memory", "memory", size=device.memory, align=BLOCK)
            task.argument("memory", task.map(memory, WRITE))
            task.argument("memory-handle", task.grant(
                memory, abi.RIGHT_READ | abi.RIGHT_WRITE | abi.RIGHT_EXECUTE))
        if device.pool:
            pool = self._object(f"{task.name}.pool", "pool", size=device.pool)
            task.argument("pool", task.grant(pool, abi.RIGHT_MANAGE))
        if device.machine:
            task.argument("machine", task.grant(MACHINE, abi.RIGHT_MANAGE))
        if device.operator:
            task.argument("operator",
                          task.grant(self.supervisor, abi.RIGHT_CALL, BADGE_OPERATOR))
        if device.peer:
            peer = self.objects[f"{vm.name}.{device.peer.name}.endpoint"]
            task.argument("peer", task.grant(peer, abi.RIGHT_CALL))

    def _guest_memory(self, vm, task, memory):
        task.argument("memory", task.map(memory, WRITE))
        task.argument("memory-size", vm.memory)
        task.argument("guest-base", vm.address)

    def _image(self, path):
        file = image_file(path)
        name = file.replace("/", "+")
        return self.objects.get(name) or self._object(name, "image", file=file,
                                                      size=self.sizes[path])

    def _manager(self, plan, number):
        vm, task = plan.vm, plan.manager
        task.argument("vm", number, vm.name)
        for index in range(SEEDS):
            task.argument(f"seed{index}", 0)  # the supervisor puts a random number there
        task.argument("tree", task.map(self.tree, READ))
        task.argument("tree-size", self.tree.size)
        self._guest_memory(vm, task, plan.memory)
        for name in ("kernel", "initrd"):
            path = getattr(vm, name)
            if path:
                task.argument(name, task.map(self._image(path), READ))
                task.argument(f"{name}-size", self.sizes[path])
        task.argument("supervisor", task.grant(self.supervisor, abi.RIGHT_CALL, number))
        task.argument("devices", 0)
        for server in (plan.controller, *plan.devices):
            index = self._count(task, "devices")
            task.argument(f"device{index}", task.grant(server.endpoint, abi.RIGHT_CALL))

    def _vcpus(self, plan):
        vm = plan.vm
        for task in (plan.controller, plan.manager):
            task.argument("vcpus", vm.vcpus)
        for index in range(vm.vcpus):
            page = self._object(f"{vm.name}.interrupts{index}", "memory", size=PAGE)
            vcpu = self._object(f"{vm.name}.vcpu{index}", "vcpu", vm=plan.object, index=index,
                                page=page, priority=vm.priority, schedule=of_vcpu(vm, index))
            plan.controller.argument(f"vcpu{index}",
                                     plan.controller.grant(vcpu, abi.RIGHT_KICK))
            plan.controller.argument(f"interrupts{index}", plan.controller.map(page, WRITE))
            plan.manager.argument(f"vcpu{index}", plan.manager.grant(vcpu, abi.RIGHT_MANAGE))

    def _routes(self, plan):
        def route(kind, first, last, task, badge=0, flags=0):
            plan.routes.append(Route(kind, first, last, task.endpoint, badge, flags))

        def mmio(reg, task, badge=0, flags=0):
            route(abi.EXIT_MMIO, reg[0], reg[0] + reg[1] - 1, task, badge, flags)

        def rest(kind, last, traps):
            """The traps of this kind to their servers, all other numbers to the VM manager."""
            following = 0
            for trap, task, flags in sorted(traps, key=lambda each: each[0].first):
                if trap.kind == kind:
                    if following < trap.first:
                        route(kind, following, trap.first - 1, plan.manager)
                    route(kind, trap.first, trap.last, task, trap.badge, flags)
                    following = trap.last + 1
            route(kind, following, last, plan.manager)

        vm, controller = plan.vm, plan.controller
        for region, reg in vm.controller_ranges():
            mmio(reg, controller, region.badge, abi.ROUTE_INTERRUPTS)
        for device, task in zip(vm.devices, plan.devices):
            mmio(device.reg, task)
        route(abi.EXIT_INTERRUPT, 0, 0, controller, vm.controller.refill, abi.ROUTE_INTERRUPTS)
        traps = [(trap, controller, abi.ROUTE_INTERRUPTS) for trap in vm.controller.traps]
        for device, task in zip(vm.devices, plan.devices):
            if device in vm.consoles()[:1]:
                traps += [(trap, task, 0) for trap in self.calls]
        rest(abi.EXIT_SYSREG, self.system.architecture.sysreg_last, traps)
        rest(abi.EXIT_HYPERCALL, self.system.architecture.hypercall_last, traps)
