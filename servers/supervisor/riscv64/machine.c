/* SPDX-License-Identifier: Apache-2.0 */
/* Executables of this architecture: e_machine in their headers (System V ABI). */
#include "servers/supervisor/elf.h"

const uint16_t elf_machine = 243;
