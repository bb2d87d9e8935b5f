/* SPDX-License-Identifier: Apache-2.0 */
/* The exceptions (Privileged Architecture 4.1.8) that a task's death can have. */
#include "ipc/riscv64.h"
#include "servers/supervisor/supervisor.h"

/* The pc comes right behind x31, so that the report's last line has it, too. */
const struct registers registers = {
	.general = 32,
	.pc = VCPU_PC,
	.stack = 2,
	.frame = 8,
	.link = 1,
	.frame_below = 16,
};

const char *cause_name(uint64_t syndrome)
{
	switch (SYNDROME_CAUSE(syndrome)) {
	case CAUSE_ILLEGAL:
		return "an instruction that it may not use";
	case CAUSE_FETCH_ACCESS:
	case CAUSE_FETCH_PAGE:
		return "a jump to where it has no code";
	case CAUSE_LOAD_ACCESS:
	case CAUSE_STORE_ACCESS:
	case CAUSE_LOAD_PAGE:
	case CAUSE_STORE_PAGE:
		return "an access to what it does not have";
	case CAUSE_FETCH_MISALIGNED:
	case CAUSE_LOAD_MISALIGNED:
	case CAUSE_STORE_MISALIGNED:
		return "a misaligned pc or access";
	case CAUSE_BREAKPOINT:
		return "it gave up";
	}
	return "a fault";
}
