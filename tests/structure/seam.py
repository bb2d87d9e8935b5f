# SPDX-License-Identifier: Apache-2.0
"""The seam between kernel/ and arch/<cpu>/: arch/include/arch.h, whole and nothing else."""
import re
import sys

from tree import ROOT, below, code_only, lines

sys.path.insert(0, str(ROOT / "tools"))
from architecture import owner  # noqa: E402

CONTRACT = "arch/include/arch.h"
DEFINITION = r"^[A-Za-z_][^;{}()#]*?\b(arch_\w+)\([^;{]*\)\s*\{"
HOOK = re.compile(r"\b(arch_\w+)\(")
NAME = re.compile(r"\b(arch_\w+|ARCH_\w+)\b")
# Files that come in at one place, and the guards of headers.
NOT_NAMES = re.compile(r"arch_(types|inline|vcpu_inline)$|^ARCH_\w*_H$")
FOREIGN = (r"\b(aarch64|arm(64|v8|v9)|riscv(64)?|x86(_64)?|amd64|el[0-3]|v?gic(v[2-4])?|v?plic|"
           r"aplic|imsic|v?aia|v?apic|ioapic|svm|vmx|psci|sbi|wf[ie]|svc|hvc|smc|hlt|ecall|vmcall|"
           r"vmrun|vttbr|hgatp|\w+_el[0-3]%s)\b")
# Servers know devices: Arm is a vendor of some, and MSR a register of the 16550.
FOREIGN_KERNEL = re.compile(FOREIGN % "|arm|msr", re.IGNORECASE)
FOREIGN_SERVERS = re.compile(FOREIGN % "", re.IGNORECASE)


def declared(tree):
    """Hook -> line, of all that the contract lists, the inline ones in its comments too."""
    hooks = {}
    for number, line in lines(tree[CONTRACT]):
        for hook in HOOK.findall(line):
            hooks.setdefault(hook, number)
    return hooks


def architectures(tree):
    return sorted({path.split("/")[1] for path, _ in below(tree, ["arch/"])} - {"include"})


def defined(tree, cpu):
    """The functions that an architecture has, in C or in assembly."""
    names = set()
    for _, text in below(tree, [f"arch/{cpu}/"], (".c", ".h")):
        code = code_only(text)
        names.update(re.findall(DEFINITION, code, re.MULTILINE))
    for _, text in below(tree, [f"arch/{cpu}/"], (".S",)):
        names.update(re.findall(r"^(?:FUNCTION\()?(arch_\w+)[:)]", text, re.MULTILINE))
    return names


def check_defined(tree):
    """every architecture has every hook, and no hook that the contract does not list"""
    hooks = declared(tree)
    for cpu in architectures(tree):
        have = defined(tree, cpu)
        for hook in sorted(set(hooks) - have):
            yield f"{CONTRACT}:{hooks[hook]}: {hook} is not defined in arch/{cpu}/"
        for hook in sorted(have - set(hooks)):
            yield f"arch/{cpu}/: {hook} is not listed in {CONTRACT}"


def check_used(tree):
    """kernel/ uses every hook, and nothing of an architecture that the contract does not list"""
    hooks, listed, used = declared(tree), set(NAME.findall(tree[CONTRACT])), set()
    for path, text in below(tree, ["kernel/"], (".c", ".h")):
        for number, line in lines(code_only(text)):
            for name in NAME.findall(line):
                used.add(name)
                if name not in listed and not NOT_NAMES.search(name):
                    yield f"{path}:{number}: {name} is not listed in {CONTRACT}"
    for hook, number in sorted(hooks.items()):
        if hook not in used:
            yield f"{CONTRACT}:{number}: {hook} is not used by kernel/"


def check_neutral(tree):
    """kernel/, arch/include/ and servers/ name nothing of one architecture, but in its own folders"""
    for path, text in below(tree, ["kernel/", "arch/include/", "servers/"]):
        foreign = FOREIGN_SERVERS if path.startswith("servers/") else FOREIGN_KERNEL
        for number, line in lines(text if not owner(path) else ""):
            for found in foreign.finditer(line):
                yield f"{path}:{number}: names {found.group()}"


CHECKS = [check_defined, check_used, check_neutral]
