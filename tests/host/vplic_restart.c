/* SPDX-License-Identifier: Apache-2.0 */
/* The interrupt controller's lives: cut anywhere, its guest takes the interrupts it would have. */
#include "tests/host/suite.h"

#include <string.h>

#include "servers/vplic/registers.h"
#include "servers/vplic/server.c"
#include "tests/host/cuts.h"
#include "tests/host/life.h"

#define VCPU_HANDLE 10 /* of vCPU 0 */
#define GUESTS 2       /* vCPUs */
#define MOST 80

#define CLAIM(context) (PLIC_CONTEXT + (context) * PLIC_CONTEXT_SIZE + PLIC_CLAIM)
#define ENABLE(context) (PLIC_ENABLE + (context) * PLIC_ENABLE_SIZE)
#define THRESHOLD(context) (PLIC_CONTEXT + (context) * PLIC_CONTEXT_SIZE)

/* What happens, in its order; kicks are attended to before the next. */
enum deed { WRITE, READ, SET, PULSE, IPI, SEE, CLEAR, RESET };

static const struct step {
	enum deed deed;
	uint32_t who;   /* vCPU; of lines: the source */
	uint32_t where; /* offset; IPI: the mask */
	uint32_t value;
} script[] = {
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
#define SCRIPT (sizeof(script) / sizeof(script[0]))

/* All that the guest sees of it, uncut. */
static const uint64_t expected[] = {
	VCPU_EXTERNAL, 5, 0, 0, VCPU_EXTERNAL, 7, VCPU_EXTERNAL, 7, 0,
	SBI_SUCCESS, VCPU_SOFTWARE, 0, SBI_SUCCESS, SBI_SUCCESS, VCPU_SOFTWARE, VCPU_SOFTWARE,
	(uint64_t)SBI_INVALID_PARAMETER, 6, 5, VCPU_EXTERNAL, 0, 6, VCPU_EXTERNAL, 0, 6, 0,
	SBI_SUCCESS, VCPU_SOFTWARE | VCPU_EXTERNAL, 0, 0, 1u << 5, SBI_SUCCESS,
	VCPU_SOFTWARE | VCPU_EXTERNAL, 5, 0,
};

/* All that the guest has seen: of sip, of registers, of calls. */
static struct seen {
	uint32_t count;
	uint64_t value[MOST];
} seen, whole;
static struct vcpu_interrupts page[GUESTS], left[GUESTS]; /* as the guest left them */
static uint64_t kicked;
static const struct step *steps;
static uint32_t at, last; /* of them: the next, and how many */
static bool reads, looked, wrong_page;
static struct life life;
static struct vplic_state model;
static uint64_t points;

static struct vplic_state *plic(void)
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

/* False: nobody is asked for this. */
static bool step_do(const struct step *step, struct message *message)
{
	uint64_t vcpu = (uint64_t)step->who << 32;

	switch (step->deed) {
	case WRITE:
		ask(message, MMIO_LABEL_WRITE, vcpu | ROUTE_REGISTERS, step->where, 4, step->value);
		return true;
	case READ:
		ask(message, MMIO_LABEL_READ, vcpu | ROUTE_REGISTERS, step->where, 4, 0);
		return reads = true;
	case SET:
		ask(message, LINE_LABEL_SET, step->who, step->value, 0, 0);
		return true;
	case PULSE:
		ask(message, LINE_LABEL_PULSE, step->who, 0, 0, 0);
		return true;
	case IPI:
		ask(message, HYPERCALL_LABEL_CALL, vcpu | ROUTE_IPI, SBI_IPI, SBI_IPI_SEND,
		    step->where);
		return reads = true;
	case RESET:
		ask(message, DEVICE_LABEL_RESET, 0, 0, 0, 0);
		return true;
	case SEE:
		see(page[step->who].pending);
		break;
	case CLEAR:
		page[step->who].pending &= ~(uint64_t)VCPU_SOFTWARE;
		break;
	}
	left[step->who] = page[step->who];
	return false;
}

/* At the end each looks once more, whether somebody asks for that or not. */
static bool next(struct message *message)
{
	uint32_t vcpu;

	for (;;) {
		if (kicked) {
			vcpu = (uint32_t)__builtin_ctzll(kicked);
			kicked &= kicked - 1;
			ask(message, INTERRUPT_LABEL_REFILL, (uint64_t)vcpu << 32 | ROUTE_REFILL,
			    VCPU_EVENT_KICK, 0, 0);
			return true;
		}
		if (at < last) {
			if (step_do(&steps[at++], message))
				return true;
		} else if (looked) {
			return false;
		} else {
			kicked = (1u << GUESTS) - 1;
			looked = true;
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

static status_t kick(enum syscall number, uint64_t a0)
{
	if (number != SYSCALL_VCPU_KICK || a0 < VCPU_HANDLE || a0 >= VCPU_HANDLE + GUESTS)
		return STATUS_BAD_HANDLE;
	kicked |= 1ull << (a0 - VCPU_HANDLE);
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
		{ "lines0", 1ull << 5 | 1ull << 7 | 1ull << 33 },
		{ "lines1", 0 },
		{ NULL, 0 },
	};

	life = (struct life){
		.arguments = arguments, .forget = forget, .next = next, .answered = answered,
		.call = call, .syscall = kick, .cut = cut, .cut_again = cut_again,
		.renumber = renumber,
	};
	life_run(&life);
}

static void power_on(void)
{
	memset(&life_durable, 0, sizeof(life_durable));
	memset(page, 0, sizeof(page));
	memset(left, 0, sizeof(left));
	memset(&seen, 0, sizeof(seen));
	kicked = 0;
	steps = script;
	at = 0;
	last = SCRIPT;
	reads = looked = wrong_page = false;
}

static void run_whole(void)
{
	power_on();
	run(0, 0, 0);
	whole = seen;
	model = *plic();
	points = life.points;
	CU_ASSERT_EQUAL(life.lives, 1);
	CU_ASSERT_TRUE(points > 200);
	CU_ASSERT_EQUAL(seen.count, sizeof(expected) / sizeof(expected[0]));
	CU_ASSERT_EQUAL(memcmp(seen.value, expected, sizeof(expected)), 0);
}

static void compare(void)
{
	CU_ASSERT_EQUAL_FATAL(memcmp(&seen, &whole, sizeof(seen)), 0);
	CU_ASSERT_EQUAL_FATAL(memcmp(plic(), &model, sizeof(model)), 0);
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

	power_on();
	last = CLAIMED;
	run(0, 0, 0);
	plic()->threshold[7] ^= 1;
	memset(&seen, 0, sizeof(seen));
	steps = rebuilt;
	at = 0;
	last = sizeof(rebuilt) / sizeof(rebuilt[0]);
	run(0, 0, 0);
	CU_ASSERT_STRING_EQUAL(life.line, "the durable state is damaged: a checksum is wrong; "
					  "it is made anew");
	CU_ASSERT_FALSE(wrong_page);
	CU_ASSERT_EQUAL(seen.count, sizeof(sees) / sizeof(sees[0]));
	CU_ASSERT_EQUAL(memcmp(seen.value, sees, sizeof(sees)), 0);
	run(0, 0, 0);
	CU_ASSERT_EQUAL(life.line[0], '\0');
}

/* Pages may hold anything when the state is damaged; each vCPU looks all the same. */
static void test_damaged_pages(void)
{
	uint64_t random = 1;
	uint32_t round;

	for (round = 0; round < 10000; round++) {
		power_on();
		last = CLAIMED;
		run(0, 0, 0);
		plic()->external++;
		random = random * 6364136223846793005u + 1442695040888963407u;
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

	power_on();
	last = CLAIMED;
	run(0, 0, 0);
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

static void refused(uint64_t label, uint64_t badge, status_t status)
{
	struct message message = { .label = label, .badge = badge, .words = { 4, 4, 0 } };

	CU_ASSERT_EQUAL(server_message(&message), status);
}

/* The model is as it was, and no page in hand. */
static void test_badges(void)
{
	const uint64_t nobody = (uint64_t)GUESTS << 32;

	power_on();
	last = CLAIMED;
	run(0, 0, 0);
	model = *plic();
	refused(MMIO_LABEL_READ, ROUTE_IPI, STATUS_BAD_ARGUMENT);
	refused(MMIO_LABEL_WRITE, ROUTE_REFILL, STATUS_BAD_ARGUMENT);
	refused(MMIO_LABEL_WRITE, 5, STATUS_BAD_ARGUMENT);
	refused(MMIO_LABEL_WRITE, nobody | ROUTE_REGISTERS, STATUS_BAD_ARGUMENT);
	refused(INTERRUPT_LABEL_REFILL, ROUTE_REGISTERS, STATUS_BAD_ARGUMENT);
	refused(INTERRUPT_LABEL_REFILL, nobody | ROUTE_REFILL, STATUS_BAD_ARGUMENT);
	refused(HYPERCALL_LABEL_CALL, 5, STATUS_NOT_SUPPORTED);
	refused(HYPERCALL_LABEL_CALL, ROUTE_IPI, STATUS_NOT_SUPPORTED);
	refused(DEVICE_LABEL_RESET, 5, STATUS_BAD_RIGHTS);
	refused(DEVICE_LABEL_RESET, ROUTE_REGISTERS, STATUS_BAD_RIGHTS);
	refused(LINE_LABEL_PULSE, 0, STATUS_BAD_ARGUMENT);
	refused(LINE_LABEL_PULSE, ROUTE_REGISTERS, STATUS_BAD_ARGUMENT);
	CU_ASSERT_EQUAL(memcmp(plic(), &model, sizeof(model)), 0);
	CU_ASSERT_FALSE(controller_has_page(nobody | ROUTE_REGISTERS));
	CU_ASSERT_FALSE(controller_has_page(ROUTE_REGISTERS - 1));
	CU_ASSERT_FALSE(controller_has_page(0));
}

static const struct suite_test tests[] = {
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
