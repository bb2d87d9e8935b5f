# SPDX-License-Identifier: Apache-2.0
"""Which CPUs each server and vCPU may use, and how much of them; what the user left out is here."""
from dataclasses import dataclass

# Microseconds. A shorter budget would go to the kernel's own bookkeeping.
TIMES = range(100, 10_000_001)


@dataclass
class Schedule:
    """`cpus`: CPU numbers in the user's order. budget, period: microseconds; 0: no limit."""

    cpus: list = None
    budget: int = 0
    period: int = 0

    @property
    def mask(self):
        return sum(1 << cpu for cpu in self.cpus)

    def on(self, cpus):
        """The same budget on other CPUs."""
        return Schedule(list(cpus), self.budget, self.period)


def owners(system):
    """CPU -> the VM that has it for itself."""
    taken = {}
    for vm in system.vms:
        for cpu in vm.schedule.cpus or () if vm.exclusive else ():
            taken.setdefault(cpu, vm)
    return taken


def shared(system):
    """The CPUs that no VM has for itself."""
    taken = owners(system)
    return [cpu for cpu in range(system.cpus) if cpu not in taken]


def allocate(system):
    """Gives everything that names no CPUs those that are usual for it.

    The servers of an exclusive VM have work of their own, signals and timers: it stays away from
    the VM's CPUs. What they do in a call runs on the caller's CPU anyway.
    """
    common = shared(system)
    for server in system.servers:
        server.schedule = server.schedule.on(server.schedule.cpus or common)
    for vm in system.vms:
        vm.schedule = vm.schedule.on(vm.schedule.cpus or common)
        vm.servers = Schedule(common if vm.exclusive else vm.schedule.cpus)
        for device in vm.devices:
            device.schedule = device.schedule.on(device.schedule.cpus or vm.servers.cpus)


def of_vcpu(vm, index):
    """The schedule of the VM's vCPU number `index`."""
    if vm.exclusive or vm.pinned:
        return vm.schedule.on([vm.schedule.cpus[index]])
    return vm.schedule


def cpu_list(cpus):
    """CPU numbers for people: 0-2,5."""
    cpus, parts = sorted(set(cpus)), []
    for cpu in cpus:
        if parts and parts[-1][1] == cpu - 1:
            parts[-1][1] = cpu
        else:
            parts.append([cpu, cpu])
    return ",".join(f"{first}-{last}" if first < last else f"{first}" for first, last in parts)
