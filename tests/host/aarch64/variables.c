/* SPDX-License-Identifier: Apache-2.0 */
/* The system registers as variables: each is made, 0, at its first use. */
#include <stdlib.h>
#include <string.h>

#include "arch/aarch64/registers.h"

#define REGISTERS 128

static struct {
	const char *name;
	uint64_t value;
} registers[REGISTERS];
static unsigned int register_count;

uint64_t *host_register(const char *name)
{
	unsigned int index;

	for (index = 0; index < register_count; index++)
		if (strcmp(registers[index].name, name) == 0)
			return &registers[index].value;
	if (register_count == REGISTERS)
		abort();
	registers[register_count].name = name;
	return &registers[register_count++].value;
}

void host_registers_forget(void)
{
	register_count = 0;
	memset(registers, 0, sizeof(registers));
}
