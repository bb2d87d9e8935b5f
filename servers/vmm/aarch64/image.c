/* SPDX-License-Identifier: Apache-2.0 */
/* The Image format for arm64 (Documentation/arch/arm64/booting.rst). */
#include "servers/vmm/vmm.h"

const struct image_format image_format = {
	.magic = 0x644d5241, /* "ARM\x64" */
	.align = 0x200000,
};
