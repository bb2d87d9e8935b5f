/* SPDX-License-Identifier: Apache-2.0 */
/* A new binary with the state of the first version, and a mistake: it dies at each of its starts. */
#include "tests/servers/mortal.h"

static void mortal_begin(void)
{
	rt_fail("mortal: a mistake of the new version");
}

MORTAL_VERSION_IS(1, 1, MORTAL_SIZE_1);
