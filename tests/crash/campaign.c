/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a world's script again and again, cut at each point, and compares what the world saw. A run
 * begins from one of three stumps: nothing made yet; after the first births and `prepare`; and
 * that with durable state which somebody has damaged: then only the birth is looked at.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/crash/crash.h"

#define STORY 0x10000
#define POINTS 0x80000
#define ENDLESS 64 /* times the points of a run without a cut */

static struct durable durables[CRASH_PLACES];

struct stump {
	struct durable durable[CRASH_PLACES];
	uint64_t sequence[CRASH_PLACES];
	void *memory;
};

static struct stump nothing, born, harmed;

/* What was seen without a cut. */
static struct {
	const char *what;
	uint64_t value;
} story[STORY];
static unsigned int told, length;
static bool telling; /* this run is the one without a cut */
static uint32_t dice; /* of the cuts by chance */
static uint32_t gap; /* to the next cut: exactly, or by chance at most */
static uint64_t births; /* points of the servers' births, before the script */
static uint64_t recovery[POINTS];

/* --- What is seen ----------------------------------------------------------------------------- */

static uint64_t record(const char *what, uint64_t value)
{
	if (told == STORY)
		crash_fail("a story of more than %u records", STORY);
	if (telling) {
		story[told].what = what;
		story[told].value = value;
	}
	if (!telling && told == length)
		crash_fail("%s %lx, after the end", what, (unsigned long)value);
	if (story[told].what != what)
		crash_fail("%s instead of %s", what, story[told].what);
	return story[told++].value;
}

void crash_record(const char *what, uint64_t value)
{
	uint64_t expected = record(what, value);

	if (value != expected)
		crash_fail("%s: expected %lx, saw %lx (record %u)", what, (unsigned long)expected,
			   (unsigned long)value, told - 1);
}

void crash_record_least(const char *what, uint64_t value)
{
	uint64_t expected = record(what, value);

	if (value < expected)
		crash_fail("%s: expected at least %lx, saw %lx (record %u)", what,
			   (unsigned long)expected, (unsigned long)value, told - 1);
}

void crash_record_state(const struct place *place)
{
	const uint64_t *word = (const uint64_t *)place->durable->state;
	const uint8_t *tail = place->durable->state + place->image->kind->size / 8 * 8;
	uint64_t hash = 0xcbf29ce484222325ul;
	uint32_t left;

	for (left = place->image->kind->size / 8; left; left--) {
		hash = (hash ^ *word++) * 0x100000001b3ul;
		hash ^= hash >> 32;
	}
	for (left = place->image->kind->size % 8; left; left--)
		hash = (hash ^ *tail++) * 0x100000001b3ul;
	crash_record("durable state", hash);
}

/* --- One run ---------------------------------------------------------------------------------- */

/* What counts of a durable object between two events. */
static void durable_copy(struct durable *to, const struct durable *from, const struct image *image)
{
	const size_t beside = sizeof(from->state) - DURABLE_LINE;

	memcpy(to, from, offsetof(struct durable, state) + image->kind->size);
	memcpy(to->committed, from->committed, image->kind->size);
	memcpy(to->state + beside, from->state + beside, DURABLE_LINE);
}

static void stump_save(struct stump *stump, const struct world *world)
{
	unsigned int index;

	for (index = 0; index < world_places(world); index++) {
		durable_copy(&stump->durable[index], &durables[index], world->image[index]);
		stump->sequence[index] = crash_place[index].sequence;
	}
	stump->memory = realloc(stump->memory, world->size);
	memcpy(stump->memory, world->memory, world->size);
}

static void stump_restore(const struct stump *stump, const struct world *world)
{
	unsigned int index;

	machine_start(world);
	for (index = 0; index < world_places(world); index++) {
		durable_copy(&durables[index], &stump->durable[index], world->image[index]);
		crash_place[index].sequence = stump->sequence[index];
	}
	memcpy(world->memory, stump->memory, world->size);
}

/* False: machine.failure says what went wrong. */
static bool run(const struct world *world, const struct stump *stump, uint32_t seed, uint64_t cut)
{
	unsigned int index;

	machine.cut = cut;
	machine.harmed = stump == &harmed;
	if (_setjmp(machine.abandoned))
		return false;
	stump_restore(stump, world);
	told = 0;
	machine_run();
	births = machine.points;
	if (stump == &harmed)
		for (index = 0; index < world_places(world); index++)
			crash_record_state(&crash_place[index]);
	else
		world->script(seed);
	if (!telling && told != length)
		crash_fail("an end after %u records, not %u", told, length);
	return true;
}

static uint64_t cut_no_more(void)
{
	return 0;
}

static uint64_t cut_after_gap(void)
{
	uint64_t next = gap;

	gap = 0;
	return next;
}

static uint64_t cut_by_chance(void)
{
	return machine.cuts < 1000 ? 1 + crash_random(&dice) % gap : 0;
}

/* The run without a cut; its points, 0 if it failed. */
static uint64_t run_uncut(const struct world *world, const struct stump *stump, uint32_t seed)
{
	bool done;

	machine.most = 0;
	telling = true;
	done = run(world, stump, seed, 0);
	telling = false;
	length = told;
	machine.most = ENDLESS * machine.points;
	if (machine.points >= POINTS) {
		snprintf(machine.failure, sizeof(machine.failure), "too many points");
		return 0;
	}
	return done ? machine.points : 0;
}

