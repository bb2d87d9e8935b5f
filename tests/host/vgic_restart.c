/* SPDX-License-Identifier: Apache-2.0 */
/* The interrupt controller's lives: cut anywhere, its guest takes the interrupts it would have. */
#include "tests/host/suite.h"

#include <string.h>

#include "servers/vgic/bank.h"
#include "servers/vgic/server.c"
#include "tests/host/controller_life.h"
#include "tests/host/vgic_interface.h"


#define SGI1R SYSREG(3, 0, 12, 11, 5)

/* What happens, in its order; kicks and maintenance are attended to before the next. */
enum deed { WRITE, READ, PRIVATE, SGI, SET, PULSE, TIMER, TAKE, END };

/* Offsets of registers; END: value is the INTID. */
static const struct step script[] = {
	{ WRITE, 0, GICD_CTLR, 0x13 },
	{ WRITE, 0, GIC_IGROUPR + 4, UINT32_MAX },
	{ WRITE, 0, GIC_ISENABLER + 4, UINT32_MAX },
	{ WRITE, 0, GIC_ICFGR + 12, UINT32_MAX }, /* 48 to 63: edges */
	{ PRIVATE, 0, GIC_IGROUPR, UINT32_MAX },
	{ PRIVATE, 0, GIC_ISENABLER, UINT32_MAX },
	{ PRIVATE, 1, GIC_IGROUPR, UINT32_MAX },
	{ PRIVATE, 1, GIC_ISENABLER, UINT32_MAX },
	{ WRITE, 0, GIC_IPRIORITYR + 32, 0x40608020 }, /* 32, 33, 34, 35 */
	{ WRITE, 1, GICD_IROUTER + 8 * 34, 1 },
	/* A device each, the timer, SGIs to oneself and to another. */
	{ SET, 33, 0, 1 },
	{ TAKE, 0, 0, 0 },
	{ SET, 33, 0, 0 },
	{ END, 0, 0, 33 },
	{ SET, 34, 0, 1 },
	{ TAKE, 1, 0, 0 },
	{ END, 1, 0, 34 }, /* its line is still asserted */
	{ TAKE, 1, 0, 0 },
	{ SET, 34, 0, 0 },
	{ END, 1, 0, 34 },
	{ TIMER, 0, 0, 0 },
	{ TAKE, 0, 0, 0 },
	{ SGI, 0, 0, 2 },
	{ END, 0, 0, 27 },
	{ SGI, 1, 0, 2 << 24 | 2 },
	{ TAKE, 1, 0, 0 },
	{ SGI, 0, 0, 2 }, /* while the first is active */
	{ END, 1, 0, 0 },
	{ TAKE, 1, 0, 0 },
	{ END, 1, 0, 0 },
	{ TAKE, 1, 0, 0 },
	{ END, 1, 0, 2 },
	/* Edges, one of them while it is active; the last word in bank 1: 48 to 53. */
	{ PULSE, 48, 0, 0 },
	{ TAKE, 0, 0, 0 },
	{ PULSE, 48, 0, 0 },
	{ READ, 1, GIC_ISACTIVER + 4, 0 },
	{ END, 0, 0, 48 },
	{ TAKE, 0, 0, 0 },
	{ END, 0, 0, 48 },
	/* More than there are list registers, one of which moves to the other vCPU, one disabled. */
	{ PULSE, 49, 0, 0 },
	{ PULSE, 50, 0, 0 },
	{ PULSE, 51, 0, 0 },
	{ PULSE, 52, 0, 0 },
	{ PULSE, 53, 0, 0 },
	{ WRITE, 1, GICD_IROUTER + 8 * 50, 1 },
	{ WRITE, 1, GIC_ICENABLER + 4, 1u << (51 - 32) },
	{ TAKE, 0, 0, 0 },
	{ END, 0, 0, 49 },
	{ TAKE, 1, 0, 0 },
	{ END, 1, 0, 50 },
	{ TAKE, 0, 0, 0 },
	{ READ, 0, GIC_ISPENDR + 4, 0 },
	{ WRITE, 0, GIC_IPRIORITYR + 52, 0x40 },
	{ END, 0, 0, 52 },
	{ TAKE, 0, 0, 0 },
	{ END, 0, 0, 53 },
	{ WRITE, 0, GIC_ISENABLER + 4, 1u << (51 - 32) },
	{ TAKE, 0, 0, 0 },
	{ TIMER, 1, 0, 0 },
	{ TAKE, 1, 0, 0 },
	{ END, 1, 0, 27 },
	{ READ, 0, GIC_ISACTIVER + 4, 0 },
	{ END, 0, 0, 51 },
	{ TAKE, 0, 0, 0 },
	{ TAKE, 1, 0, 0 },
};
static const struct step *const whole_script = script;
static const uint32_t whole_steps = COUNT(script);
static const uint64_t lines_used = 1ull << 33 | 1ull << 34;

static struct vgic_state *gic(void)
{
	return rt_state();
}

