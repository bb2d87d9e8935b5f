# SPDX-License-Identifier: Apache-2.0
"""Where the files of a bundle come from."""
import struct
from pathlib import Path

from .model import PAGE
from .objects import round_up
from .plan import image_file

SUPERVISOR = "supervisor.bin"
SOURCES = Path(__file__).resolve().parents[2] / "servers"
NOT_LOADED = ("lib", "rt", "supervisor")  # folders of servers/ that are no task of the plan
VM_BINARIES = ("vgic", "vmm")  # what every VM has
BUILT_IMAGES = ("vmlinuz", "initrd.img")  # what `make images` makes for guests
SEGMENT_LOAD = 1  # PT_LOAD
TEST_PREFIX = "tests/"  # images of this folder are the tests' own small guests


class Files:
    def __init__(self, images, guests, servers):
        self.images, self.guests, self.servers = images, guests, servers
        self.supervisor = servers / SUPERVISOR

    def image(self, path):
        if path.startswith(TEST_PREFIX):
            return self.guests / path.removeprefix(TEST_PREFIX)
        return self.images / path

    def server(self, binary):
        return self.servers / f"{binary}.elf"

    def binaries(self):
        """Names of the servers there are: built ones, and those that make can build."""
        folders = {path.name for path in SOURCES.iterdir() if path.is_dir()}
        return ({path.stem for path in self.servers.glob("*.elf")} | folders) - {*NOT_LOADED}

    def known_images(self):
        """Names a configuration may use: what is there, and what make can build."""
        return {*BUILT_IMAGES,
                *(path.name for path in self.images.glob("*") if path.is_file()),
                *(TEST_PREFIX + path.name for path in self.guests.glob("*"))}

    def image_sizes(self, system):
        return {path: self.image(path).stat().st_size
                for vm in system.vms for _, path in vm.images()}

    def bundle_size(self, plan):
        """Bytes of the archive, but for system.dtb: every file takes a page more for its header."""
        sizes = [*plan.sizes.values(), self.supervisor.stat().st_size]
        sizes += [self.server(binary).stat().st_size
                  for binary in {task.binary for task in plan.tasks}]
        return sum(round_up(size) + PAGE for size in sizes)

    def loaded_size(self, binary):
        """Bytes of memory that a server's segments take."""
        elf = self.server(binary).read_bytes()
        table, = struct.unpack_from("<Q", elf, 32)
        entry, count = struct.unpack_from("<HH", elf, 54)
        pages = 0
        for offset in range(table, table + entry * count, entry):
            kind, address, size = struct.unpack_from("<I12xQ16xQ", elf, offset)
            if kind == SEGMENT_LOAD:
                pages += round_up(address % PAGE + size)
        return pages

    def dependencies(self, system, file):
        """A line of make: what the bundle of the configuration `file` is made of."""
        binaries = [server.binary for server in system.servers]
        binaries += [device.binary for vm in system.vms for device in vm.devices]
        needed = [self.server(binary) for binary in (*binaries, *VM_BINARIES)]
        needed += [self.image(path) for vm in system.vms for _, path in vm.images()]
        names = " ".join(map(str, dict.fromkeys([self.supervisor, *needed])))
        return f"# What the bundle of {file} is made of.\nBUNDLE_FILES := {names}\n"

    def contents(self, plan, tree):
        """(name, data) of every file of the bundle, in order."""
        yield SUPERVISOR, self.supervisor.read_bytes()
        yield "system.dtb", tree
        for binary in dict.fromkeys(task.binary for task in plan.tasks):
            yield f"{binary}.elf", self.server(binary).read_bytes()
        for path in plan.sizes:
            yield image_file(path), self.image(path).read_bytes()
