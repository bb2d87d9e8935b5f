/* SPDX-License-Identifier: Apache-2.0 */
/* The distribution's libfdt is built with stack protection. */
#include <stdint.h>

#include "servers/rt/rt.h"

const uintptr_t __stack_chk_guard = 0x636f7070696365ul;

_Noreturn void __stack_chk_fail(void);

_Noreturn void __stack_chk_fail(void)
{
	rt_fail("stack overrun in %p", __builtin_return_address(0));
}