static bool step_do(const struct step *step, struct message *message)
{
	uint64_t vcpu = (uint64_t)step->vcpu << 32;
	bool asked = false;

	switch ((enum deed)step->deed) {
	case WRITE:
		return ask(message, MMIO_LABEL_WRITE, vcpu | ROUTE_DISTRIBUTOR, step->place, 4,
			   step->value);
	case READ:
		return ask_value(message, MMIO_LABEL_READ, vcpu | ROUTE_DISTRIBUTOR, step->place, 4, 0);
	case PRIVATE:
		return ask(message, MMIO_LABEL_WRITE, vcpu | ROUTE_REDISTRIBUTORS,
			   step->vcpu * GICR_SIZE + GICR_SGI_FRAME + step->place, 4, step->value);
	case SGI:
		return ask(message, SYSREG_LABEL_WRITE, vcpu | ROUTE_SGI, SGI1R, step->value, 0);
	case SET:
		return ask(message, LINE_LABEL_SET, step->vcpu, step->value, 0, 0);
	case PULSE:
		return ask(message, LINE_LABEL_PULSE, step->vcpu, 0, 0, 0);
	case TIMER:
		events[step->vcpu] |= VCPU_EVENT_VTIMER;
		break;
	case TAKE:
		see(page_acknowledge(&page[step->vcpu]));
		break;
	case END:
		see(page_end(&page[step->vcpu], step->value, &asked));
		events[step->vcpu] |= asked ? VCPU_EVENT_MAINTENANCE : 0;
		break;
	}
	return false;
}

static void pages_prepare(void)
{
}

static struct vgic_state model;

/* The model, without what counts the refills. */
static struct vgic_state model_now(void)
{
	struct vgic_state now = *gic();
	uint32_t vcpu;

	for (vcpu = 0; vcpu < GUESTS; vcpu++)
		now.vcpu[vcpu].generation = 0;
	return now;
}

static void model_keep(void)
{
	model = model_now();
}

static bool model_is_kept(void)
{
	struct vgic_state now = model_now();

	return memcmp(&now, &model, sizeof(now)) == 0;
}

static void test_whole(void)
{
	static const uint64_t taken[] = { 33, 34, 34, 27, 0, 0, 2, 48, 48, 49, 50, 52, 53, 51, 27 };

	run_whole();
	whole_shows(taken, COUNT(taken));
	CU_ASSERT_EQUAL(whole.value[whole.count - 1], SPURIOUS);
	CU_ASSERT_EQUAL(whole.value[whole.count - 2], SPURIOUS);
}

#define ACTIVE 16 /* steps of the script; then vCPU 1 has 34 active, and its line is asserted */

/* Everybody looks once: their SGIs, and each device's driver; what was active can be ended. */
static const struct step rebuilt[] = {
	{ END, 1, 0, 34 }, { TAKE, 1, 0, 0 }, { END, 1, 0, 34 }, { TAKE, 1, 0, 0 },
	{ END, 1, 0, 0 },  { TAKE, 1, 0, 0 }, { END, 1, 0, 1 },  { TAKE, 1, 0, 0 },
	{ END, 1, 0, 5 },  { TAKE, 1, 0, 0 }, { TAKE, 0, 0, 0 }, { END, 0, 0, 0 },
	{ TAKE, 0, 0, 0 }, { END, 0, 0, 1 },  { TAKE, 0, 0, 0 }, { END, 0, 0, 5 },
	{ TAKE, 0, 0, 0 }, { END, 0, 0, 33 }, { TAKE, 0, 0, 0 }, { SET, 33, 0, 1 },
	{ TAKE, 0, 0, 0 }, { SET, 33, 0, 0 }, { END, 0, 0, 33 }, { TIMER, 1, 0, 0 },
	{ TAKE, 1, 0, 0 }, { END, 1, 0, 27 },
};

static void test_damaged(void)
{
	static const uint64_t expected[] = { 1, 34, 1, 0, 1, 1, 1, 5, 1, SPURIOUS, 0, 1, 1, 1, 5, 1,
					     33, 1, SPURIOUS, 33, 1, 27, 1 };

	run_first(ACTIVE);
	gic()->router[5] ^= 1;
	damaged_sees(rebuilt, COUNT(rebuilt), expected, COUNT(expected));
}

/* Pages may hold anything when the state is damaged. */
static void test_damaged_pages(void)
{
	uint64_t random = 1;
	uint32_t round, slot;

	for (round = 0; round < 10000; round++) {
		run_first(ACTIVE);
		gic()->groups++;
		for (slot = 0; slot < VCPU_LIST_REGISTERS; slot++) {
			random = random_after(random);
			page[round % 2].list[slot] = (random & ~0xffffffffull) | (random >> 40) % 160;
		}
		last = 0;
		run(0, 0, 0);
		CU_ASSERT_TRUE_FATAL(life.line[0]);
		run(0, 0, 0);
		CU_ASSERT_FALSE_FATAL(life.line[0]);
	}
}

