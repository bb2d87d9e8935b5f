/* SPDX-License-Identifier: Apache-2.0 */
/* aarch64's system registers as variables of a test, found by name; barriers are nothing. */
#ifndef TESTS_HOST_AARCH64_REGISTERS_H
#define TESTS_HOST_AARCH64_REGISTERS_H

#include <stdint.h>

#include "../../../../../arch/aarch64/registers.h"

uint64_t *host_register(const char *name);

/* All of them are as after a start. */
void host_registers_forget(void);

#undef REGISTER_READ
#undef REGISTER_WRITE
#undef BARRIER_INSTRUCTIONS
#undef BARRIER_STORES
#undef BARRIER_ALL
#undef HINT_YIELD
#define REGISTER_READ(name) (*host_register(REGISTER_NAME(name)))
#define REGISTER_WRITE(name, value) ((void)(*host_register(REGISTER_NAME(name)) = (uint64_t)(value)))
#define BARRIER_INSTRUCTIONS() ((void)0)
#define BARRIER_STORES() ((void)0)
#define BARRIER_ALL() ((void)0)
#define HINT_YIELD() ((void)0)

#endif
