/* SPDX-License-Identifier: Apache-2.0 */
/* The first version of the device that dies. */
#include "tests/servers/mortal.h"

static void mortal_begin(void)
{
}

MORTAL_VERSION_IS(1, 1, MORTAL_SIZE_1);
