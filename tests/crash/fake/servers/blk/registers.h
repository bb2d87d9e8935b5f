/* SPDX-License-Identifier: Apache-2.0 */
/* In place of servers/blk/registers.h: each access is a point to be cut at, and reaches a model. */
#ifndef SERVERS_BLK_REGISTERS_H
#define SERVERS_BLK_REGISTERS_H

#include <stdint.h>

uint32_t register_read(uintptr_t base, uint32_t offset);
void register_write(uintptr_t base, uint32_t offset, uint32_t value);

#endif
