/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/restart/guest/cut.h"

/* From the store that sets the killer's timer to the guest's next instruction it takes longer. */
#define FIRST 100u
/* A cut this long after the request's usual length comes when it is over. */
#define MARGIN 200u
/* While all sleep the clock runs to whatever comes next: a slow disk makes a request seem longer. */
#define LONGEST 50000u

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
	uint64_t start = counter();

	write64(KILLER + KILLER_VICTIM, victim);
	*wrong += !request(points++);
	return counter() - start;
}

static void cut_wait(uint64_t cuts)
{
	while (read64(KILLER + KILLER_COUNT) == cuts)
		;
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

void sweep(const char *what, enum victim victim, request *request)
{
	uint64_t wrong = 0, length, step, delay, first, regrow = 0;

	if (!most && !argument("sweep.points=", &most))
		most = ~0ul;
	length_of(victim, request, &wrong); /* whatever is done only once is done now */
	length = length_of(victim, request, &wrong);
	if (length > LONGEST)
		length = LONGEST;
	first = points;
	step = (length + MARGIN - FIRST - 1) / most + 1;
	for (delay = FIRST; delay < length + MARGIN; delay += step) {
		uint64_t cuts = read64(KILLER + KILLER_COUNT), end, took;

		write64(KILLER + KILLER_DELAY, delay);
		wrong += !request(points++);
		end = counter();
		cut_wait(cuts);
		took = regrown(victim, end);
		if (took > regrow)
			regrow = took;
	}
	check(what, wrong, 0);
	report("length", length);
	report("cuts", points - first);
	report("regrow", regrow);
}