/* Each is found; `broken` begins as a state that is right. */
static void test_check(void)
{
	static struct vgic_state broken, right;
	struct vgic_vcpu *vcpu = broken.vcpu;

#define REFUSED(change)                                                                            \
	do {                                                                                       \
		broken = right;                                                                    \
		change;                                                                            \
		CU_ASSERT_FALSE(vgic_check(&broken, GUESTS));                                      \
	} while (0)

	run_first(ACTIVE);
	broken = right = *gic();
	CU_ASSERT_TRUE(vgic_check(&broken, GUESTS));
	CU_ASSERT_FALSE(vgic_check(&broken, GUESTS + 1));
	CU_ASSERT_EQUAL(vcpu[1].listed, 1);
	REFUSED(broken.vcpus = 9);
	REFUSED(broken.groups = 4);
	REFUSED(vcpu[1].listed = 5);
	REFUSED(vcpu[1].listed = 0);
	REFUSED(vcpu[1].list[0] ^= 1);
	REFUSED(vcpu[1].list[1] = 34);
	REFUSED((vcpu[1].listed = 2, vcpu[1].list[1] = 34));
	REFUSED(vcpu[1].list[0] = 27);
	REFUSED(vcpu[1].underflow = 2);
	REFUSED(vcpu[1].sleeping = 2);
	REFUSED(vcpu[0].ready[1] = 1);
	REFUSED(vcpu[0].ready[0] = 1);
	REFUSED(vcpu[0].routed[1] |= 1u << 2);
	REFUSED((vcpu[0].routed[1] ^= 1u << 2, vcpu[1].routed[1] ^= 1u << 2));
	REFUSED(vcpu[0].bank.edge = 0);
	REFUSED(vcpu[0].bank.listed = 1);
	REFUSED(vcpu[0].bank.pending_written = 1);
	REFUSED(vcpu[0].bank.enabled = 0);
	REFUSED(broken.spi[0].forwarded = 0);
	REFUSED(broken.spi[0].active_written = 1);
	REFUSED(broken.spi[1].listed = 1);
#undef REFUSED
}

/* The model is as it was, and no page in hand. */
static void test_badges(void)
{
	static const struct asked each[] = {
		{ MMIO_LABEL_READ, ROUTE_SGI, { GICD_CTLR, 4 }, STATUS_BAD_ARGUMENT },
		{ MMIO_LABEL_WRITE, ROUTE_REFILL, { GICD_CTLR, 4 }, STATUS_BAD_ARGUMENT },
		{ MMIO_LABEL_WRITE, 33, { GICD_CTLR, 4 }, STATUS_BAD_ARGUMENT },
		{ MMIO_LABEL_WRITE, NOBODY | ROUTE_DISTRIBUTOR, { GICD_CTLR, 4 }, STATUS_BAD_ARGUMENT },
		{ SYSREG_LABEL_WRITE, ROUTE_REFILL, { SGI1R, 1 }, STATUS_BAD_ARGUMENT },
		{ SYSREG_LABEL_WRITE, NOBODY | ROUTE_SGI, { SGI1R, 1 }, STATUS_BAD_ARGUMENT },
		{ SYSREG_LABEL_WRITE, ROUTE_SGI, { SYSREG(3, 0, 12, 11, 4), 1 }, STATUS_NOT_FOUND },
		{ INTERRUPT_LABEL_REFILL, ROUTE_SGI, { 0 }, STATUS_BAD_ARGUMENT },
		{ INTERRUPT_LABEL_REFILL, NOBODY | ROUTE_REFILL, { 0 }, STATUS_BAD_ARGUMENT },
		{ DEVICE_LABEL_RESET, 33, { 0 }, STATUS_BAD_RIGHTS },
		{ DEVICE_LABEL_RESET, ROUTE_DISTRIBUTOR, { 0 }, STATUS_BAD_RIGHTS },
		{ LINE_LABEL_PULSE, 31, { 0 }, STATUS_BAD_ARGUMENT },
		{ LINE_LABEL_PULSE, ROUTE_DISTRIBUTOR, { 0 }, STATUS_BAD_ARGUMENT },
	};

	run_first(ACTIVE);
	model_keep();
	callers_get(each, COUNT(each));
	CU_ASSERT(model_is_kept());
	CU_ASSERT_FALSE(controller_has_page(NOBODY | ROUTE_DISTRIBUTOR));
	CU_ASSERT_FALSE(controller_has_page(127));
}

static const struct suite_test tests[] = {
	{ "uncut, the guest takes each interrupt as often as it came", test_whole },
	{ "cut at any point, the guest takes each interrupt as often as uncut", test_every_cut },
	{ "cut again at any point of its recovery, too", test_every_two_cuts },
	{ "an exit that comes again under another number finds its list", test_orphans },
	{ "a damaged model is made anew, and everybody looks once", test_damaged },
	{ "pages that hold anything make a model that is right", test_damaged_pages },
	{ "no state is used that this model cannot have made", test_check },
	{ "a badge opens what it is for and nothing else", test_badges },
};

int main(void)
{
	return suite_run("vgic_restart", tests, sizeof(tests) / sizeof(tests[0]));
}
