# SPDX-License-Identifier: Apache-2.0
"""Writes a plan as system.dtb: the format of docs/configuration.md."""
from .objects import OBJECT_TYPES
from .tree import flatten, text, u32, u64


def _schedule(schedule):
    """Nanoseconds in the plan."""
    return {"cpus": u32(schedule.mask), "budget": u64(schedule.budget * 1000),
            "period": u64(schedule.period * 1000)}


def _object(entry):
    node = {"type": text(entry.type), "slot": u32(entry.slot)}
    if entry.type == "pool":
        node |= {"size": u64(entry.size)}
    elif entry.type == "memory":
        node |= {"size": u64(entry.size), "align": u64(entry.align)}
    elif entry.type == "image":
        node |= {"file": text(entry.file)}
    elif entry.type == "device":
        node |= {"reg": u64(entry.base, entry.size)}
    elif entry.type == "irq":
        node |= {"number": u32(entry.number), "endpoint": u32(entry.endpoint.slot),
                 "bits": u64(entry.bits)}
    elif entry.type == "vm":
        node |= {"fault": u32(entry.endpoint.slot) + u64(0)}
    elif entry.type == "vcpu":
        node |= {"vm": u32(entry.vm.slot), "index": u32(entry.index),
                 "page": u32(entry.page.slot), "priority": u32(entry.priority),
                 **_schedule(entry.schedule)}
    return node


def _maps(maps):
    return b"".join(u32(entry.object.slot, entry.access)
                    + u64(entry.address, entry.offset, entry.size) for entry in maps)


def _task(task):
    grants = b"".join(u32(grant.there, grant.object.slot, grant.rights) + u64(grant.badge)
                      for grant in task.grants)
    arguments = {name: u64(number) + (text(string) if string else b"")
                 for name, (number, string) in task.arguments.items()}
    return {"binary": b"".join(text(f"{binary}.elf") for binary in task.binaries),
            "slot": u32(task.slot), "priority": u32(task.priority),
            **_schedule(task.schedule), "vms": u64(task.vms),
            "grants": grants, "maps": _maps(task.maps), "arguments": arguments}


def _vm(plan):
    routes = b"".join(u32(route.kind) + u64(route.first, route.last)
                      + u32(route.endpoint.slot, route.badge, route.flags)
                      for route in plan.routes)
    return {"slot": u32(plan.object.slot), "maps": _maps(plan.maps), "routes": routes}


def _guest(vm):
    """What the VM manager reads: the user's words, with everything allocated filled in."""
    node = {"vcpus": u32(vm.vcpus), "memory": u64(vm.address, vm.memory),
            "kernel-format": text(vm.kernel_format), "bootargs": text(vm.bootargs)}
    for device in vm.devices:
        if not device.kind.told:
            continue
        node[device.name] = {"compatible": text(device.compatible), "reg": u64(*device.told()),
                             "interrupts": u32(device.interrupt)}
    ranges = [number for _, pair in vm.controller_ranges() for number in pair]
    node["interrupt-controller"] = {"compatible": text(vm.controller.compatible),
                                    "reg": u64(*ranges)}
    return node


def encode(plan):
    """system.dtb."""
    objects = sorted(plan.objects.values(), key=lambda entry: OBJECT_TYPES.index(entry.type))
    return flatten({
        "compatible": text("coppice,plan-1"),
        "plan": {"log-channel": u32(plan.log.slot), "log-task": u32(plan.tasks.index(plan.uart)),
                 "log-signal": u32(plan.uart.endpoint.slot) + u64(plan.log_bit),
                 "cpus": u32(plan.schedule.mask), "places": u32(plan.places.slot),
                 "deaths": u32(plan.system.restart.deaths),
                 "window": u64(plan.system.restart.window * 1000),
                 "overrun": u64(plan.system.restart.overrun * 1000),
                 "objects": {entry.name: _object(entry) for entry in objects},
                 "vms": {entry.vm.name: _vm(entry) for entry in plan.vms},
                 "tasks": {task.name: _task(task) for task in plan.tasks}},
        "vms": {entry.vm.name: _guest(entry.vm) for entry in plan.vms},
    })
