# SPDX-License-Identifier: Apache-2.0
# What the build has to know of riscv64.

TRIPLET     := riscv64-linux-gnu
# The profile RVA22, whose harts have what Coppice needs: so bit manipulation, too.
# libfdt's calling convention has floating-point registers; nothing of ours uses them.
# The linker shortens calls, and reaches variables from gp where a script says where that stands: servers'.
ARCH_CFLAGS := -march=rv64gc_zba_zbb_zbs -mabi=lp64d -mcmodel=medany \
	       $(addprefix -ffixed-f,$(shell seq 0 31))
ARCH_STRICT := -mstrict-align
# Where the kernel is linked.
KERNEL_ADDRESS := 0xffffffc080200000
ARCH_SERVERS := vplic vaia
# Where a guest's memory begins.
GUEST_BASE  := 0x80000000
# Debian's names, as for aarch64. Debian 12 has no riscv64.
DEBIAN         := riscv64
DEBIAN_KERNEL  := linux-image-riscv64
DEBIAN_RELEASE := trixie