static bool prepare(const struct world *world)
{
	unsigned int index;

	memset(world->memory, 0, world->size);
	memset(durables, 0, sizeof(durables));
	machine_start(world);
	for (index = 0; index < world_places(world); index++) {
		struct place *place = &crash_place[index];

		place->durable = &durables[index];
		place->start.page = (struct start_page){ .magic = START_MAGIC };
		place_argument(place, "durable", (uint64_t)place->durable);
		place_argument(place, "endpoint", 1);
	}
	machine.most = machine.cut = 0;
	if (_setjmp(machine.abandoned))
		return false;
	telling = true;
	told = 0;
	world->start();
	stump_save(&nothing, world);
	machine_run();
	if (world->prepare)
		world->prepare();
	stump_save(&born, world);
	for (index = 0; index < world_places(world); index++)
		durables[index].state[0] ^= 1;
	stump_save(&harmed, world);
	telling = false;
	return true;
}

/* --- Campaigns -------------------------------------------------------------------------------- */

static const struct world *subject;
static unsigned int failures; /* of the test that runs */

/* Where in the program, in words. */
static void show_where(const void *where)
{
	char command[128], line[160];
	FILE *pipe;

	snprintf(command, sizeof(command), "addr2line -f -s -p -e /proc/%d/exe %lx", (int)getpid(),
		 (unsigned long)where - 1);
	pipe = popen(command, "r");
	if (pipe && fgets(line, sizeof(line), pipe))
		printf("#   cut before %s", line);
	if (pipe)
		pclose(pipe);
}

static bool fails(const char *what, uint64_t first, uint64_t second)
{
	printf("# %s, %lu and %lu: %s\n", what, (unsigned long)first, (unsigned long)second,
	       machine.failure);
	show_where(machine.where[0]);
	if (machine.cuts > 1)
		show_where(machine.where[1]);
	return ++failures < 5;
}

static uint64_t sweep(const char *what, const struct stump *stump, uint32_t seed)
{
	uint64_t points = run_uncut(subject, stump, seed), cut;

	if (!points) {
		fails("uncut", 0, 0);
		return 0;
	}
	if (stump != &born)
		points = births;
	machine.next_cut = cut_no_more;
	for (cut = 1; cut <= points; cut++) {
		if (!run(subject, stump, seed, cut) && !fails(what, cut, 0))
			break;
		recovery[cut] = machine.recovery;
	}
	return points;
}

/* A second cut while what the first one had in hand is not answered; about `most` such pairs. */
static uint64_t sweep_pairs(uint64_t most)
{
	uint64_t points = sweep("script", &born, 0), first, second, all = 0, stride, count = 0;

	for (first = 1; first <= points; first++)
		all += recovery[first];
	stride = all / most + 1;
	machine.next_cut = cut_after_gap;
	for (first = 1; first <= points; first++)
		for (second = 1 + first * 7 % stride; second <= recovery[first]; second += stride) {
			gap = (uint32_t)second;
			count++;
			if (!run(subject, &born, 0, first) && !fails("pair", first, second))
				return count;
		}
	return count;
}

/* Cut by chance, so often that many lives end before they have done anything. */
static uint64_t storm(uint32_t seed, unsigned int runs)
{
	uint64_t points = run_uncut(subject, &born, seed), cuts = 0, longest = 0, index;

	if (!points) {
		fails("uncut", 0, 0);
		return 0;
	}
	for (index = 1; index < 1000 && index < points; index++)
		longest = recovery[index] > longest ? recovery[index] : longest;
	machine.next_cut = cut_by_chance;
	machine.most *= 16;
	while (runs--) {
		dice = runs;
		gap = (uint32_t)longest * (1 + runs % 4);
		if (!run(subject, &born, seed, 1 + crash_random(&dice) % gap) &&
		    !fails("by chance", runs, gap))
			break;
		cuts += machine.cuts;
	}
	return cuts;
}

/* As tests/host/suite.h prints; a test's name ends with what it counted. */
static unsigned int test_number;

static int verdict(const char *what, uint64_t count)
{
	int bad = failures || !count;

	printf("%s %u - crash %s: %s: %lu\n", bad ? "not ok" : "ok", ++test_number, subject->name,
	       what, (unsigned long)count);
	fflush(stdout);
	failures = 0;
	return bad;
}

int campaign_main(const struct world *world, int count, char **words)
{
	const bool all = count > 1 && strcmp(words[1], "all") == 0;
	const uint64_t most = all ? 5000000 : 40000;
	uint64_t total = 0;
	uint32_t seed = 0;
	int bad = 0;

	subject = world;
	printf("1..5\n");
	if (!prepare(world))
		fails("prepare", 0, 0);
	bad |= verdict("a cut at each point of the first birth",
		       failures ? 0 : sweep("first birth", &nothing, 0));
	while (!failures && total < most)
		total += sweep("script", &born, seed++);
	bad |= verdict("a cut at each point of the scripts", total);
	bad |= verdict("a cut at each point of making damaged state anew",
		       sweep("damaged", &harmed, 0));
	bad |= verdict("a second cut before recovery from the first",
		       sweep_pairs(all ? UINT64_MAX : most));
	bad |= verdict("cuts by chance, one after the other", storm(1, most / 50));
	return bad;
}

/* Whether a run fails that is not cut, or cut once. */
static bool finds(const struct world *world, const struct stump *stump, uint32_t seed)
{
	uint64_t points = run_uncut(world, stump, seed), cut;

	for (cut = 1; cut <= points; cut++)
		if (!run(world, stump, seed, cut))
			return true;
	return !points;
}

const char *campaign_finds(const struct world *world, unsigned int place, const struct image *image)
{
	struct world broken = *world;
	uint32_t seed;

	broken.image[place] = image;
	machine.next_cut = cut_no_more;
	if (!prepare(&broken) || finds(&broken, &harmed, 0))
		return machine.failure;
	for (seed = 0; seed < 8; seed++)
		if (finds(&broken, &born, seed))
			return machine.failure;
	return NULL;
}
