/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/guest/measured.h"

#define PRIORITY(number) (CONTROLLER + (number) * 4)
#define ENABLE(number) (CONTROLLER + 0x2000 + (number) / 32 * 4) /* vCPU 0's */

void line_start(uint32_t number)
{
	write32(PRIORITY(number), 1);
	write32(ENABLE(number), read32(ENABLE(number)) | 1u << number % 32);
}
