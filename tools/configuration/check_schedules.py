# SPDX-License-Identifier: Apache-2.0
"""Checks who may use which CPUs, and that the budgets promised on them are there."""
from dataclasses import dataclass
from fractions import Fraction

from .model import CPU_MAXIMUM
from .report import Where
from .schedule import TIMES, allocate, cpu_list, of_vcpu, owners, shared


def cpu_cells(cpus):
    return "<" + " ".join(map(str, cpus)) + ">"


def _where(entry, name):
    return entry.node.properties[name].where


def _users(system):
    """(who has a schedule, the VM it belongs to)."""
    yield from ((server, None) for server in system.servers)
    for vm in system.vms:
        yield vm, vm
        yield from ((device, vm) for device in vm.devices)


def _unnamed(system):
    """CPUs that nobody has asked for, the last ones first: CPU 0 is the best one to share."""
    named = {cpu for user, _ in _users(system) for cpu in user.schedule.cpus or ()}
    return [cpu for cpu in reversed(range(system.cpus)) if cpu not in named]


def _check_numbers(report, system, user):
    cpus = user.schedule.cpus or ()
    path, machine = user.node.path, system.root.children["machine"].properties["cpus"].where
    for cpu in sorted(set(cpus)):
        if cpu >= system.cpus:
            report.error(_where(user, "cpus"),
                         f"'cpus' of {path} names CPU {cpu}, /machine has "
                         f"{cpu_list(range(system.cpus))}, {machine}",
                         f"take some of {cpu_cells(range(system.cpus))}")
        if cpus.count(cpu) > 1:
            report.error(_where(user, "cpus"), f"'cpus' of {path} names CPU {cpu} twice",
                         f"cpus = {cpu_cells(dict.fromkeys(cpus))}")


def _check_times(report, user):
    budget, period, path = user.schedule.budget, user.schedule.period, user.node.path
    if budget and not period:
        report.error(_where(user, "budget"), f"{path} has a budget and no period",
                     f"period = <{min(2 * budget, TIMES[-1])}>, for one")
    elif period and not budget:
        report.error(_where(user, "period"), f"{path} has a period and no budget",
                     f"budget = <{max(period // 2, TIMES[0])}>, for one")
    elif budget > period:
        report.error(_where(user, "budget"), f"'budget' of {path}, {budget} us, is more than its "
                     f"'period', {period} us, {_where(user, 'period')}",
                     f"budget = <{period}> is a whole CPU")


def _check_places(report, system, vm):
    """A CPU for each vCPU, where each has its own."""
    word = "exclusive" if vm.exclusive else "pinned"
    if not getattr(vm, word):
        return
    cpus = vm.schedule.cpus or []
    others = _unnamed(system) if vm.exclusive else shared(system)
    enough = (cpus + [cpu for cpu in others if cpu not in cpus])[:vm.vcpus]
    suggestion = f"cpus = {cpu_cells(enough)}" if len(enough) == vm.vcpus else None
    if not cpus:
        report.error(_where(vm, word), f"{vm.node.path} is {word} and names no CPUs", suggestion)
    elif len(cpus) != vm.vcpus:
        report.error(_where(vm, "cpus"), f"{vm.node.path} is {word}: 'cpus' names {len(cpus)}, "
                     f"'vcpus' is {vm.vcpus}, {_where(vm, 'vcpus')}", suggestion)
    if vm.exclusive and vm.schedule.budget:
        report.error(_where(vm, "budget"), f"{vm.node.path} has a budget and is exclusive, "
                     f"{_where(vm, 'exclusive')}: it would be spared for nobody",
                     "remove 'budget' and 'period'")


