/* SPDX-License-Identifier: Apache-2.0 */
/* Where images go: by the boot protocol, never over each other, never outside guest memory. */
#include <stdlib.h>
#include <string.h>

#include "tests/host/suite.h"
#include "tests/host/vmm_fake.h"

#define MIB 0x100000ull

static struct vm vm;
static uint8_t kernel[4096];
static struct layout layout;

static void describe(uint64_t base, uint64_t size, uint64_t text_offset, uint64_t image_size)
{
	fake_reset(NULL);
	memset(&vm, 0, sizeof(vm));
	memset(&layout, 0xa5, sizeof(layout));
	fake_image(kernel, text_offset, image_size);
	vm.name = "linux";
	vm.guest = (struct range){ base, size };
	vm.kernel = (struct image){ kernel, sizeof(kernel) };
}

static void expect_refusal(const char *why)
{
	fake.lines = 0;
	CU_ASSERT_EQUAL(image_place(&vm, &layout), STATUS_BAD_IMAGE);
	CU_ASSERT_EQUAL(fake.lines, 1);
	CU_ASSERT_PTR_NOT_NULL(strstr(fake.line, why));
	CU_ASSERT_PTR_NOT_NULL(strstr(fake.line, "linux"));
}

/* Every part in guest memory, none over another. */
static void expect_sound(uint64_t kernel_size)
{
	uint64_t end = vm.guest.address + vm.guest.size;

	CU_ASSERT(layout.kernel >= vm.guest.address);
	CU_ASSERT(layout.kernel + kernel_size <= layout.tree);
	CU_ASSERT_EQUAL(layout.tree % 4096, 0);
	if (layout.initrd) {
		CU_ASSERT_EQUAL(layout.initrd % 4096, 0);
		CU_ASSERT(layout.tree + VM_TREE_SIZE <= layout.initrd);
		CU_ASSERT(layout.initrd + vm.initrd.size <= end);
	} else {
		CU_ASSERT(layout.tree + VM_TREE_SIZE <= end);
	}
}

static void test_aligned(void)
{
	describe(MACHINE_BASE, 256 * MIB, 0, 30 * MIB);
	vm.initrd.size = 20 * MIB + 1;
	CU_ASSERT_EQUAL(image_place(&vm, &layout), STATUS_OK);
	CU_ASSERT_EQUAL(layout.kernel, MACHINE_BASE);
	CU_ASSERT_EQUAL(layout.entry, MACHINE_BASE);
	expect_sound(30 * MIB);

	describe(MACHINE_BASE, 256 * MIB, 0x80000, 30 * MIB);
	CU_ASSERT_EQUAL(image_place(&vm, &layout), STATUS_OK);
	CU_ASSERT_EQUAL(layout.kernel, MACHINE_BASE + 0x80000);
	CU_ASSERT_EQUAL(layout.initrd, 0);
	expect_sound(30 * MIB);

	describe(MACHINE_BASE + 0x1000, 256 * MIB, 0, 30 * MIB);
	CU_ASSERT_EQUAL(image_place(&vm, &layout), STATUS_OK);
	CU_ASSERT_EQUAL(layout.kernel, MACHINE_BASE + 0x200000);
	expect_sound(30 * MIB);
}

static void test_edges(void)
{
	uint64_t need = 2 * MIB + VM_TREE_SIZE;

	describe(MACHINE_BASE, need, 0, 2 * MIB);
	CU_ASSERT_EQUAL(image_place(&vm, &layout), STATUS_OK);
	expect_sound(2 * MIB);
	vm.guest.size--;
	expect_refusal("device tree");
	vm.guest.size = 2 * MIB;
	expect_refusal("device tree");
	vm.guest.size = 2 * MIB - 1;
	expect_refusal("more memory");

	describe(MACHINE_BASE, need + 4096, 0, 2 * MIB);
	vm.initrd.size = 4096;
	CU_ASSERT_EQUAL(image_place(&vm, &layout), STATUS_OK);
	expect_sound(2 * MIB);
	vm.initrd.size = 4097;
	expect_refusal("device tree");
	vm.initrd.size = VM_TREE_SIZE + 4097;
	expect_refusal("RAM disk");
	vm.initrd.size = UINT64_MAX;
	expect_refusal("RAM disk");
	vm.initrd.size = UINT64_MAX - MACHINE_BASE;
	expect_refusal("RAM disk");
}

