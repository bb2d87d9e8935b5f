/* SPDX-License-Identifier: Apache-2.0 */
/* Servers broken on purpose (mutants.mk): a campaign that finds nothing in them is worth nothing. */
#include <stdio.h>
#include <string.h>

#include "tests/crash/worlds.h"

/* Image, world, place in it, what is wrong, and words of how that is seen. */
#define MUTANTS(each)                                                                              \
	each(unlisted, vuart, 0, "lines that change are not in the list", "damaged")              \
	each(uncopied, vuart, 0, "what was committed is not copied", "damaged")                   \
	each(copied_early, vuart, 0, "lines are copied before the commit", "output head")         \
	each(half_done, vuart, 0, "half an event is not taken back", "output head")               \
	each(undone, vuart, 0, "what was committed is taken back", "durable state")               \
	each(done_twice, vuart, 0, "a committed message is handled again", "output head")         \
	each(unsealed, vuart, 0, "the commit comes before the reply is stored", "output head")    \
	each(unrebuilt, vuart, 0, "damage is forgotten when its repair is cut", "durable state")  \
	each(untouched, vuart, 0, "the server forgets to touch", "store without touch")           \
	each(untold, vuart, 0, "the next life does not tell what the last may not have told",     \
	     "reader woken")                                                                      \
	each(identified, vuart_ns16550, 0, "the server forgets to touch for one register",        \
	     "store without touch")                                                               \
	each(settled_early, vgic, 0, "the world is changed before the commit", "durable state")   \
	each(unkicked, vgic, 0, "the next life kicks nobody", "kicked")                           \
	each(unasked, vaia, 0, "the next life asks nobody to look", "kicked")                     \
	each(noted_early, vaia, 0, "a page names what it is not yet told", "pending")             \
	each(read_shown, vaia, 0, "a register is read from a page that is behind", "value")       \
	each(unlooked, vplic, 0, "the next life of the PLIC kicks nobody", "kicked")              \
	each(swallowed, vplic, 0, "a software interrupt is noted before it is there", "pending")  \
	each(unsent, vplic, 0, "the PLIC forgets to touch", "store without touch")                \
	each(unsubmitted, block, 1, "the next life submits nothing that is shown", "ends")        \
	each(uninterrupted, block, 1, "the next life interrupts for nothing that is shown",       \
	     "ends")                                                                              \
	each(executed_twice, block, 0, "what the disk had finished is begun again",               \
	     "done again")                                                                        \
	each(unforgotten, block, 0, "a record outlives its request", "done again")                \
	each(unsignalled, block, 0, "the driver's next life tells nobody", "ends")                \
	each(printed_never, uart, 0, "a character is noted before it is printed", "screen")       \
	each(moved_early, uart, 0, "text is taken before the commit", "damaged")                  \
	each(roomy, uart_ns16550, 0, "a full FIFO is taken for empty", "full FIFO")               \
	each(restarted, vmm_aarch64, 0, "a vCPU that runs is prepared again",                     \
	     "is written, which runs")                                                            \
	each(reset_early, vmm_aarch64, 0, "devices are reset while vCPUs run",                    \
	     "guest that runs")                                                                   \
	each(unprepared, vmm_aarch64, 0, "a vCPU that is prepared is never started",              \
	     "start")                                                                             \
	each(injected_twice, vmm_aarch64, 0, "an exception is entered before the commit",         \
	     "registers")                                                                         \
	each(entered_early, vmm_riscv64, 0, "an exception is entered while it is made up",        \
	     "registers")                                                                         \
	each(unstopped, vmm_riscv64, 0, "the end of a vCPU is not in the list",                    \
	     "store without touch")

#define DECLARE(name, world, place, what, words) extern const struct image image_##name;
MUTANTS(DECLARE)

static const struct mutant {
	const struct image *image;
	const struct world *world;
	unsigned int place;
	const char *what, *words;
} mutants[] = {
#define ENTRY(name, world, place, what, words) { &image_##name, &world_##world, place, what, words },
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
		bool right = found && strstr(found, mutant->words);

		printf("%sok %u - crash mutants: found: %s\n", right ? "" : "not ", index + 1,
		       mutant->what);
		if (found)
			printf("# %s: %s\n", mutant->world->name, found);
		bad |= !right;
	}
	return bad;
}
