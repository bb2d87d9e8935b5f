/* SPDX-License-Identifier: Apache-2.0 */
/* The interrupt controller's lives: cut anywhere, its guest takes the interrupts it would have. */
#include "tests/host/suite.h"

#include <string.h>

#include "servers/vplic/registers.h"
#include "servers/vplic/server.c"
#include "tests/host/controller_life.h"


#define CLAIM(context) (PLIC_CONTEXT + (context) * PLIC_CONTEXT_SIZE + PLIC_CLAIM)
#define ENABLE(context) (PLIC_ENABLE + (context) * PLIC_ENABLE_SIZE)
#define THRESHOLD(context) (PLIC_CONTEXT + (context) * PLIC_CONTEXT_SIZE)

/* What happens, in its order; kicks are attended to before the next. */
enum deed { WRITE, READ, SET, PULSE, IPI, SEE, CLEAR, RESET };

/* Offsets of registers; IPI: the mask. */
static const struct step script[] = {
	{ WRITE, 0, 4 * 5, 1 },
	{ WRITE, 0, 4 * 6, 3 },
	{ WRITE, 0, 4 * 7, 2 },
	{ WRITE, 0, ENABLE(0), 1u << 5 | 1u << 6 },
	{ WRITE, 1, ENABLE(1), 1u << 7 },
	/* A line, from end to end; and one that stays asserted. */
	{ SET, 5, 0, 1 },
	{ SEE, 0, 0, 0 },
	{ READ, 0, CLAIM(0), 0 },
	{ SEE, 0, 0, 0 },
	{ SET, 5, 0, 0 },
	{ WRITE, 0, CLAIM(0), 5 },
	{ READ, 0, CLAIM(0), 0 },
	{ SET, 7, 0, 1 },
	{ SEE, 1, 0, 0 },
	{ READ, 1, CLAIM(1), 0 },
	{ WRITE, 1, CLAIM(1), 7 },
	{ SEE, 1, 0, 0 },
	{ READ, 1, CLAIM(1), 0 },
	{ SET, 7, 0, 0 },
	{ WRITE, 1, CLAIM(1), 7 },
	{ SEE, 1, 0, 0 },
	/* Software interrupts: to another one, to oneself, to all; twice before it is seen. */
	{ IPI, 0, 2, 0 },
	{ SEE, 1, 0, 0 },
	{ CLEAR, 1, 0, 0 },
	{ SEE, 1, 0, 0 },
	{ IPI, 1, 2, 0 },
	{ IPI, 1, 3, 0 },
	{ SEE, 0, 0, 0 },
	{ CLEAR, 0, 0, 0 },
	{ SEE, 1, 0, 0 },
	{ CLEAR, 1, 0, 0 },
	{ IPI, 0, 4, 0 }, /* nobody */
	/* Edges, the second one while the first is claimed; priority before number. */
	{ PULSE, 6, 0, 0 },
	{ PULSE, 5, 0, 0 },
	{ READ, 0, CLAIM(0), 0 },
	{ PULSE, 6, 0, 0 },
	{ READ, 0, CLAIM(0), 0 },
	{ WRITE, 0, CLAIM(0), 6 },
	{ SEE, 0, 0, 0 },
	{ WRITE, 0, THRESHOLD(0), 3 },
	{ SEE, 0, 0, 0 },
	{ READ, 0, CLAIM(0), 0 },
	{ WRITE, 0, CLAIM(0), 5 },
	{ WRITE, 0, CLAIM(0), 6 },
	{ WRITE, 0, THRESHOLD(0), 0 },
	/* It goes to the other context, while it is pending. */
	{ PULSE, 6, 0, 0 },
	{ WRITE, 0, ENABLE(1), 1u << 6 | 1u << 7 },
	{ SEE, 1, 0, 0 },
	{ WRITE, 0, ENABLE(0), 1u << 5 },
	{ SEE, 0, 0, 0 },
	{ READ, 1, CLAIM(1), 0 },
	{ READ, 0, PLIC_PENDING, 0 },
	{ WRITE, 1, CLAIM(1), 6 },
	/* A reset: what was sent before it is gone. */
	{ SET, 5, 0, 1 },
	{ IPI, 1, 1, 0 },
	{ SEE, 0, 0, 0 },
	{ RESET, 0, 0, 0 },
	{ SEE, 0, 0, 0 },
	{ SEE, 1, 0, 0 },
	{ READ, 0, PLIC_PENDING, 0 },
	{ WRITE, 0, 4 * 5, 1 },
	{ WRITE, 0, ENABLE(1), 1u << 5 },
	{ IPI, 0, 2, 0 },
	{ SEE, 1, 0, 0 },
	{ READ, 1, CLAIM(1), 0 },
	{ CLEAR, 1, 0, 0 },
	{ SEE, 1, 0, 0 },
};
static const struct step *const whole_script = script;
static const uint32_t whole_steps = COUNT(script);
static const uint64_t lines_used = 1ull << 5 | 1ull << 7 | 1ull << 33;

