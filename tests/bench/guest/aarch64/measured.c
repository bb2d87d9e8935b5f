/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/guest/measured.h"

#define GROUP(number) (DISTRIBUTOR + 0x80 + (number) / 32 * 4)
#define ENABLE(number) (DISTRIBUTOR + 0x100 + (number) / 32 * 4)

void line_start(uint32_t number)
{
	write32(GROUP(number), ~0u);
	write32(ENABLE(number), 1u << number % 32);
}