static void test_lies(void)
{
	static const uint64_t wild[] = { 0x200000, 0x10000000, 0x10000001, 1ull << 40,
					 1ull << 63, UINT64_MAX - 0x1fffff, UINT64_MAX };
	unsigned int first, second;

	for (first = 0; first < sizeof(wild) / sizeof(*wild); first++)
		for (second = 0; second < sizeof(wild) / sizeof(*wild); second++) {
			describe(MACHINE_BASE + 0x1000, 0x10000000, wild[first], wild[second]);
			if (image_place(&vm, &layout) == STATUS_OK)
				expect_sound(wild[second]);
			else
				CU_ASSERT_EQUAL(fake.lines, 1);
		}
	describe(MACHINE_BASE, 256 * MIB, UINT64_MAX, 2 * MIB);
	expect_refusal("more memory");
	describe(MACHINE_BASE, 256 * MIB, 0, UINT64_MAX);
	expect_refusal("more memory");
}

static void test_larger_than_said(void)
{
	describe(MACHINE_BASE, VM_TREE_SIZE + 4096, 0, 1);
	CU_ASSERT_EQUAL(image_place(&vm, &layout), STATUS_OK);
	expect_sound(sizeof(kernel));
	vm.guest.size--;
	expect_refusal("device tree");
}

static void test_no_image(void)
{
	uint8_t *shorter = malloc(63);

	describe(MACHINE_BASE, 256 * MIB, 0, 2 * MIB);
	kernel[56] = 'B';
	expect_refusal("no Image for this architecture");
	describe(MACHINE_BASE, 256 * MIB, 0, 0);
	expect_refusal("its size");
	memcpy(shorter, kernel, 63);
	vm.kernel = (struct image){ shorter, 63 };
	expect_refusal("too short");
	vm.kernel.size = 0;
	expect_refusal("empty");
	vm.description.flat = true;
	expect_refusal("empty");
	free(shorter);
}

static void test_flat(void)
{
	describe(MACHINE_BASE + 0x1000, VM_TREE_SIZE + 8192, 0, 0);
	vm.description.flat = true;
	kernel[56] = 0;
	CU_ASSERT_EQUAL(image_place(&vm, &layout), STATUS_OK);
	CU_ASSERT_EQUAL(layout.kernel, MACHINE_BASE + 0x1000);
	CU_ASSERT_EQUAL(layout.entry, MACHINE_BASE + 0x1000);
	expect_sound(sizeof(kernel));
	vm.guest.size = sizeof(kernel) - 1;
	expect_refusal("more memory");
}

/* Random sizes around each other; whatever is accepted is sound. */
static void test_random(void)
{
	unsigned int round, accepted = 0;

	srand(1);
	for (round = 0; round < 20000; round++) {
		uint64_t image_size = (uint64_t)rand() % 0x400000 + 1;

		describe(MACHINE_BASE + (uint64_t)(rand() % 4) * 0x1000,
			 (uint64_t)rand() % 0x800000 + 0x1000, (uint64_t)rand() % 0x100000,
			 image_size);
		vm.initrd.size = (uint64_t)rand() % 0x400000;
		if (image_place(&vm, &layout) != STATUS_OK)
			continue;
		expect_sound(image_size);
		accepted++;
	}
	CU_ASSERT(accepted > 1000 && accepted < 19000);
}

static const struct suite_test tests[] = {
	{ "the kernel lies text_offset above a 2 MiB boundary", test_aligned },
	{ "the last byte of memory is used, and not one beyond", test_edges },
	{ "sizes and offsets that wrap around are refused", test_lies },
	{ "a file larger than its image_size counts as what it is", test_larger_than_said },
	{ "what is no Image is refused with its reason", test_no_image },
	{ "a flat guest starts at its base", test_flat },
	{ "whatever is accepted lies apart and inside", test_random },
};

int main(void)
{
	return suite_run("vmm image", tests, sizeof(tests) / sizeof(*tests));
}
