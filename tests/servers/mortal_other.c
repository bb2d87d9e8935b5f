/* SPDX-License-Identifier: Apache-2.0 */
/* A version whose state is laid out anew: it knows none of the former ones. */
#include "tests/servers/mortal.h"

static void mortal_begin(void)
{
}

MORTAL_VERSION_IS(3, 3, sizeof(struct mortal_state));
