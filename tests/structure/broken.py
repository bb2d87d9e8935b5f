# SPDX-License-Identifier: Apache-2.0
"""For each check a small tree that breaks it, and how the complaints begin."""
LICENSED = "/* SPDX-License-Identifier: Apache-2.0 */\n"
CONTRACT = """void arch_run(void);
/* ARCH_SIZE:
 *   void arch_lost(int number) */
void arch_idle(void);
"""


def include(*names):
    return "".join(f"#include {name}\n" for name in names)


def function(count):
    return "int small(void)\n{\n\treturn 0;\n}\n\nint large(int number)\n{\n" + "\t;\n" * count + "}\n"


ATOMICS = """void first(void)
{
	/* Pairs with second. */
	__atomic_store_n(&word, 1,
			 __ATOMIC_RELEASE);
	/* Only a hint. */
	__atomic_store_n(&hint, 1, __ATOMIC_RELAXED);

	__atomic_store_n(&hint, 0, __ATOMIC_RELAXED);
}

void second(void)
{
	/* Pairs with third. */
	__atomic_load_n(&word, __ATOMIC_ACQUIRE);
}
"""

INCLUDES = {
    "kernel/vm.h": include('"arch_vcpu_inline.h"', '"gen/mmio.h"', "<stdint.h>"),
    "kernel/a.c": include('"kernel/vm.h"', '"arch/cpu/trap.h"', '"gen/mmio_client.h"', "<stdio.h>",
                          '"arch_types.h"', '"servers/rt/rt.h"', '"tests/a.h"'),
    "kernel/boot_tree.c": include("<libfdt.h>"),
    "arch/cpu/boot.c": include("<libfdt.h>", '"arch/cpu/trap.h"', '"arch/other/trap.h"'),
    "arch/cpu/trap.c": include("<libfdt.h>", '"kernel/vm.h"', '"servers/rt/rt.h"'),
    "ipc/a.h": include('"ipc/status.h"', '"kernel/vm.h"', '"gen/mmio.h"'),
    "build/gen/mmio.h": include('"ipc/status.h"', '"servers/rt/syscall.h"'),
    "servers/rt/a.c": include('"servers/rt/rt.h"', '"servers/lib/a.h"'),
    "servers/lib/a.c": include('"servers/rt/rt.h"', '"servers/blk/a.h"'),
    "servers/blk/a.c": include('"servers/lib/a.h"', '"servers/uart/a.h"', '"kernel/vm.h"',
                               '"arch/include/arch.h"', "<libfdt.h>", "<string.h>"),
    "tests/a.c": include('"kernel/vm.h"', "<stdio.h>"),
    "tools/a.c": include("<stdio.h>", '"tests/a.h"', "/* a comment */"),
}

