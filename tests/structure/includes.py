# SPDX-License-Identifier: Apache-2.0
"""Who includes what: each room sees only the rooms that it is built on."""
import re

from tree import below, lines, without_comments

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
STANDARD = {"<float.h>", "<limits.h>", "<stdalign.h>", "<stdarg.h>", "<stdbool.h>", "<stddef.h>",
            "<stdint.h>", "<stdnoreturn.h>"}  # what a compiler has without a C library
PLAIN_INTERFACE = r"gen/(?!\w+_(client|server|events)\.h)"
# The architecture's headers have no folder in their names: each comes in at one place.
ARCH_HEADERS = {"arch_types.h": "arch/include/arch.h", "arch_inline.h": "arch/include/arch.h",
                "arch_vcpu_inline.h": "kernel/vm.h"}


def allowed(path):
    """What a file may include, as a pattern, or None for what is nobody's room."""
    parts = path.split("/")
    if path.startswith("kernel/"):
        fdt = "|<libfdt.h>$" if parts[1] == "boot_tree.c" else ""
        return rf"kernel/|ipc/|arch/include/|{PLAIN_INTERFACE}{fdt}"
    if path.startswith("arch/include/"):
        return r"arch/include/|ipc/"
    if path.startswith("arch/"):
        return rf"kernel/|ipc/|arch/include/|arch/{parts[1]}/|{PLAIN_INTERFACE}"
    if path.startswith("ipc/"):
        return r"ipc/"
    if path.startswith("build/gen/"):
        stubs = "|servers/rt/" if re.search(r"_(client|server|events)\.h$", path) else ""
        return rf"gen/|ipc/{stubs}"
    if path.startswith("servers/rt/"):
        return r"servers/rt/|ipc/|gen/"
    if path.startswith("servers/lib/"):
        return r"servers/lib/|servers/rt/|ipc/|gen/"
    if path.startswith("servers/controller/"):
        return r"servers/controller/|servers/lib/|servers/rt/|ipc/|gen/"
    if path.startswith("servers/"):
        return (rf"servers/{parts[1]}/|servers/controller/|servers/lib/|servers/rt/|ipc/|gen/|"
                r"<libfdt.h>$")
    return None


def may_include(path, name):
    if name in ARCH_HEADERS:
        return ARCH_HEADERS[name] == path
    pattern = allowed(path)
    if pattern is None:
        return not name.startswith("tests/") or path.startswith("tests/")
    return name in STANDARD or re.match(pattern, name) is not None


def check_includes(tree):
    """each room includes only the rooms below it, and nothing includes tests/"""
    for path, text in below(tree, [""]):
        if path.startswith("tests/"):
            continue
        for number, line in lines(without_comments(text)):
            found = INCLUDE.match(line)
            if not found:
                continue
            name = f"<{found[2]}>" if found[1] == "<" else found[2]
            if not may_include(path, name):
                yield f"{path}:{number}: {name} is not for this room"
