/* SPDX-License-Identifier: Apache-2.0 */
/* The interrupt controller's lives: cut anywhere, its guest takes the interrupts it would have. */
#include "tests/host/suite.h"

#include <string.h>

#include "servers/vgic/bank.h"
#include "servers/vgic/server.c"
#include "tests/host/cuts.h"
#include "tests/host/life.h"
#include "tests/host/vgic_interface.h"

#define VCPU_HANDLE 10 /* of vCPU 0 */
#define GUESTS 2       /* vCPUs */
#define MOST 80

#define SGI1R SYSREG(3, 0, 12, 11, 5)

/* What happens, in its order; kicks and maintenance are attended to before the next. */
enum deed { WRITE, READ, PRIVATE, SGI, SET, PULSE, TIMER, TAKE, END };

static const struct step {
	enum deed deed;
	uint32_t vcpu; /* who does it, or has it done to it; of lines: the INTID */
	uint32_t offset;
	uint32_t value; /* END: the INTID */
} script[] = {
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
#define SCRIPT (sizeof(script) / sizeof(script[0]))

/* All that the guest has seen: what it took, whether it could end it, what it read. */
struct seen {
	uint32_t count;
	uint64_t value[MOST];
};
static struct seen seen;
static struct vcpu_interrupts page[GUESTS], left[GUESTS]; /* as the guest left them */
static uint64_t events[GUESTS];
static const struct step *steps;
static uint32_t at, last; /* of them: the next, and how many */
static bool reads, looked, wrong_page;
static struct life life;

static struct vgic_state *gic(void)
{
	return rt_state();
}

static void see(uint64_t value)
{
	if (seen.count < MOST)
		seen.value[seen.count++] = value;
}

static void ask(struct message *message, uint64_t label, uint64_t badge, uint64_t word0,
		uint64_t word1, uint64_t word2)
{
	message->label = label;
	message->badge = badge;
	message->words[0] = word0;
	message->words[1] = word1;
	message->words[2] = word2;
}

static void refill_ask(struct message *message, uint32_t vcpu)
{
	ask(message, INTERRUPT_LABEL_REFILL, (uint64_t)vcpu << 32 | ROUTE_REFILL, events[vcpu], 0,
	    0);
	events[vcpu] = 0;
}

/* False: nobody is asked for this. */
static bool step_do(const struct step *step, struct message *message)
{
	uint64_t vcpu = (uint64_t)step->vcpu << 32;
	bool asked = false;

	switch (step->deed) {
	case WRITE:
		ask(message, MMIO_LABEL_WRITE, vcpu | ROUTE_DISTRIBUTOR, step->offset, 4,
		    step->value);
		return true;
	case READ:
		ask(message, MMIO_LABEL_READ, vcpu | ROUTE_DISTRIBUTOR, step->offset, 4, 0);
		return reads = true;
	case PRIVATE:
		ask(message, MMIO_LABEL_WRITE, vcpu | ROUTE_REDISTRIBUTORS,
		    step->vcpu * GICR_SIZE + GICR_SGI_FRAME + step->offset, 4, step->value);
		return true;
	case SGI:
		ask(message, SYSREG_LABEL_WRITE, vcpu | ROUTE_SGI, SGI1R, step->value, 0);
		return true;
	case SET:
		ask(message, LINE_LABEL_SET, step->vcpu, step->value, 0, 0);
		return true;
	case PULSE:
		ask(message, LINE_LABEL_PULSE, step->vcpu, 0, 0, 0);
		return true;
	case TIMER:
		events[step->vcpu] |= VCPU_EVENT_VTIMER;
		return false;
	case TAKE:
		see(page_acknowledge(&page[step->vcpu]));
		break;
	case END:
		see(page_end(&page[step->vcpu], step->value, &asked));
		events[step->vcpu] |= asked ? VCPU_EVENT_MAINTENANCE : 0;
		break;
	}
	left[step->vcpu] = page[step->vcpu];
	return false;
}

/* What the guest ended without an exit, the model hears at last. */
static void all_look(void)
{
	uint32_t vcpu;

	for (vcpu = 0; vcpu < GUESTS; vcpu++)
		events[vcpu] |= VCPU_EVENT_KICK;
	looked = true;
}

static bool next(struct message *message)
{
	uint32_t vcpu;

	for (;;) {
		for (vcpu = 0; vcpu < GUESTS; vcpu++) {
			if (!events[vcpu])
				continue;
			refill_ask(message, vcpu);
			return true;
		}
		if (at < last) {
			if (step_do(&steps[at++], message))
				return true;
		} else if (looked) {
			return false;
		} else {
			all_look();
		}
	}
}

/* A page changes only while its vCPU's exit is in hand. */
static void answered(const struct message *message, status_t status)
{
	uint32_t vcpu;

	for (vcpu = 0; vcpu < GUESTS; vcpu++) {
		if (!controller_has_page(message->badge) || MESSAGE_VCPU(message->badge) != vcpu)
			wrong_page |= memcmp(&page[vcpu], &left[vcpu], sizeof(page[0])) != 0;
		left[vcpu] = page[vcpu];
	}
	CU_ASSERT_EQUAL(status, STATUS_OK);
	if (reads)
		see(message->words[0]);
	reads = false;
}

static status_t call(handle_t endpoint, struct message *message)
{
	(void)endpoint, (void)message;
	return STATUS_BAD_HANDLE;
}

static status_t kicked(enum syscall number, uint64_t a0)
{
	if (number != SYSCALL_VCPU_KICK || a0 < VCPU_HANDLE || a0 >= VCPU_HANDLE + GUESTS)
		return STATUS_BAD_HANDLE;
	events[a0 - VCPU_HANDLE] |= VCPU_EVENT_KICK;
	return STATUS_OK;
}

static void forget(void)
{
	memset(&controller, 0, sizeof(controller));
	controller_kicks = 0;
}

static void run(uint64_t cut, uint64_t cut_again, uint64_t renumber)
{
	struct life_argument arguments[] = {
		{ "vcpus", GUESTS },
		{ "vcpu0", VCPU_HANDLE },
		{ "vcpu1", VCPU_HANDLE + 1 },
		{ "interrupts0", (uint64_t)(uintptr_t)&page[0] },
		{ "interrupts1", (uint64_t)(uintptr_t)&page[1] },
		{ "lines0", 1ull << 33 | 1ull << 34 },
		{ "lines1", 0 },
		{ NULL, 0 },
	};

	life = (struct life){
		.arguments = arguments, .forget = forget, .next = next, .answered = answered,
		.call = call, .syscall = kicked, .cut = cut, .cut_again = cut_again,
		.renumber = renumber,
	};
	life_run(&life);
}

static void power_on(void)
{
	memset(&life_durable, 0, sizeof(life_durable));
	memset(page, 0, sizeof(page));
	memset(left, 0, sizeof(left));
	memset(events, 0, sizeof(events));
	memset(&seen, 0, sizeof(seen));
	steps = script;
	at = 0;
	last = SCRIPT;
	reads = looked = wrong_page = false;
}

static struct seen whole;
static struct vgic_state model;
static uint64_t points;

/* The model, without what counts the refills. */
static struct vgic_state model_now(void)
{
	struct vgic_state now = *gic();
	uint32_t vcpu;

	for (vcpu = 0; vcpu < GUESTS; vcpu++)
		now.vcpu[vcpu].generation = 0;
	return now;
}

static void run_whole(void)
{
	static const uint32_t taken[] = { 33, 34, 34, 27, 0, 0, 2, 48, 48, 49, 50, 52, 53, 51, 27 };
	uint32_t index, found = 0;

	power_on();
	run(0, 0, 0);
	whole = seen;
	model = model_now();
	points = life.points;
	CU_ASSERT_EQUAL(life.lives, 1);
	CU_ASSERT_TRUE(points > 200);
	for (index = 0; index < whole.count && found < sizeof(taken) / sizeof(taken[0]); index++)
		found += whole.value[index] == taken[found];
	CU_ASSERT_EQUAL(found, sizeof(taken) / sizeof(taken[0]));
	CU_ASSERT_EQUAL(whole.value[whole.count - 1], SPURIOUS);
	CU_ASSERT_EQUAL(whole.value[whole.count - 2], SPURIOUS);
}

static void compare(void)
{
	struct vgic_state now = model_now();

	CU_ASSERT_EQUAL_FATAL(memcmp(&seen, &whole, sizeof(seen)), 0);
	CU_ASSERT_EQUAL_FATAL(memcmp(&now, &model, sizeof(now)), 0);
	CU_ASSERT_FALSE_FATAL(wrong_page);
	CU_ASSERT_EQUAL_FATAL(life.line[0], '\0');
}

static struct cuts cuts(void)
{
	run_whole();
	return (struct cuts){ points, &life, power_on, run, compare };
}

static void test_every_cut(void)
{
	const struct cuts every = cuts();

	cuts_once(&every);
}

static void test_every_two_cuts(void)
{
	const struct cuts every = cuts();

	cuts_twice(&every);
}

static void test_orphans(void)
{
	const struct cuts every = cuts();

	cuts_orphans(&every);
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

	power_on();
	last = ACTIVE;
	run(0, 0, 0);
	gic()->router[5] ^= 1;
	memset(&seen, 0, sizeof(seen));
	steps = rebuilt;
	at = 0;
	last = sizeof(rebuilt) / sizeof(rebuilt[0]);
	run(0, 0, 0);
	CU_ASSERT_STRING_EQUAL(life.line, "the durable state is damaged: a checksum is wrong; "
					  "it is made anew");
	CU_ASSERT_FALSE(wrong_page);
	CU_ASSERT_EQUAL(seen.count, sizeof(expected) / sizeof(expected[0]));
	CU_ASSERT_EQUAL(memcmp(seen.value, expected, sizeof(expected)), 0);
	run(0, 0, 0);
	CU_ASSERT_EQUAL(life.line[0], '\0');
}

/* Pages may hold anything when the state is damaged. */
static void test_damaged_pages(void)
{
	uint64_t random = 1;
	uint32_t round, slot;

	for (round = 0; round < 10000; round++) {
		power_on();
		last = ACTIVE;
		run(0, 0, 0);
		gic()->groups++;
		for (slot = 0; slot < VCPU_LIST_REGISTERS; slot++) {
			random = random * 6364136223846793005u + 1442695040888963407u;
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

	power_on();
	last = ACTIVE;
	run(0, 0, 0);
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

static const struct suite_test tests[] = {
	{ "cut at any point, the guest takes each interrupt as often as uncut", test_every_cut },
	{ "cut again at any point of its recovery, too", test_every_two_cuts },
	{ "an exit that comes again under another number finds its list", test_orphans },
	{ "a damaged model is made anew, and everybody looks once", test_damaged },
	{ "pages that hold anything make a model that is right", test_damaged_pages },
	{ "no state is used that this model cannot have made", test_check },
};

int main(void)
{
	return suite_run("vgic_restart", tests, sizeof(tests) / sizeof(tests[0]));
}
