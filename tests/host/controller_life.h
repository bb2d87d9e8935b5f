/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lives of an interrupt controller with two vCPUs: a script of steps, in whose order the guest does
 * things and sees others, while vCPUs that are kicked are attended to before the next step. Whatever
 * is cut, it sees what it sees uncut.
 *
 * Comes behind the controller's own files. The test has the script, and what its steps are.
 */
#ifndef TESTS_HOST_CONTROLLER_LIFE_H
#define TESTS_HOST_CONTROLLER_LIFE_H

#include <string.h>

#include "gen/interrupt.h"
#include "servers/controller/controller.h"
#include "tests/host/life.h"
#include "tests/host/suite.h"

#define VCPU_HANDLE 10 /* of vCPU 0 */
#define GUESTS 2       /* vCPUs */
#define MOST 200       /* values that are seen */
#define AGAIN 16       /* points of a next life at which it is cut, too */

struct step {
	int deed; /* the test's enum deed */
	uint32_t vcpu; /* who does it, or has it done to it; of lines: their numbers */
	uint32_t place;
	uint64_t value;
};

/* All that the guest has seen, in its order. */
struct seen {
	uint32_t count;
	uint64_t value[MOST];
};

/* --- The test's ------------------------------------------------------------------------------- */

/* False: nobody is asked for this. */
static bool step_do(const struct step *step, struct message *message);
/* The pages as a machine that was turned on has them; they are zeros. */
static void pages_prepare(void);
/* Keeps the model as it is after a whole script; whether that is what it is now. */
static void model_keep(void);
static bool model_is_kept(void);

static const struct step *const whole_script;
static const uint32_t whole_steps;
static const uint64_t lines_used; /* by number */

/* --- What all have ---------------------------------------------------------------------------- */

static struct seen seen, whole;
static struct vcpu_interrupts page[GUESTS], left[GUESTS]; /* as the guest left them */
static uint64_t events[GUESTS];
static const struct step *steps;
static uint32_t at, last; /* of them: the next, and how many */
static bool answers; /* what is asked for has a result, which the guest sees */
static bool looked, wrong_page, kicked_itself;
static struct life life;

static inline void see(uint64_t value)
{
	if (seen.count < MOST)
		seen.value[seen.count++] = value;
}

static inline bool ask(struct message *message, uint64_t label, uint64_t badge, uint64_t word0,
		       uint64_t word1, uint64_t word2)
{
	message->label = label;
	message->badge = badge;
	message->words[0] = word0;
	message->words[1] = word1;
	message->words[2] = word2;
	return true;
}

/* The same, of what has a result. */
static inline bool ask_value(struct message *message, uint64_t label, uint64_t badge,
			     uint64_t word0, uint64_t word1, uint64_t word2)
{
	answers = true;
	return ask(message, label, badge, word0, word1, word2);
}

static inline bool refill_ask(struct message *message)
{
	uint32_t vcpu = 0;
	uint64_t what;

	while (vcpu < GUESTS && !events[vcpu])
		vcpu++;
	if (vcpu == GUESTS)
		return false;
	what = events[vcpu];
	events[vcpu] = 0;
	return ask(message, INTERRUPT_LABEL_REFILL, (uint64_t)vcpu << 32 | ROUTE_REFILL, what, 0,
		   0);
}

/* At the end each looks once more, whether somebody asks for that or not. */
static inline bool life_next(struct message *message)
{
	uint32_t vcpu;

	for (;;) {
		if (refill_ask(message))
			return true;
		if (at < last) {
			const struct step *step = &steps[at++];

			if (step_do(step, message))
				return true;
			memcpy(left, page, sizeof(left));
		} else if (looked) {
			return false;
		} else {
			for (vcpu = 0; vcpu < GUESTS; vcpu++)
				events[vcpu] |= VCPU_EVENT_KICK;
			looked = true;
		}
	}
}

/* A page changes only while its vCPU's exit is in hand. */
static inline void life_answered(const struct message *message, status_t status)
{
	uint32_t vcpu;

	for (vcpu = 0; vcpu < GUESTS; vcpu++) {
		if (!controller_has_page(message->badge) || MESSAGE_VCPU(message->badge) != vcpu)
			wrong_page |= memcmp(&page[vcpu], &left[vcpu], sizeof(page[0])) != 0;
		left[vcpu] = page[vcpu];
	}
	CU_ASSERT_EQUAL(status, STATUS_OK);
	if (answers)
		see(message->words[0]);
	answers = false;
}

static inline status_t life_call(handle_t endpoint, struct message *message)
{
	(void)endpoint, (void)message;
	return STATUS_BAD_HANDLE;
}

static inline status_t life_kick(enum syscall number, uint64_t a0)
{
	uint64_t vcpu = a0 - VCPU_HANDLE;

	if (number != SYSCALL_VCPU_KICK || vcpu >= GUESTS)
		return STATUS_BAD_HANDLE;
	events[vcpu] |= VCPU_EVENT_KICK;
	kicked_itself |= life.in_hand && controller_has_page(life.message.badge) &&
			 MESSAGE_VCPU(life.message.badge) == vcpu;
	return STATUS_OK;
}

