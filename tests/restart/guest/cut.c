/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/restart/guest/cut.h"

/* From the store that sets the killer's timer to the guest's next instruction it takes longer. */
#define FIRST 100u
/* A cut this long after the request's usual length comes when it is over. */
#define MARGIN 200u
/* While all sleep the clock runs to whatever comes next: a slow disk makes a request seem longer. */
#define LONGEST 50000u
/* The next life is at work again long before. */
#define RECOVERY 16000u

uint64_t cuts_each;
static uint64_t most, points;

bool argument(const char *word, uint64_t *number)
{
	const uint8_t *tree = (const uint8_t *)guest_tree;
	uint64_t size = (uint64_t)tree[4] << 24 | tree[5] << 16 | tree[6] << 8 | tree[7];
	uint64_t at, length;

	for (at = 0; at < size; at++) {
		for (length = 0; word[length] && at + length < size; length++)
			if (tree[at + length] != (uint8_t)word[length])
				break;
		if (word[length])
			continue;
		for (*number = 0; at + length < size; length++) {
			uint8_t digit = tree[at + length];

			if (digit < '0' || digit > '9')
				return true;
			*number = *number * 10 + digit - '0';
		}
	}
	return false;
}

/* What the request takes if nothing is cut, with a write to the killer like the one that arms it. */
static uint64_t length_of(enum victim victim, request *request, uint64_t *wrong)
{
	uint64_t start = nanoseconds();

	write64(KILLER + KILLER_VICTIM, victim);
	*wrong += !request(points++);
	return nanoseconds() - start;
}

static void report(const char *name, uint64_t value)
{
	print("# ");
	print(name);
	print(" ");
	print_number(value);
	print("\n");
}

/* What the request took from the cut on; the supervisor's own request is the cut. */
static uint64_t regrown(enum victim victim, uint64_t end)
{
	uint64_t cut = read64(KILLER + KILLER_CUT);

	if (victim == VICTIM_SUPERVISOR)
		return read64(KILLER + KILLER_TOOK);
	return cut < end ? end - cut : 0;
}

/* What all points of a sweep come to. */
struct sum {
	uint64_t wrong, cuts, regrow;
};

/* One point: does the request with one cut on its way, or with two. */
static void point(struct sum *sum, enum victim victim, request *request, uint64_t delay,
		  uint64_t again)
{
	uint64_t wanted = read64(KILLER + KILLER_COUNT) + 1 + (again != 0), end, took;

	cuts_each = again ? 2 : 1;
	write64(KILLER + KILLER_AGAIN, again);
	write64(KILLER + KILLER_DELAY, delay);
	sum->wrong += !request(points++);
	end = nanoseconds();
	while (read64(KILLER + KILLER_COUNT) < wanted)
		;
	took = regrown(victim, end);
	if (took > sum->regrow)
		sum->regrow = took;
	sum->cuts++;
}

static void tell(const char *what, const char *more, uint64_t length, const struct sum *sum)
{
	uint64_t wrong = sum->wrong;

	print(wrong ? "fail - " : "pass - ");
	print(what);
	print(more);
	print("\n");
	report("length", length);
	report("cuts", sum->cuts);
	report("regrow", sum->regrow);
}

static uint64_t step_of(uint64_t length)
{
	if (!most && !argument("sweep.points=", &most))
		most = ~0ul;
	return (length - 1) / most + 1;
}

void sweep(const char *what, enum victim victim, request *request)
{
	struct sum once = { 0 }, twice = { 0 };
	uint64_t length, delay, again, step;

	length_of(victim, request, &once.wrong); /* whatever is done only once is done now */
	length = length_of(victim, request, &once.wrong);
	if (length > LONGEST)
		length = LONGEST;
	step = step_of(length + MARGIN - FIRST);
	for (delay = FIRST; delay < length + MARGIN; delay += step)
		point(&once, victim, request, delay, 0);
	tell(what, "", length, &once);
	if (!argument("sweep.twice", &again) || victim == VICTIM_SUPERVISOR)
		return;
	step = step_of(RECOVERY);
	for (again = 1; again < RECOVERY; again += step)
		point(&twice, victim, request, length / 2, again);
	tell(what, ", and again in its recovery", length, &twice);
}
