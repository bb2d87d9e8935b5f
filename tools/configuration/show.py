# SPDX-License-Identifier: Apache-2.0
"""Prints who may touch what and who runs where: what the plan grants, and nothing else."""
from . import abi
from .check import mebibytes, memory_uses
from .schedule import cpu_list, of_vcpu

RIGHTS = {getattr(abi, name): name.removeprefix("RIGHT_").lower()
          for name in vars(abi) if name.startswith("RIGHT_")}
KINDS = {getattr(abi, f"EXIT_{name}"): name.lower()
         for name in ("MMIO", "SYSREG", "HYPERCALL", "INTERRUPT")}


def _rights(rights):
    return "+".join(name for bit, name in RIGHTS.items() if rights & bit)


def _access(access):
    return "".join(letter if access & bit else "-" for letter, bit in
                   zip("rwx", (abi.MAP_READ, abi.MAP_WRITE, abi.MAP_EXECUTE)))


def _describe(entry):
    if entry.type == "device":
        return f"{entry.name} (registers {entry.base:#x}..{entry.base + entry.size - 1:#x})"
    if entry.type == "irq":
        return f"{entry.name} (interrupt {entry.number})"
    return entry.name


def _schedule(schedule):
    budget = f", {schedule.budget} us of {schedule.period} us" if schedule.budget else ""
    return f"CPU {cpu_list(schedule.cpus)}{budget}"


def _maps(maps):
    for entry in maps:
        yield (f"    {entry.address:#013x}..{entry.address + entry.size - 1:#013x} "
               f"{_access(entry.access)}  {_describe(entry.object)}")


def _task(task):
    binaries = ", ".join(f"{binary}.elf" for binary in task.binaries)
    yield (f"task {task.name}: {binaries}, priority {task.priority}, "
           f"{_schedule(task.schedule)}")
    for grant in task.grants:
        badge = f"  badge {grant.badge:#x}" if grant.badge else ""
        yield f"    {grant.there:3} {_rights(grant.rights):8} {_describe(grant.object)}{badge}"
    yield from _maps(task.maps)
    yield ""


def _vm(plan):
    vm = plan.vm
    yield f"vm {vm.name}: vCPUs {vm.vcpus}, priority {vm.priority}"
    for index in range(vm.vcpus):
        yield f"    vCPU {index}: {_schedule(of_vcpu(vm, index))}"
    yield from _maps(plan.maps)
    for route in plan.routes:
        flags = ", with its interrupts" if route.flags & abi.ROUTE_INTERRUPTS else ""
        owner = route.endpoint.name.removesuffix(".endpoint")
        yield (f"    {KINDS[route.kind]:9} {route.first:#x}..{route.last:#x} -> {owner}"
               f" (route {route.badge:#x}{flags})")
    yield f"    what no route takes -> {plan.manager.name}"
    yield ""


def _memory(plan):
    """Every memory object and everyone who reaches it."""
    yield "memory"
    for entry in plan.objects.values():
        holders = [f"{owner.name} {_access(each.access)}" for owner in plan.tasks
                   for each in owner.maps if each.object is entry]
        holders += [f"vm {owner.vm.name} {_access(each.access)}" for owner in plan.vms
                    for each in owner.maps if each.object is entry]
        holders += [f"{owner.name} {_rights(each.rights)}" for owner in plan.tasks
                    for each in owner.grants if each.object is entry]
        if entry.type in ("pool", "memory", "image", "device"):
            yield f"    {entry.name}: {', '.join(holders) or 'nobody'}"
    yield ""


def _cpus(plan):
    """Every CPU and everyone who runs there of himself; calls also run where the caller does."""
    yield "cpus"
    runs = [("supervisor", plan.schedule), *((task.name, task.schedule) for task in plan.tasks)]
    runs += [(entry.name, entry.schedule) for entry in plan.objects.values()
             if entry.type == "vcpu"]
    for cpu in range(plan.system.cpus):
        names = [name for name, schedule in runs if cpu in schedule.cpus]
        yield f"    CPU {cpu}: {', '.join(names) or 'nobody'}"
    yield ""


def show(plan, files):
    lines = [f"supervisor: makes every object and holds a handle to it; maps {plan.log.name}", ""]
    lines += [line for task in plan.tasks for line in _task(task)]
    lines += [line for vm in plan.vms for line in _vm(vm)]
    lines += _cpus(plan)
    lines += _memory(plan)
    uses = memory_uses(plan, files)
    total = sum(size for _, size in uses)
    lines.append(f"{mebibytes(total)} of {mebibytes(plan.system.memory[1])}: "
                 + ", ".join(f"{name} {mebibytes(size)}" for name, size in uses))
    return "\n".join(lines)