/* All that the guest sees of it, uncut. */
static const uint64_t expected[] = {
	VCPU_EXTERNAL, 5, 0, 0, VCPU_EXTERNAL, 7, VCPU_EXTERNAL, 7, 0,
	SBI_SUCCESS, VCPU_SOFTWARE, 0, SBI_SUCCESS, SBI_SUCCESS, VCPU_SOFTWARE, VCPU_SOFTWARE,
	(uint64_t)SBI_INVALID_PARAMETER, 6, 5, VCPU_EXTERNAL, 0, 6, VCPU_EXTERNAL, 0, 6, 0,
	SBI_SUCCESS, VCPU_SOFTWARE | VCPU_EXTERNAL, 0, 0, 1u << 5, SBI_SUCCESS,
	VCPU_SOFTWARE | VCPU_EXTERNAL, 5, 0,
};

static struct vplic_state model;

static struct vplic_state *plic(void)
{
	return rt_state();
}

static bool step_do(const struct step *step, struct message *message)
{
	uint64_t vcpu = (uint64_t)step->vcpu << 32;

	switch ((enum deed)step->deed) {
	case WRITE:
		return ask(message, MMIO_LABEL_WRITE, vcpu | ROUTE_REGISTERS, step->place, 4, step->value);
	case READ:
		return ask_value(message, MMIO_LABEL_READ, vcpu | ROUTE_REGISTERS, step->place, 4, 0);
	case SET:
		return ask(message, LINE_LABEL_SET, step->vcpu, step->value, 0, 0);
	case PULSE:
		return ask(message, LINE_LABEL_PULSE, step->vcpu, 0, 0, 0);
	case IPI:
		return ask_value(message, HYPERCALL_LABEL_CALL, vcpu | ROUTE_IPI, SBI_IPI, SBI_IPI_SEND,
				 step->place);
	case RESET:
		return ask(message, DEVICE_LABEL_RESET, 0, 0, 0, 0);
	case SEE:
		see(page[step->vcpu].pending);
		break;
	case CLEAR:
		page[step->vcpu].pending &= ~(uint64_t)VCPU_SOFTWARE;
		break;
	}
	return false;
}

static void pages_prepare(void)
{
}

static void model_keep(void)
{
	model = *plic();
}

static bool model_is_kept(void)
{
	return memcmp(plic(), &model, sizeof(model)) == 0;
}

static void test_whole(void)
{
	run_whole();
	CU_ASSERT_EQUAL(seen.count, COUNT(expected));
	CU_ASSERT_EQUAL(memcmp(seen.value, expected, sizeof(expected)), 0);
}

#define CLAIMED 15 /* steps of the script; then vCPU 1 has claimed 7, and its line is asserted */

/* Everybody looks once; what was claimed can be completed, and its line can rise again. */
static const struct step rebuilt[] = {
	{ SEE, 0, 0, 0 },
	{ SEE, 1, 0, 0 },
	{ CLEAR, 0, 0, 0 },
	{ CLEAR, 1, 0, 0 },
	{ WRITE, 1, CLAIM(1), 7 },
	{ READ, 0, CLAIM(0), 0 },
	{ READ, 0, CLAIM(0), 0 },
	{ READ, 0, CLAIM(0), 0 },
	{ READ, 0, CLAIM(0), 0 },
	{ WRITE, 0, CLAIM(0), 5 },
	{ WRITE, 0, CLAIM(0), 7 },
	{ WRITE, 0, CLAIM(0), 33 },
	{ SEE, 0, 0, 0 },
	{ SET, 7, 0, 1 },
	{ SEE, 0, 0, 0 },
	{ READ, 0, CLAIM(0), 0 },
	{ SEE, 1, 0, 0 },
};

static void test_damaged(void)
{
	static const uint64_t sees[] = { VCPU_SOFTWARE | VCPU_EXTERNAL, VCPU_SOFTWARE, 5, 7, 33, 0,
					 0, VCPU_EXTERNAL, 7, 0 };

	run_first(CLAIMED);
	plic()->threshold[7] ^= 1;
	damaged_sees(rebuilt, COUNT(rebuilt), sees, COUNT(sees));
}

/* Pages may hold anything when the state is damaged; each vCPU looks all the same. */
static void test_damaged_pages(void)
{
	uint64_t random = 1;
	uint32_t round;

	for (round = 0; round < 10000; round++) {
		run_first(CLAIMED);
		plic()->external++;
		random = random_after(random);
		page[round % 2].generation = round % 3 ? random : UINT64_MAX - round % 2;
		page[round % 2].pending = random >> 8;
		last = 0;
		run(0, 0, 0);
		CU_ASSERT_TRUE_FATAL(life.line[0]);
		CU_ASSERT_TRUE_FATAL(page[0].pending & page[1].pending & VCPU_SOFTWARE);
		run(0, 0, 0);
		CU_ASSERT_FALSE_FATAL(life.line[0]);
	}
}

