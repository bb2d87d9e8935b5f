/* SPDX-License-Identifier: Apache-2.0 */
/* The Image format for RISC-V (Documentation/arch/riscv/boot-image-header.rst). */
#include "servers/vmm/vmm.h"

const struct image_format image_format = {
	.magic = 0x05435352, /* "RSC\x05", there called magic2 */
	.align = 0x200000,
};
