/* SPDX-License-Identifier: Apache-2.0 */
/* The GIC model's delivery: who gets which interrupt when, through the list registers. */
#include "tests/host/suite.h"
#include "tests/host/vgic_guest.h"

static struct guest guest;

static void line(uint64_t level)
{
	guest_line(&guest, SPI, level);
}

static void test_level(void)
{
	guest_start(&guest, 1);
	line(1);
	CU_ASSERT_EQUAL(guest_settle(&guest), 1);
	CU_ASSERT_EQUAL(guest.page[0].list[0],
			LR_PENDING | LR_GROUP1 | 0xa0ull << LR_PRIORITY_SHIFT | LR_EOI | SPI);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), SPI);
	CU_ASSERT_TRUE(guest_end(&guest, 0, SPI));
	CU_ASSERT_EQUAL(guest.maintenance, 1);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), SPI);
	line(0);
	CU_ASSERT_TRUE(guest_end(&guest, 0, SPI));
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), SPURIOUS);
}

static void test_edge(void)
{
	guest_start(&guest, 1);
	distributor_set(&guest, GIC_ICFGR + SPI / 16 * 4, 4, UINT32_MAX);
	guest_pulse(&guest, SPI);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), SPI);
	/* One more edge while it is active: once more afterwards, and no more. */
	guest_pulse(&guest, SPI);
	CU_ASSERT_EQUAL(guest_settle(&guest), 1);
	CU_ASSERT_TRUE(guest_end(&guest, 0, SPI));
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), SPI);
	CU_ASSERT_TRUE(guest_end(&guest, 0, SPI));
	guest_refill(&guest, 0, 0);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), SPURIOUS);
}

static void test_timer(void)
{
	guest_start(&guest, 1);
	private_set(&guest, 0, GIC_ICENABLER, 4, 1u << VTIMER_INTID);
	guest_refill(&guest, 0, VCPU_EVENT_VTIMER);
	CU_ASSERT_EQUAL(guest.page[0].list[0], 0);
	CU_ASSERT_EQUAL(guest.page[0].timer_held, 1);
	private_set(&guest, 0, GIC_ISENABLER, 4, 1u << VTIMER_INTID);
	CU_ASSERT_EQUAL(guest_settle(&guest), 1);
	CU_ASSERT_EQUAL(guest.page[0].timer_held, 0);
	CU_ASSERT_EQUAL(guest.page[0].list[0], LR_PENDING | LR_HARDWARE | LR_GROUP1 |
						       0xa0ull << LR_PRIORITY_SHIFT |
						       27ull << LR_PHYSICAL_SHIFT | 27);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), VTIMER_INTID);
	CU_ASSERT_TRUE(guest_end(&guest, 0, VTIMER_INTID));
	guest_refill(&guest, 0, 0);
	CU_ASSERT_EQUAL(guest.page[0].list[0], 0);
	CU_ASSERT_EQUAL(guest.page[0].timer_held, 0);
	guest_refill(&guest, 0, VCPU_EVENT_VTIMER);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), VTIMER_INTID);
}

/* As the kernel does at an exit: the guest has moved its timer on, or it is due again. */
static void timer_is_over(bool over)
{
	guest.page[0].timer_over = over;
	guest.page[0].timer_held &= !over;
}

static uint32_t timer_shown(void)
{
	vgic_look(&guest.gic, 0, &guest.page[0]);
	guest_commit(&guest);
	controller_page_write(&guest.gic, 0, &guest.page[0]);
	return private_get(&guest, 0, GIC_ISPENDR, 4) & 1u << VTIMER_INTID;
}