/* Each is found; `broken` begins as a state that is right. */
static void test_check(void)
{
	static struct vplic_state broken, right;

#define REFUSED(change)                                                                            \
	do {                                                                                       \
		broken = right;                                                                    \
		change;                                                                            \
		CU_ASSERT_FALSE(vplic_check(&broken, GUESTS));                                     \
	} while (0)

	run_first(CLAIMED);
	broken = right = *plic();
	CU_ASSERT_TRUE(vplic_check(&broken, GUESTS));
	CU_ASSERT_FALSE(vplic_check(&broken, GUESTS + 1));
	CU_ASSERT_EQUAL(broken.claimed, 1u << 7);
	REFUSED(broken.vcpus = 9);
	REFUSED(broken.claimed |= 1);
	REFUSED(broken.pending |= 1);
	REFUSED(broken.pending |= 1u << 7);
	REFUSED(broken.pending |= 1u << 5);
	REFUSED(broken.edge |= 1u << 5);
	REFUSED(broken.level |= 1u << 5);
	REFUSED(broken.level |= 1);
	REFUSED(broken.external = 1);
	REFUSED(broken.external = 1u << 5);
	REFUSED(broken.external = 1u << 31);
	REFUSED(broken.above[0] |= 1);
	REFUSED(broken.above[7] = 1u << 6);
	REFUSED(broken.above[3] |= 1u << 5);
	REFUSED(broken.above[0] &= ~(1u << 6));
	REFUSED(broken.enabled[0] |= 1);
	REFUSED(broken.enabled[0] |= 1u << 7);
	REFUSED(broken.enabled[2] = 2);
	REFUSED(broken.forwarded[1] = 0);
	REFUSED(broken.forwarded[2] = 1u << 7);
	REFUSED(broken.threshold[0] = 1);
	REFUSED(broken.threshold[0] = 8);
	REFUSED(broken.threshold[2] = 1);
#undef REFUSED
}

/* The model is as it was, and no page in hand. */
static void test_badges(void)
{
	static const struct asked each[] = {
		{ MMIO_LABEL_READ, ROUTE_IPI, { 4, 4 }, STATUS_BAD_ARGUMENT },
		{ MMIO_LABEL_WRITE, ROUTE_REFILL, { 4, 4 }, STATUS_BAD_ARGUMENT },
		{ MMIO_LABEL_WRITE, 5, { 4, 4 }, STATUS_BAD_ARGUMENT },
		{ MMIO_LABEL_WRITE, NOBODY | ROUTE_REGISTERS, { 4, 4 }, STATUS_BAD_ARGUMENT },
		{ INTERRUPT_LABEL_REFILL, ROUTE_REGISTERS, { 0 }, STATUS_BAD_ARGUMENT },
		{ INTERRUPT_LABEL_REFILL, NOBODY | ROUTE_REFILL, { 0 }, STATUS_BAD_ARGUMENT },
		{ HYPERCALL_LABEL_CALL, 5, { SBI_IPI, 0, 1 }, STATUS_NOT_SUPPORTED },
		{ HYPERCALL_LABEL_CALL, ROUTE_IPI, { SBI_TIME, 0, 1 }, STATUS_NOT_SUPPORTED },
		{ DEVICE_LABEL_RESET, 5, { 0 }, STATUS_BAD_RIGHTS },
		{ DEVICE_LABEL_RESET, ROUTE_REGISTERS, { 0 }, STATUS_BAD_RIGHTS },
		{ LINE_LABEL_PULSE, 0, { 0 }, STATUS_BAD_ARGUMENT },
		{ LINE_LABEL_PULSE, ROUTE_REGISTERS, { 0 }, STATUS_BAD_ARGUMENT },
	};

	run_first(CLAIMED);
	model_keep();
	callers_get(each, COUNT(each));
	CU_ASSERT(model_is_kept());
	CU_ASSERT_FALSE(controller_has_page(NOBODY | ROUTE_REGISTERS));
	CU_ASSERT_FALSE(controller_has_page(ROUTE_REGISTERS - 1));
	CU_ASSERT_FALSE(controller_has_page(0));
}

static const struct suite_test tests[] = {
	{ "uncut, the guest sees what the specification says", test_whole },
	{ "cut at any point, the guest sees what it sees uncut", test_every_cut },
	{ "cut again at any point of its recovery, too", test_every_two_cuts },
	{ "an exit that comes again under another number finds its page behind", test_orphans },
	{ "a damaged model is made anew, and everybody looks once", test_damaged },
	{ "whatever pages hold, their vCPUs look once", test_damaged_pages },
	{ "no state is used that this model cannot have made", test_check },
	{ "a badge opens what it is for and nothing else", test_badges },
};

int main(void)
{
	return suite_run("vplic_restart", tests, sizeof(tests) / sizeof(tests[0]));
}
