# SPDX-License-Identifier: Apache-2.0
"""Where the files of a bundle come from."""
from pathlib import Path

from .model import PAGE
from .objects import round_up
from .plan import image_file

SUPERVISOR = "supervisor.bin"
SOURCES = Path(__file__).resolve().parents[2] / "servers"
NOT_LOADED = ("lib", "rt", "supervisor")  # folders of servers/ that are no task of the plan
BUILT_IMAGES = ("vmlinuz", "initrd.img")  # what `make images` makes for guests
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
                  for binary in self.used(plan)]
        return sum(round_up(size) + PAGE for size in sizes)

    def used(self, plan):
        """Names of the servers that the tasks may run, each once."""
        return dict.fromkeys(binary for task in plan.tasks for binary in task.binaries)

    def dependencies(self, system, source, output):
        """For make: what the bundle of a configuration is made of, and what it includes.

        An included file that is no longer there is no reason to stop.
        """
        needed = [self.server(binary) for _, binary in system.binaries()]
        needed += [self.image(path) for vm in system.vms for _, path in vm.images()]
        names = " ".join(map(str, dict.fromkeys([self.supervisor, *needed])))
        included = " ".join(source.included)
        return (f"# What the bundle of {source.path} is made of.\nBUNDLE_FILES := {names}\n"
                + (f"{output}: {included}\n{included}:\n" if included else ""))

    def contents(self, plan, tree):
        """(name, data) of every file of the bundle, in order."""
        yield SUPERVISOR, self.supervisor.read_bytes()
        yield "system.dtb", tree
        for binary in self.used(plan):
            yield f"{binary}.elf", self.server(binary).read_bytes()
        for path in plan.sizes:
            yield image_file(path), self.image(path).read_bytes()
