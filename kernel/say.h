/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel's few words, on its console. */
#ifndef KERNEL_SAY_H
#define KERNEL_SAY_H

#include <stdint.h>

void say(const char *text);

/* The text, then the number in hexadecimal. */
void say_number(const char *text, uint64_t number);

/* Something is wrong with the kernel itself: says so and stops this CPU for good. */
_Noreturn void panic(const char *what);

#endif
