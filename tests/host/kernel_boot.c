/* SPDX-License-Identifier: Apache-2.0 */
/* Boot: what the first task gets, and which bundles are refused, with words. */
#include <string.h>

#include "tests/host/kernel_harness.h"

static void test_boots(void)
{
	struct handle *handles;
	struct memory *bundle, *tree;
	struct pool *pool;

	kernel_prepare();
	kernel_boot();
	CU_ASSERT_PTR_NOT_NULL_FATAL(boot);
	handles = boot->task->handles;
	bundle = (struct memory *)handles[SLOT_BUNDLE].object;
	tree = (struct memory *)handles[SLOT_FIRMWARE].object;
	pool = (struct pool *)handles[SLOT_ROOT_POOL].object;
	CU_ASSERT_EQUAL(bundle->size, FAKE_BUNDLE_SIZE);
	CU_ASSERT_EQUAL(tree->size, 2 * PAGE_SIZE);
	CU_ASSERT(tree->base + tree->size == bundle->base && bundle->base + bundle->size == pool->base);
	CU_ASSERT_EQUAL(pool->end, (uint64_t)kernel_end + FAKE_RAM_SIZE);
	CU_ASSERT_EQUAL(((struct image_header *)(bundle->base + IMAGE_OFFSET))->magic, IMAGE_MAGIC);
	CU_ASSERT_EQUAL(boot->context.pc, IMAGE_ADDRESS);
	CU_ASSERT_EQUAL(boot->context.x[0], FAKE_BUNDLE_SIZE);
	CU_ASSERT(!(handles[SLOT_BUNDLE].rights & RIGHT_WRITE));
	CU_ASSERT(!(handles[SLOT_FIRMWARE].rights & (RIGHT_WRITE | RIGHT_EXECUTE)));
	CHECK_KERNEL();
}

/* Boot stops the machine and the console says these words. */
static void refused(const char *words)
{
	kernel_boot();
	CU_ASSERT_PTR_NULL(boot);
	CU_ASSERT_EQUAL(fake.stop, FAKE_OFF);
	CU_assertImplementation(strstr(fake.console, words) != NULL, __LINE__, fake.console, __FILE__, "",
				CU_FALSE);
	kernel_start();
	kernel_prepare();
}

static void test_places(void)
{
	kernel_start();
	kernel_prepare();
	fake.machine.bundle_size = 0;
	refused("there is no bundle");
	fake.machine.bundle_base = (uint64_t)kernel_end - 8;
	refused("where the kernel can use it");
	fake.machine.bundle_base += 4;
	refused("where the kernel can use it");
	fake.machine.bundle_size = FAKE_RAM_SIZE;
	refused("where the kernel can use it");
	fake.machine.bundle_size = ~0ul;
	refused("where the kernel can use it");
	fake.machine.bundle_base = (uint64_t)kernel_end + FAKE_RAM_SIZE;
	refused("where the kernel can use it");
	fake.machine.bundle_base = ~0ul - 7;
	refused("where the kernel can use it");
	fake.machine.tree_size = FAKE_RAM_SIZE;
	refused("where the kernel can use it");
}

static void test_images(void)
{
	static const uint64_t sizes[] = { 4097, 1ul << 31, ~0ul & ~4095ul, 1ul << 63 };
	unsigned int index, field;

	kernel_start();
	kernel_prepare();
	fake.machine.bundle_size = IMAGE_OFFSET + PAGE_SIZE - 8;
	refused("does not begin with the supervisor's image");
	fake_image()->magic++;
	refused("does not begin with the supervisor's image");
	fake.machine.bundle_size = FAKE_BUNDLE_SIZE - PAGE_SIZE;
	refused("truncated");
	fake_image()->stack++;
	refused("corrupt");
	((uint8_t *)fake_image())[3 * PAGE_SIZE - 1] ^= 1;
	refused("corrupt");
	for (field = 0; field < 4; field++)
		for (index = 0; index < sizeof(sizes) / sizeof(sizes[0]); index++) {
			(&fake_image()->text_size)[field] = sizes[index];
			fake_image_seal();
			refused("bad header");
		}
	fake_image()->bss_size = 1ul << 30; /* more than there is */
	fake_image_seal();
	refused("no memory");
}

static const struct suite_test tests[] = {
	{ "the first task gets all memory, the bundle and the machine", test_boots },
	{ "a bundle or tree that lies elsewhere is refused", test_places },
	{ "a truncated, corrupt or lying image is refused", test_images },
};

int main(void)
{
	return suite_run("kernel boot", tests, sizeof(tests) / sizeof(tests[0]));
}
