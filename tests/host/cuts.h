/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An interrupt controller's script again for each of its points, cut there: what was seen is what is
 * seen without a cut. For tests that have run the whole script once.
 */
#ifndef TESTS_HOST_CUTS_H
#define TESTS_HOST_CUTS_H

#include "gen/interrupt.h"
#include "tests/host/life.h"
#include "tests/host/suite.h"

#define CUTS_AGAIN 16 /* points of the next life at which it is cut, too */

struct cuts {
	uint64_t points; /* of the script */
	const struct life *life;
	void (*power_on)(void);
	/* As struct life has them: where it is cut, the next life, and what gets a new number. */
	void (*run)(uint64_t cut, uint64_t cut_again, uint64_t renumber);
	void (*compare)(void);
};

static inline void cuts_once(const struct cuts *cuts)
{
	uint64_t cut;

	for (cut = 1; cut <= cuts->points; cut++) {
		cuts->power_on();
		cuts->run(cut, 0, 0);
		CU_ASSERT_EQUAL(cuts->life->lives, 2);
		cuts->compare();
	}
}

static inline void cuts_twice(const struct cuts *cuts)
{
	uint64_t cut, again;

	for (cut = 1; cut <= cuts->points; cut++) {
		for (again = 1; again <= CUTS_AGAIN; again++) {
			cuts->power_on();
			cuts->run(cut, again, 0);
			cuts->compare();
		}
	}
}

/* A vCPU is stopped while its refill is in hand, and asks again: its page may be behind. */
static inline void cuts_orphans(const struct cuts *cuts)
{
	uint64_t cut;

	for (cut = 1; cut <= cuts->points; cut++) {
		cuts->power_on();
		cuts->run(cut, 0, INTERRUPT_LABEL_REFILL);
		cuts->compare();
	}
}

#endif