def _check_owners(report, system):
    taken, common = owners(system), shared(system)
    for user, vm in _users(system):
        cpus = user.schedule.cpus or []
        for cpu in cpus:
            owner = taken.get(cpu)
            if not owner or owner is vm:
                continue
            rest = [other for other in cpus if taken.get(other, vm) is vm] or common
            if user is vm and (vm.exclusive or vm.pinned):
                free = _unnamed(system) if vm.exclusive else common
                rest = free[:vm.vcpus] if len(free) >= vm.vcpus else None
            report.error(_where(user, "cpus"),
                         f"'cpus' of {user.node.path} names CPU {cpu}, which {owner.node.path} has "
                         f"for itself, {_where(owner, 'cpus')}",
                         f"cpus = {cpu_cells(rest)}" if rest else None)
    if not common:
        machine = system.root.children["machine"].properties["cpus"].where
        holders = ", ".join(f"{cpu_list(vm.schedule.cpus)} is {vm.node.path}'s, "
                            f"{_where(vm, 'cpus')}" for vm in system.vms
                            if vm.exclusive and vm.schedule.cpus)
        report.error(machine, f"/machine has no CPU left for the servers: {holders}",
                     f"cpus = <{system.cpus + 1}> for /machine" if system.cpus < CPU_MAXIMUM
                     else "one VM must share")


@dataclass(frozen=True)
class Demand:
    """What one server or vCPU is promised: a part of a CPU, on some of the CPUs of a mask."""

    path: str
    where: Where
    mask: int
    period: int
    part: Fraction


def _demands(system):
    for user, vm in _users(system):
        if not user.schedule.budget:
            continue
        schedules = [of_vcpu(vm, index) for index in range(vm.vcpus)] if user is vm \
            else [user.schedule]
        for each in schedules:
            yield Demand(user.node.path, _where(user, "budget"), each.mask, each.period,
                         Fraction(each.budget, each.period))


def percent(part):
    return f"{float(part * 100):.6g} %"


def _refuse_set(report, cpus, demands):
    """These demands can go nowhere else, and are more than these CPUs."""
    by_path = {}
    for demand in sorted(demands, key=lambda demand: report.age(demand.where)):
        by_path.setdefault(demand.path, []).append(demand)
    newest = max(demands, key=lambda demand: report.age(demand.where))
    own = by_path[newest.path]
    room = len(cpus) - sum(demand.part for demand in demands if demand.path != newest.path)
    budget = int(room / len(own) * newest.period)
    parts = []
    for path, each in by_path.items():
        times = f"{len(each)} x " if len(each) > 1 else ""
        parts.append(f"{path} {times}{percent(each[0].part)}, {each[0].where}")
    report.error(newest.where,
                 f"the budgets on CPU {cpu_list(cpus)} are "
                 f"{percent(sum(demand.part for demand in demands))} of {percent(len(cpus))}: "
                 + " + ".join(parts),
                 f"budget = <{budget}> for {newest.path} fits" if budget >= TIMES[0]
                 else f"let {newest.path} use other CPUs")


def _check_sums(report, system):
    """Hall's condition: those who must share a set of CPUs ask for no more than it has.

    It is necessary for every scheduler, and enough for budgets to be dealt out to CPUs. Of the sets
    that are asked too much, only those are named that no smaller one explains.
    """
    demands, refused = list(_demands(system)), []
    for mask in sorted(range(1, 1 << system.cpus), key=int.bit_count):
        inside = [demand for demand in demands if not demand.mask & ~mask]
        if (sum(demand.part for demand in inside) > mask.bit_count()
                and not any(smaller & mask == smaller for smaller in refused)):
            refused.append(mask)
            _refuse_set(report, [cpu for cpu in range(system.cpus) if mask >> cpu & 1], inside)


def check_schedules(report, system):
    """Checks what the user wrote; if that is good, fills in the rest and adds the budgets up."""
    before = len(report.errors)
    for user, _ in _users(system):
        _check_numbers(report, system, user)
        _check_times(report, user)
    for vm in system.vms:
        _check_places(report, system, vm)
    _check_owners(report, system)
    if len(report.errors) == before:
        allocate(system)
        _check_sums(report, system)
