/* SPDX-License-Identifier: Apache-2.0 */
/* A small system for the supervisor to make: a bundle with a plan, two tasks, a VM. */
#ifndef TESTS_CRASH_BOOT_H
#define TESTS_CRASH_BOOT_H

#include <stdint.h>

#define BOOT_PAGE 0x1000ul
#define BOOT_BUNDLE (16 * BOOT_PAGE)
#define BOOT_PLACES (2 * 0x20000ul)
#define BOOT_GUEST (37 * BOOT_PAGE) /* more than one step of SYSCALL_MAP */

/* Into BOOT_BUNDLE cleared bytes; and a page of the firmware's tree. */
void boot_bundle(uint8_t *bundle);
void boot_firmware(uint8_t *tree);

#endif
