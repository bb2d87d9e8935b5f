# SPDX-License-Identifier: Apache-2.0
"""Where the files of a bundle come from."""
from .plan import image_file

SUPERVISOR = "supervisor.bin"
TEST_PREFIX = "tests/"  # images of this folder are the tests' own small guests


def images_of(vm):
    """(property, path) of each image a VM names."""
    return [(name, getattr(vm, name)) for name in ("kernel", "initrd") if getattr(vm, name)]


class Files:
    def __init__(self, images, guests, servers):
        self.images, self.guests, self.servers = images, guests, servers

    def image(self, path):
        if path.startswith(TEST_PREFIX):
            return self.guests / path.removeprefix(TEST_PREFIX)
        return self.images / path

    def server(self, binary):
        return self.servers / f"{binary}.elf"

    def image_sizes(self, system):
        return {path: self.image(path).stat().st_size
                for vm in system.vms for _, path in images_of(vm)}

    def dependencies(self, system, file):
        """A line of make: what the bundle of the configuration `file` is made of."""
        binaries = [server.binary for server in system.servers]
        binaries += [device.binary for vm in system.vms for device in vm.devices]
        needed = [self.server(binary) for binary in (*binaries, "vgic", "vmm")]
        needed += [self.image(path) for vm in system.vms for _, path in images_of(vm)]
        names = dict.fromkeys([self.servers / SUPERVISOR, *needed])
        return "BUNDLE_FILES := " + " ".join(map(str, names)) + "\n"

    def contents(self, plan, tree):
        """(name, data) of every file of the bundle, in order."""
        yield SUPERVISOR, (self.servers / SUPERVISOR).read_bytes()
        yield "system.dtb", tree
        for binary in dict.fromkeys(task.binary for task in plan.tasks):
            yield f"{binary}.elf", self.server(binary).read_bytes()
        for path in plan.sizes:
            yield image_file(path), self.image(path).read_bytes()
