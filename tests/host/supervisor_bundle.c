/* SPDX-License-Identifier: Apache-2.0 */
/* The supervisor's look into the boot bundle: whole, cut at every length, and wild. */
#include <stdlib.h>
#include <string.h>

#include "servers/supervisor/bundle.h"
#include "tests/host/suite.h"

#define PAGE 4096u
#define ROUNDS 100000u

static char archive[8 * PAGE];
static uint64_t length;

/* One file; its name field is padded so that `page` decides whether the data begin a page. */
static void add(const char *name, unsigned int size, char fill, int page)
{
	uint64_t name_size = strlen(name) + 1, start = length;

	while ((start + 110 + name_size) % (page ? PAGE : 4))
		name_size++;
	snprintf(archive + start, 111, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X",
		 1, 0100644, 0, 0, 1, 0, size, 0, 0, 0, 0, (unsigned int)name_size, 0);
	memset(archive + start + 110, 0, name_size);
	memcpy(archive + start + 110, name, strlen(name));
	length = start + 110 + name_size;
	memset(archive + length, fill, size);
	length = (length + size + 3) & ~3ul;
}

static void build(void)
{
	length = 0;
	add("supervisor.bin", PAGE, 's', 1);
	add("system.dtb", 2 * PAGE, 'd', 1);
	add("images/kernel", PAGE, 'k', 1);
	add("TRAILER!!!", 0, 0, 0);
}

/* The search with `size` bytes of the archive in a block of its own, which the sanitizer guards. */
static status_t find(uint64_t size, const char *name, struct bundle_file *file)
{
	char *copy = malloc(size + !size);
	status_t status;

	memcpy(copy, archive, size);
	status = bundle_find(copy, size, name, file);
	if (status == STATUS_OK && (file->offset > size || file->size > size - file->offset))
		status = 1;
	free(copy);
	return status;
}

static void test_found(void)
{
	static const struct {
		const char *name;
		uint64_t offset, size;
		char fill;
	} files[] = {
		{ "supervisor.bin", PAGE, PAGE, 's' },
		{ "system.dtb", 3 * PAGE, 2 * PAGE, 'd' },
		{ "images/kernel", 6 * PAGE, PAGE, 'k' },
	};
	struct bundle_file file;
	unsigned int index;

	build();
	for (index = 0; index < 3; index++) {
		CU_ASSERT_EQUAL(find(length, files[index].name, &file), STATUS_OK);
		CU_ASSERT_EQUAL(file.offset, files[index].offset);
		CU_ASSERT_EQUAL(file.size, files[index].size);
		CU_ASSERT_EQUAL(archive[file.offset], files[index].fill);
	}
}

static void test_missing(void)
{
	static const char *const names[] = { "", "system", "system.dtb2", "kernel",
					     "Images/kernel" };
	struct bundle_file file;
	unsigned int index;

	build();
	for (index = 0; index < 5; index++)
		CU_ASSERT_EQUAL(find(length, names[index], &file), STATUS_NOT_FOUND);
	CU_ASSERT_EQUAL(find(length, "TRAILER!!!", &file), STATUS_NOT_FOUND);
}

static void test_unaligned(void)
{
	struct bundle_file file;

	length = 0;
	add("odd", 16, 'o', 0);
	add("TRAILER!!!", 0, 0, 0);
	CU_ASSERT_EQUAL(find(length, "odd", &file), STATUS_BAD_IMAGE);
	CU_ASSERT_EQUAL(find(length, "even", &file), STATUS_NOT_FOUND);
}

static void test_cut(void)
{
	struct bundle_file file;
	uint64_t size;

	build();
	for (size = 0; size < length; size++) {
		CU_ASSERT_EQUAL(find(size, "system.dtb", &file),
				size < 5 * PAGE ? STATUS_BAD_IMAGE : STATUS_OK);
		CU_ASSERT_EQUAL(find(size, "nothing", &file), STATUS_BAD_IMAGE);
	}
}

/* Fields of the second file's header, at their largest and smallest. */
static void test_numbers(void)
{
	static const char *const numbers[] = { "FFFFFFFF", "80000000", "00002001", "0000000g",
					       "+0000001", "        " };
	struct bundle_file file;
	unsigned int index, field;

	for (field = 6; field <= 11; field += 5)
		for (index = 0; index < 6; index++) {
			build();
			memcpy(archive + 2 * PAGE + 6 + 8 * field, numbers[index], 8);
			CU_ASSERT_EQUAL(find(length, "images/kernel", &file), STATUS_BAD_IMAGE);
		}
	build();
	memcpy(archive + 2 * PAGE + 6 + 8 * 11, "00000000", 8); /* not even the name's NUL */
	CU_ASSERT_EQUAL(find(length, "images/kernel", &file), STATUS_BAD_IMAGE);
}

static void test_wild(void)
{
	uint64_t random = 0x243f6a8885a308d3;
	unsigned int round, found = 0, broken = 0;

	for (round = 0; round < ROUNDS; round++) {
		char digit = "0123456789abcdef"[random >> 24 & 15];
		struct bundle_file file;
		status_t status;

		if (round % 16 == 0)
			build();
		random = random_after(random);
		/* Where the headers are, mostly; with a digit, mostly. */
		archive[(random >> 60) * 2048 % sizeof(archive) + (random >> 32) % 128] =
			random >> 20 & 3 ? digit : (char)(random >> 40);
		status = find(length, "images/kernel", &file);
		found += status == STATUS_OK;
		broken += status == STATUS_BAD_IMAGE;
		if (status > STATUS_OK)
			CU_FAIL("a file is found that is not in the archive");
	}
	CU_ASSERT_TRUE(found > ROUNDS / 100);
	CU_ASSERT_TRUE(broken > ROUNDS / 100);
}

static const struct suite_test tests[] = {
	{ "each file of a bundle is found at its place", test_found },
	{ "a file that is not there is not found", test_missing },
	{ "a file that does not begin a page is refused", test_unaligned },
	{ "a bundle cut at any length is refused, unless the file lies before", test_cut },
	{ "sizes that are too large or no numbers are refused", test_numbers },
	{ "no wild header leads out of the bundle", test_wild },
};

int main(void)
{
	return suite_run("supervisor_bundle", tests, sizeof(tests) / sizeof(tests[0]));
}
