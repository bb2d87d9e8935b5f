/* SPDX-License-Identifier: Apache-2.0 */
/* Servers broken on purpose (mutants.mk): a campaign that finds nothing in them is worth nothing. */
#include <stdio.h>

#include "tests/crash/worlds.h"

#define MUTANTS(each)                                                                              \
	each(unlogged, vuart, "changes are not in the log")                                        \
	each(uncopied, vuart, "the log holds nothing")                                             \
	each(done_twice, vuart, "a committed message is handled again")                            \
	each(unsealed, vuart, "the commit comes before the reply is stored")                       \
	each(untouched, vuart, "the server forgets to touch")                                      \
	each(untold, vuart, "the next life does not tell what the last may not have told")

#define DECLARE(name, world, what) extern const struct image image_##name;
MUTANTS(DECLARE)

static const struct mutant {
	const struct image *image;
	const struct world *world;
	const char *what;
} mutants[] = {
#define ENTRY(name, world, what) { &image_##name, &world_##world, what },
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
		const char *found = campaign_finds(mutant->world, mutant->image);

		printf("%sok %u - crash mutants: found: %s\n", found ? "" : "not ", index + 1,
		       mutant->what);
		if (found)
			printf("# %s: %s\n", mutant->world->name, found);
		bad |= !found;
	}
	return bad;
}