static void test_timer_moved(void)
{
	guest_start(&guest, 1);
	guest_refill(&guest, 0, VCPU_EVENT_VTIMER);
	timer_is_over(true);
	CU_ASSERT_EQUAL(timer_shown(), 0);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), SPURIOUS);
	CU_ASSERT_EQUAL(guest.page[0].timer_held, 0);
	/* It fires again before the kernel looks again. */
	guest_refill(&guest, 0, VCPU_EVENT_VTIMER);
	timer_is_over(false);
	guest_refill(&guest, 0, 0);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), VTIMER_INTID);
	/* The handler sets it anew, and is still to end it. */
	timer_is_over(true);
	CU_ASSERT_EQUAL(timer_shown(), 0);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), SPURIOUS);
	CU_ASSERT_TRUE(guest_end(&guest, 0, VTIMER_INTID));
	CU_ASSERT_EQUAL(timer_shown(), 0);
	CU_ASSERT_EQUAL(guest.page[0].list[0], 0);
}

static void test_timer_moved_held(void)
{
	guest_start(&guest, 1);
	private_set(&guest, 0, GIC_ICENABLER, 4, 1u << VTIMER_INTID);
	guest_refill(&guest, 0, VCPU_EVENT_VTIMER);
	CU_ASSERT_EQUAL(timer_shown(), 1u << VTIMER_INTID);
	timer_is_over(true);
	CU_ASSERT_EQUAL(timer_shown(), 0);
	private_set(&guest, 0, GIC_ISENABLER, 4, 1u << VTIMER_INTID);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), SPURIOUS);
	/* What was written stays, whatever the line does. */
	private_set(&guest, 0, GIC_ISPENDR, 4, 1u << VTIMER_INTID);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(timer_shown(), 1u << VTIMER_INTID);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), VTIMER_INTID);
}

static void test_level_falls(void)
{
	guest_start(&guest, 1);
	distributor_set(&guest, GIC_ICENABLER + 4, 4, UINT32_MAX);
	line(1);
	CU_ASSERT_EQUAL(controller_kicks, 0);
	CU_ASSERT_EQUAL(distributor_get(&guest, GIC_ISPENDR + 4, 4), 1u << (SPI - 32));
	line(0);
	CU_ASSERT_EQUAL(distributor_get(&guest, GIC_ISPENDR + 4, 4), 0);
	distributor_set(&guest, GIC_ISENABLER + 4, 4, UINT32_MAX);
	CU_ASSERT_EQUAL(controller_kicks, 0);
	line(1);
	guest_settle(&guest);
	line(0);
	guest_refill(&guest, 0, 0);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), SPURIOUS);
}

static void test_level_latch(void)
{
	guest_start(&guest, 1);
	distributor_set(&guest, GIC_ISPENDR + 4, 4, 1u << (SPI - 32));
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), SPI);
	CU_ASSERT_TRUE(guest_end(&guest, 0, SPI));
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), SPURIOUS);
	line(1);
	distributor_set(&guest, GIC_ICPENDR + 4, 4, 1u << (SPI - 32));
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), SPI);
}

static void test_edge_by_line(void)
{
	guest_start(&guest, 1);
	distributor_set(&guest, GIC_ICFGR + SPI / 16 * 4, 4, UINT32_MAX);
	line(1);
	line(1);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), SPI);
	CU_ASSERT_TRUE(guest_end(&guest, 0, SPI));
	line(0);
	guest_refill(&guest, 0, 0);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), SPURIOUS);
	line(1);
	line(0);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), SPI);
}

static void test_lines(void)
{
	guest_start(&guest, 1);
	CU_ASSERT_EQUAL(vgic_line_set(&guest.gic, 31, 1), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vgic_line_set(&guest.gic, 128, 1), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vgic_line_set(&guest.gic, 1ull << 32 | 40, 1), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vgic_line_set(&guest.gic, 40, 2), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vgic_line_pulse(&guest.gic, 0), STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(vgic_line_pulse(&guest.gic, 127), STATUS_OK);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), 127);
}

