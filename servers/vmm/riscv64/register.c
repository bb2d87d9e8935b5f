/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trapped CSRs: those that a guest has do not trap, or are its interrupt controller's. All others
 * are illegal instructions.
 */
#include "servers/vmm/vmm.h"

status_t register_read(const struct vm *vm, uint32_t index, uint64_t number, uint64_t *value)
{
	(void)vm, (void)index, (void)number;
	*value = 0;
	return STATUS_NOT_FOUND;
}

status_t register_write(uint64_t number, uint64_t value)
{
	(void)number, (void)value;
	return STATUS_NOT_FOUND;
}
