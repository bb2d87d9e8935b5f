# SPDX-License-Identifier: Apache-2.0
# What the build has to know of aarch64.

TRIPLET     := aarch64-linux-gnu
ARCH_CFLAGS := -mgeneral-regs-only -mno-outline-atomics
# For code that runs with the MMU off.
ARCH_STRICT := -mstrict-align
# Where the kernel is linked.
KERNEL_ADDRESS := 0x40200000
ARCH_SERVERS := vgic
# Where a guest's memory begins.
GUEST_BASE  := 0x40000000
# Debian's names: the architecture, its guests' kernel, another release than this machine's.
DEBIAN         := arm64
DEBIAN_KERNEL  := linux-image-cloud-arm64
DEBIAN_RELEASE :=
