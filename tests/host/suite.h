/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a CUnit suite and prints one TAP line a test, which tests/run counts. */
#ifndef TESTS_HOST_SUITE_H
#define TESTS_HOST_SUITE_H

#include <CUnit/CUnit.h>
#include <CUnit/TestRun.h>
#include <stdint.h>
#include <stdio.h>

/* The next of a sequence that is the same in each run; its upper bits are the random ones. */
static inline uint64_t random_after(uint64_t random)
{
	return random * 6364136223846793005u + 1442695040888963407u;
}

struct suite_test {
	const char *name; /* a sentence: what holds */
	void (*run)(void);
};

static inline int suite_run(const char *name, const struct suite_test *tests, unsigned int count)
{
	unsigned int index, failed = 0;
	CU_pSuite suite;

	if (CU_initialize_registry() != CUE_SUCCESS)
		return 2;
	suite = CU_add_suite(name, NULL, NULL);
	printf("1..%u\n", count);
	for (index = 0; index < count; index++) {
		CU_pTest test = CU_add_test(suite, tests[index].name, tests[index].run);
		CU_pFailureRecord failure;

		CU_run_test(suite, test);
		failure = CU_get_failure_list();
		printf("%s %u - %s: %s\n", failure ? "not ok" : "ok", index + 1, name,
		       tests[index].name);
		failed += failure != NULL;
		for (; failure; failure = failure->pNext)
			printf("# %s:%u: expected %s\n", failure->strFileName, failure->uiLineNumber,
			       failure->strCondition);
	}
	CU_cleanup_registry();
	return failed != 0;
}

#endif
