/* SPDX-License-Identifier: Apache-2.0 */
/* The classes of ESR_EL2 (Arm ARM D17.2.37) that a task's death can have. */
#include "ipc/aarch64.h"
#include "servers/supervisor/supervisor.h"

#define CLASS_SHIFT 26
#define CLASS_BITS 0x3f

/* The pc comes right behind x30, so that the report's last line has it, too. */
const struct registers registers = {
	.general = 31,
	.pc = VCPU_PC,
	.stack = VCPU_SP_EL0,
	.frame = 29,
	.link = 30,
	.frame_below = 0,
};

const char *cause_name(uint64_t syndrome)
{
	switch (syndrome >> CLASS_SHIFT & CLASS_BITS) {
	case 0x00:
		return "an instruction that it may not use";
	case 0x20:
		return "a jump to where it has no code";
	case 0x24:
		return "an access to what it does not have";
	case 0x22:
	case 0x26:
		return "a misaligned pc or stack";
	case 0x3c:
		return "it gave up";
	}
	return "a fault";
}
