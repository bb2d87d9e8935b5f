/* SPDX-License-Identifier: Apache-2.0 */
/* What the measured guests' processors and interrupt controller do for them. */
#include "tests/bench/guest/measured.h"

#include "tests/bench/guest/riscv64/firmware.h"

#define PLIC 0x0c000000ul
#define PRIORITY(number) (PLIC + (number) * 4)
#define ENABLE(number) (PLIC + 0x2000 + (number) / 32 * 4) /* vCPU 0's */
#define THRESHOLD (PLIC + 0x200000)

void processor_start_here(void);

void processor_on(uint64_t vcpu)
{
	if (sbi3(SBI_HARTS, SBI_HARTS_START, vcpu, (uint64_t)processor_start_here, 0).error)
		guest_off();
}

void line_start(uint32_t number)
{
	write32(PRIORITY(number), 1);
	write32(ENABLE(number), read32(ENABLE(number)) | 1u << number % 32);
}

void controller_read(void)
{
	read32(ENABLE(DISK_INTERRUPT));
	read32(THRESHOLD);
}

void manager_ask(void)
{
	sbi(SBI_BASE, SBI_BASE_VERSION, 0, 0);
	sbi(SBI_BASE, SBI_BASE_PROBE, SBI_HARTS, 0);
}

void guest_reset(void)
{
	sbi(SBI_RESET, 0, SBI_RESET_COLD, 0);
}
