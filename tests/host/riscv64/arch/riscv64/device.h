/* SPDX-License-Identifier: Apache-2.0 */
/* A device's registers are functions of a test. */
#ifndef TESTS_HOST_RISCV64_DEVICE_H
#define TESTS_HOST_RISCV64_DEVICE_H

#include <stdint.h>

uint32_t device_read(uint64_t address);
void device_write(uint64_t address, uint32_t value);

#endif