static void test_timer_forced(void)
{
	guest_start(&guest, 1);
	guest_refill(&guest, 0, VCPU_EVENT_VTIMER);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), VTIMER_INTID);
	/* Deactivated by register: the physical one waits for an end, so it comes once more. */
	private_set(&guest, 0, GIC_ICACTIVER, 4, 1u << VTIMER_INTID);
	private_set(&guest, 0, GIC_ICPENDR, 4, 1u << VTIMER_INTID);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), VTIMER_INTID);
	CU_ASSERT_TRUE(guest_end(&guest, 0, VTIMER_INTID));
	guest_refill(&guest, 0, 0);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), SPURIOUS);
	/* Never pending and active at once with the hardware bit. */
	guest_refill(&guest, 0, VCPU_EVENT_VTIMER);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), VTIMER_INTID);
	private_set(&guest, 0, GIC_ISPENDR, 4, 1u << VTIMER_INTID);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest.page[0].list[0] & LR_PENDING, 0);
}

static uint64_t listed_priority(void)
{
	return guest.page[0].list[0] >> LR_PRIORITY_SHIFT & 0xff;
}

/* An end drops the running priority, and finds the active interrupt by it. */
static void test_active_priority(void)
{
	guest_start(&guest, 1);
	distributor_set(&guest, GIC_ICFGR + SPI / 16 * 4, 4, UINT32_MAX);
	guest_pulse(&guest, SPI);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), SPI);
	spi_priority(&guest, SPI, 0x40);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(listed_priority(), 0xa0);
	guest_pulse(&guest, SPI);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(listed_priority(), 0xa0);
	CU_ASSERT_TRUE(guest_end(&guest, 0, SPI));
	guest_refill(&guest, 0, 0);
	CU_ASSERT_EQUAL(listed_priority(), 0x40);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), SPI);
}

static void test_pends_disabled(void)
{
	uint32_t bit = 1u << (SPI - 32);

	guest_start(&guest, 1);
	distributor_set(&guest, GIC_ICFGR + SPI / 16 * 4, 4, UINT32_MAX);
	guest_pulse(&guest, SPI);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), SPI);
	distributor_set(&guest, GIC_ICENABLER + 4, 4, bit);
	distributor_set(&guest, GIC_ISPENDR + 4, 4, bit);
	guest_settle(&guest);
	CU_ASSERT_TRUE(guest_end(&guest, 0, SPI));
	guest_refill(&guest, 0, 0);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), SPURIOUS);
	CU_ASSERT_EQUAL(distributor_get(&guest, GIC_ISPENDR + 4, 4) & bit, bit);
	distributor_set(&guest, GIC_ISENABLER + 4, 4, bit);
	guest_settle(&guest);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), SPI);
	CU_ASSERT_TRUE(guest_end(&guest, 0, SPI));
	guest_refill(&guest, 0, 0);
	CU_ASSERT_EQUAL(guest_acknowledge(&guest, 0), SPURIOUS);
}

static const struct suite_test tests[] = {
	{ "a level interrupt comes again while its line is asserted", test_level },
	{ "a falling line takes its interrupt back", test_level_falls },
	{ "a written pending bit ends when taken, a line's does not", test_level_latch },
	{ "a rising line is an edge where so configured", test_edge_by_line },
	{ "lines are SPIs and nothing else", test_lines },
	{ "an edge while the interrupt is active brings it once more", test_edge },
	{ "an active interrupt keeps the priority with which it was taken", test_active_priority },
	{ "what pends while it is active and disabled comes once enabled", test_pends_disabled },
	{ "the timer waits while disabled, then ends its physical interrupt", test_timer },
	{ "the timer is pending no longer than it is due", test_timer_moved },
	{ "nor is it while disabled, but for what was written", test_timer_moved_held },
	{ "a timer forced inactive still ends its physical interrupt", test_timer_forced },
};

int main(void)
{
	return suite_run("vgic_deliver", tests, sizeof(tests) / sizeof(tests[0]));
}