static inline void life_forget(void)
{
	memset(&controller, 0, sizeof(controller));
	controller_kicks = 0;
}

/* As struct life has them: where it is cut, the next life, and what gets a new number. */
static inline void run(uint64_t cut, uint64_t cut_again, uint64_t renumber)
{
	const struct life_argument arguments[] = {
		{ "vcpus", GUESTS },
		{ "vcpu0", VCPU_HANDLE },
		{ "vcpu1", VCPU_HANDLE + 1 },
		{ "interrupts0", (uint64_t)(uintptr_t)&page[0] },
		{ "interrupts1", (uint64_t)(uintptr_t)&page[1] },
		{ "lines0", lines_used },
		{ "lines1", 0 },
		{ NULL, 0 },
	};

	life = (struct life){
		.arguments = arguments, .forget = life_forget, .next = life_next,
		.answered = life_answered, .call = life_call, .syscall = life_kick, .cut = cut,
		.cut_again = cut_again, .renumber = renumber,
	};
	life_run(&life);
}

/* What happens next, and nothing is seen yet. */
static inline void script_set(const struct step *script, uint32_t count)
{
	memset(&seen, 0, sizeof(seen));
	steps = script;
	at = 0;
	last = count;
	answers = looked = wrong_page = kicked_itself = false;
}

static inline void power_on(void)
{
	memset(&life_durable, 0, sizeof(life_durable));
	memset(page, 0, sizeof(page));
	memset(events, 0, sizeof(events));
	pages_prepare();
	memcpy(left, page, sizeof(left));
	script_set(whole_script, whole_steps);
}

/* The script's first steps, in one life. */
static inline void run_first(uint32_t count)
{
	power_on();
	last = count;
	run(0, 0, 0);
}

/* Returns the points of a life. */
static inline uint64_t run_whole(void)
{
	run_first(whole_steps);
	whole = seen;
	model_keep();
	CU_ASSERT_EQUAL(life.lives, 1);
	CU_ASSERT_TRUE(life.points > 200);
	CU_ASSERT_FALSE(kicked_itself);
	return life.points;
}

static inline void run_cut(uint64_t cut, uint64_t cut_again, uint64_t renumber)
{
	power_on();
	run(cut, cut_again, renumber);
	CU_ASSERT_EQUAL_FATAL(memcmp(&seen, &whole, sizeof(seen)), 0);
	CU_ASSERT_FATAL(model_is_kept());
	CU_ASSERT_FALSE_FATAL(wrong_page);
	CU_ASSERT_EQUAL_FATAL(life.line[0], '\0');
}

/* --- Tests ------------------------------------------------------------------------------------ */

static inline void test_every_cut(void)
{
	uint64_t cut, points = run_whole();

	for (cut = 1; cut <= points; cut++) {
		run_cut(cut, 0, 0);
		CU_ASSERT_EQUAL(life.lives, 2);
	}
}

static inline void test_every_two_cuts(void)
{
	uint64_t cut, again, points = run_whole();

	for (cut = 1; cut <= points; cut++)
		for (again = 1; again <= AGAIN; again++)
			run_cut(cut, again, 0);
}

/* A vCPU is stopped while its refill is in hand, and asks again: its page may be behind. */
static inline void test_orphans(void)
{
	uint64_t cut, points = run_whole();

	for (cut = 1; cut <= points; cut++)
		run_cut(cut, 0, INTERRUPT_LABEL_REFILL);
}

/* The state was damaged since the last life: the guest sees this of the one that is made anew. */
static inline void damaged_sees(const struct step *script, uint32_t count, const uint64_t *values,
				uint32_t value_count)
{
	script_set(script, count);
	run(0, 0, 0);
	CU_ASSERT_STRING_EQUAL(life.line, "the durable state is damaged: a line is not what was committed; "
					  "it is made anew");
	CU_ASSERT_FALSE(wrong_page);
	CU_ASSERT_EQUAL(seen.count, value_count);
	CU_ASSERT_EQUAL(memcmp(seen.value, values, value_count * sizeof(*values)), 0);
	run(0, 0, 0);
	CU_ASSERT_EQUAL(life.line[0], '\0');
}

/* What a caller asks, and whether its badge allows that. */
struct asked {
	uint64_t label, badge, words[4];
	status_t status;
};

#define NOBODY ((uint64_t)GUESTS << 32) /* a vCPU that there is not */

static inline void callers_get(const struct asked *each, uint32_t count)
{
	for (; count; count--, each++) {
		struct message message = { .label = each->label, .badge = each->badge };

		memcpy(message.words, each->words, sizeof(each->words));
		CU_ASSERT_EQUAL(server_message(&message), each->status);
		rt_commit(NULL, STATUS_OK);
	}
}

/* These are among what the whole script shows, in this order. */
static inline void whole_shows(const uint64_t *values, uint32_t count)
{
	uint32_t index, found = 0;

	for (index = 0; index < whole.count && found < count; index++)
		found += whole.value[index] == values[found];
	CU_ASSERT_EQUAL(found, count);
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
