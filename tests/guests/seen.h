/* SPDX-License-Identifier: Apache-2.0 */
/* What tests/servers/registers.c tells of the accesses to it. */
#ifndef GUESTS_SEEN_H
#define GUESTS_SEEN_H

#include "tests/guests/runtime.h"

#define PATTERN (DEVICE + 8) /* reads as 0xf1e2d3c4b5a69788, like all below SEEN */
#define STORED 0x20ul
#define SEEN (DEVICE + 0x100)
#define READS (DEVICE + 0x118)
#define REFUSED (DEVICE + 0x200) /* and all behind it */
#define JUNK 0x5555555555555555ul

/* The last write was one to DEVICE + STORED, of so many bytes. */
static inline void check_stored(const char *what, uint64_t width, uint64_t value)
{
	print("# ");
	print(what);
	print("\n");
	check("  the server sees the offset", read64(SEEN), STORED);
	check("  the server sees the width", read64(SEEN + 8), width);
	check("  the server sees the value, zero beyond the width", read64(SEEN + 16), value);
}

#endif