CASES = {
    "check_includes": (INCLUDES, [
        "arch/cpu/boot.c:1: <libfdt.h> ", "arch/cpu/boot.c:3: arch/other/trap.h ",
        "arch/cpu/trap.c:1: <libfdt.h> ", "arch/cpu/trap.c:3: servers/rt/rt.h ",
        "build/gen/mmio.h:2: servers/rt/syscall.h ",
        "ipc/a.h:2: kernel/vm.h ", "ipc/a.h:3: gen/mmio.h ",
        *(f"kernel/a.c:{line}: " for line in range(2, 8)),
        *(f"servers/blk/a.c:{line}: " for line in (2, 3, 4, 6)),
        "servers/lib/a.c:2: servers/blk/a.h ", "servers/rt/a.c:2: servers/lib/a.h ",
        "tools/a.c:2: tests/a.h "]),
    # The compiler reads the real folders: a header that is not there does not compile.
    "check_headers": ({"kernel/not_there.h": "", "ipc/status.h": "", "kernel/vm.h": "",
                       "arch/include/arch.h": "", "arch/aarch64/hardware.h": "",
                       "servers/rt/rt.h": ""}, [
        "build/gen/:1: has no headers",
        "kernel/not_there.h:1: does not compile alone: "]),
    "check_defined": ({"arch/include/arch.h": CONTRACT,
                       "arch/cpu/a.c": "_Noreturn void arch_run(void)\n{\n}\nvoid arch_more(int a)\n{\n}\n"
                                       "static void run(void)\n{\n\tarch_lost(1);\n}\n",
                       "arch/cpu/a.S": "FUNCTION(arch_idle)\n",
                       "arch/other/arch_inline.h":
                       "static inline void arch_run(void)\n{\n}\nvoid arch_lost(int number)\n{\n}\n"
                       "/* void arch_idle(void)\n{\n} */\n"}, [
        "arch/include/arch.h:3: arch_lost is not defined in arch/cpu/",
        "arch/cpu/: arch_more is not listed",
        "arch/include/arch.h:4: arch_idle is not defined in arch/other/"]),
    "check_used": ({"arch/include/arch.h": CONTRACT,
                    "kernel/a.c": "/* arch_idle */\narch_run(ARCH_SIZE, ARCH_MORE);\narch_other();\n"
                                  "arch_lost();\n"}, [
        "kernel/a.c:2: ARCH_MORE is not listed", "kernel/a.c:3: arch_other is not listed",
        "arch/include/arch.h:4: arch_idle is not used"]),
    "check_neutral": ({"kernel/a.c": "int charm;\n/* AArch64 */\nint vttbr_EL2;\n",
                       "arch/include/arch.h": "/* WFI */\n", "arch/aarch64/a.c": "/* EL2 */\n",
                       "servers/vgic/a.c": "/* GICv3 */\n", "servers/vmm/aarch64/a.c": "/* PSCI */\n",
                       "servers/vmm/a.c": "/* arm,pl011 */\n/* PSCI */\n"}, [
        "arch/include/arch.h:1: names WFI", "kernel/a.c:2: names AArch64",
        "kernel/a.c:3: names vttbr_EL2", "servers/vmm/a.c:2: names PSCI"]),
    "check_license": ({"a.c": LICENSED, "b.c": "\n" + LICENSED, "run": "#!/bin/sh\n# " + LICENSED,
                       "none": "", "page.md": "# A page\n"}, ["b.c:1: no ", "none:1: no "]),
    "check_file_length": ({"a.c": "\n" * 600, "b.c": "\n" * 601}, ["b.c:601: 601 lines"]),
    "check_lines": ({"a.c": "x" * 100 + "\n\t" + "x" * 93 + "\n", "a.md": "x" * 200 + "\nx \n",
                     "run": "#!/usr/bin/python3\n" + "x" * 101 + "\n",
                     "tests/a.c": "x" * 110 + "\n" + "x" * 111 + "\n"}, [
        "a.c:2: 101 columns", "a.md:2: ends in white space", "run:2: 101 columns",
        "tests/a.c:2: 111 columns"]),
    "check_conditions": ({"a.c": "int a;\n # ifdef A\n#endif\n", "ipc/a.h": "#ifndef A_H\n#ifdef A\n"}, [
        "a.c:2: # ifdef A", "ipc/a.h:2: #ifdef A"]),
    "check_marks": ({"a.c": "/* TO" "DO */\n", "a.py": "FIX" "MES\n# FIX" "ME\n"}, [
        "a.c:1: ", "a.py:2: "]),
    "check_functions": ({"servers/a.c": function(58) + function(59), "tests/a.c": function(99)}, [
        "servers/a.c:73: large has 61 lines"]),
    "check_atomics": ({"kernel/a.c": ATOMICS, "servers/a.c": "__atomic_load_n(&a, 5);\n"}, [
        "kernel/a.c:9: ", "kernel/a.c:15: "]),
    "check_help": ({"Makefile": "PERSONAL_GOALS := run check\n  make run  boots\n  make size  sizes\n"
                                "  make test-host  tests\n  make   all\n",
                    "tools/make/host.mk": ".PHONY: test-host other\n"}, ["Makefile:3: no goal size"]),
}
