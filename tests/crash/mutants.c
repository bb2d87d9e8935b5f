/* SPDX-License-Identifier: Apache-2.0 */
/* Servers broken on purpose (mutants.mk): a campaign that finds nothing in them is worth nothing. */
#include <stdio.h>

#include "tests/crash/worlds.h"

#define MUTANTS(each)                                                                      \
	each(unlogged, vuart, 0, "changes are not in the log")                                    \
	each(uncopied, vuart, 0, "the log holds nothing")                                         \
	each(done_twice, vuart, 0, "a committed message is handled again")                        \
	each(unsealed, vuart, 0, "the commit comes before the reply is stored")                   \
	each(untouched, vuart, 0, "the server forgets to touch")                                  \
	each(untold, vuart, 0, "the next life does not tell what the last may not have told")     \
	each(settled_early, vgic, 0, "the world is changed before the commit")                    \
	each(unkicked, vgic, 0, "the next life kicks nobody")                                     \
	each(unsubmitted, block, 1, "the next life submits nothing that is shown")                \
	each(uninterrupted, block, 1, "the next life interrupts for nothing that is shown")       \
	each(executed_twice, block, 0, "what the disk had finished is begun again")               \
	each(unforgotten, block, 0, "a record outlives its request")                              \
	each(unsignalled, block, 0, "the driver's next life tells nobody")                        \
	each(printed_never, uart, 0, "a character is noted before it is printed")                 \
	each(moved_early, uart, 0, "text is taken before the commit")

#define DECLARE(name, world, place, what) extern const struct image image_##name;
MUTANTS(DECLARE)

static const struct mutant {
	const struct image *image;
	const struct world *world;
	unsigned int place;
	const char *what;
} mutants[] = {
#define ENTRY(name, world, place, what) { &image_##name, &world_##world, place, what },
	MUTANTS(ENTRY)
};

int main(void)
{
	const unsigned int count = sizeof(mutants) / sizeof(mutants[0]);
	unsigned int index;
	int bad = 0;

	printf("1..%u\n", count);
	for (index = 0; index < count; index++) {
		const struct mutant *mutant = &mutants[index];
		const char *found = campaign_finds(mutant->world, mutant->place, mutant->image);

		printf("%sok %u - crash mutants: found: %s\n", found ? "" : "not ", index + 1,
		       mutant->what);
		if (found)
			printf("# %s: %s\n", mutant->world->name, found);
		bad |= !found;
	}
	return bad;
}
