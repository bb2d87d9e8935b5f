/* SPDX-License-Identifier: Apache-2.0 */
/* The device's side of a split ring, against honest drivers and against those that lie. */
#include "tests/host/suite.h"
#include "tests/host/virtio_driver.h"

#define NEXT VIRTIO_DESCRIPTOR_NEXT
#define WRITE VIRTIO_DESCRIPTOR_WRITE
#define INDIRECT VIRTIO_DESCRIPTOR_INDIRECT

static struct driver driver;
static struct virtio_queue queue;
static uint16_t published;
static struct virtqueue_chain chain;

static bool start(uint16_t size, uint64_t features)
{
	driver_open(&driver, size);
	published = 0;
	queue = (struct virtio_queue){
		.address = { DRIVER_DESCRIPTORS, DRIVER_AVAILABLE, DRIVER_USED },
		.size = size,
	};
	return virtqueue_start(&queue, &driver.memory, features);
}

static enum virtqueue_result take(void)
{
	return virtqueue_take(&queue, &driver.memory, &chain);
}

static void describe(uint16_t index, uint64_t address, uint32_t length, uint16_t flags,
		     uint16_t next)
{
	driver_describe(&driver, DRIVER_DESCRIPTORS, index, address, length, flags, next);
}

static void test_translation_edges(void)
{
	const struct guest_memory memory = { NULL, 0x1000, 0x3000 };
	const struct guest_memory top = { NULL, UINT64_MAX - 0xfff, 0x1000 };
	const struct guest_memory zero = { NULL, 0, 0x1000 };
	uint64_t offset;

	CU_ASSERT(guest_memory_offset(&memory, 0x1000, 1, &offset) && offset == 0);
	CU_ASSERT(guest_memory_offset(&memory, 0x1000, 0x3000, &offset) && offset == 0);
	CU_ASSERT(guest_memory_offset(&memory, 0x3fff, 1, &offset) && offset == 0x2fff);
	CU_ASSERT(!guest_memory_offset(&memory, 0x1000, 0x3001, &offset));
	CU_ASSERT(!guest_memory_offset(&memory, 0x3fff, 2, &offset));
	CU_ASSERT(!guest_memory_offset(&memory, 0x4000, 1, &offset));
	CU_ASSERT(!guest_memory_offset(&memory, 0x0fff, 1, &offset));
	CU_ASSERT(!guest_memory_offset(&memory, 0x0fff, 2, &offset));
	CU_ASSERT(!guest_memory_offset(&memory, 0, 0x2000, &offset));
	CU_ASSERT(!guest_memory_offset(&memory, 0x1000, 0, &offset));
	CU_ASSERT(!guest_memory_offset(&memory, 0x4000, 0, &offset));
	CU_ASSERT(!guest_memory_offset(&memory, 0x1000, UINT64_MAX, &offset));
	CU_ASSERT(!guest_memory_offset(&memory, 0x2000, UINT64_MAX - 0x1fff, &offset));
	CU_ASSERT(!guest_memory_offset(&memory, UINT64_MAX, 2, &offset));
	CU_ASSERT(guest_memory_offset(&top, UINT64_MAX, 1, &offset) && offset == 0xfff);
	CU_ASSERT(!guest_memory_offset(&top, UINT64_MAX, 2, &offset));
	CU_ASSERT(!guest_memory_offset(&top, 0, 1, &offset));
	CU_ASSERT(guest_memory_offset(&zero, 0, 0x1000, &offset));
	CU_ASSERT(!guest_memory_offset(&zero, UINT64_MAX, 1, &offset));
}

static bool start_at(uint32_t size, uint64_t descriptors, uint64_t available, uint64_t used)
{
	queue.size = size;
	queue.address[VIRTQUEUE_DESCRIPTORS] = descriptors;
	queue.address[VIRTQUEUE_AVAILABLE] = available;
	queue.address[VIRTQUEUE_USED] = used;
	return virtqueue_start(&queue, &driver.memory, 0);
}

static void test_ring_places(void)
{
	const uint64_t d = DRIVER_DESCRIPTORS, a = DRIVER_AVAILABLE, u = DRIVER_USED;
	const uint64_t end = DRIVER_BASE + DRIVER_BYTES;

	CU_ASSERT(start(256, 0));
	CU_ASSERT(start_at(1, d, a, u));
	CU_ASSERT(!start_at(0, d, a, u));
	CU_ASSERT(!start_at(3, d, a, u));
	CU_ASSERT(!start_at(512, d, a, u));
	CU_ASSERT(!start_at(65536 + 256, d, a, u));
	CU_ASSERT(start_at(8, end - 128, a, u));
	CU_ASSERT(!start_at(8, end - 112, a, u));
	CU_ASSERT(start_at(8, d, end - 22, u));
	CU_ASSERT(!start_at(8, d, end - 20, u));
	CU_ASSERT(start_at(8, d, a, end - 72));
	CU_ASSERT(!start_at(8, d, a, end - 68));
	CU_ASSERT(!start_at(8, DRIVER_BASE - 16, a, u));
	CU_ASSERT(!start_at(8, 0, a, u));
	CU_ASSERT(!start_at(8, UINT64_MAX - 15, a, u));
	CU_ASSERT(!start_at(8, d + 8, a, u));
	CU_ASSERT(!start_at(8, d, a + 1, u));
	CU_ASSERT(!start_at(8, d, a, u + 2));
	CU_ASSERT(!queue.started);
	driver_close(&driver);
}

static void test_found(void)
{
	struct virtio_queue found;

	CU_ASSERT(start(8, VIRTIO_FEATURE_INDIRECT));
	queue.available_next = 77;
	CU_ASSERT(virtqueue_check(&queue, &driver.memory));
	found = queue;
	found.offset[VIRTQUEUE_USED] = DRIVER_BYTES;
	CU_ASSERT(!virtqueue_check(&found, &driver.memory));
	found = queue;
	found.address[VIRTQUEUE_AVAILABLE] += 4;
	CU_ASSERT(!virtqueue_check(&found, &driver.memory));
	found = queue;
	found.size = 12;
	CU_ASSERT(!virtqueue_check(&found, &driver.memory));
	found.started = 0; /* then the driver may have written anything there */
	CU_ASSERT(virtqueue_check(&found, &driver.memory));
	found = queue;
	found.started = 2;
	CU_ASSERT(!virtqueue_check(&found, &driver.memory));
	driver_close(&driver);
}

static void test_direct_chain(void)
{
	start(8, 0);
	CU_ASSERT_EQUAL(take(), VIRTQUEUE_EMPTY);
	describe(3, DRIVER_DATA, 16, NEXT, 7);
	describe(7, DRIVER_DATA + 0x100, 512, NEXT | WRITE, 0);
	describe(0, DRIVER_BASE + DRIVER_BYTES - 1, 1, WRITE, 99);
	driver_expose(&driver, 3);
	CU_ASSERT_EQUAL(take(), VIRTQUEUE_TAKEN);
	CU_ASSERT_EQUAL(chain.head, 3);
	CU_ASSERT_EQUAL(chain.readable, 1);
	CU_ASSERT_EQUAL(chain.count, 3);
	CU_ASSERT_EQUAL(chain.readable_length, 16);
	CU_ASSERT_EQUAL(chain.writable_length, 513);
	CU_ASSERT_EQUAL(chain.piece[1].offset, DRIVER_DATA + 0x100 - DRIVER_BASE);
	CU_ASSERT_EQUAL(chain.piece[2].offset, DRIVER_BYTES - 1);
	CU_ASSERT_EQUAL(take(), VIRTQUEUE_EMPTY);
	driver_close(&driver);
}

static void test_indirect_chain(void)
{
	start(8, VIRTIO_FEATURE_INDIRECT);
	/* A normal descriptor may stand before the one that names the table, which may lie anywhere. */
	describe(1, DRIVER_DATA, 4, NEXT, 2);
	describe(2, DRIVER_TABLES + 4, 3 * 16, INDIRECT | WRITE, 0);
	driver_describe(&driver, DRIVER_TABLES + 4, 0, DRIVER_DATA + 4, 12, NEXT, 2);
	driver_describe(&driver, DRIVER_TABLES + 4, 2, DRIVER_DATA + 64, 1, WRITE, 0);
	driver_expose(&driver, 1);
	CU_ASSERT_EQUAL(take(), VIRTQUEUE_TAKEN);
	CU_ASSERT_EQUAL(chain.head, 1);
	CU_ASSERT_EQUAL(chain.readable, 2);
	CU_ASSERT_EQUAL(chain.count, 3);
	CU_ASSERT_EQUAL(chain.piece[2].offset, DRIVER_DATA + 64 - DRIVER_BASE);
	driver_close(&driver);
}

/* Each starts an 8-entry ring with both features, whose head 0 the caller has described. */
static enum virtqueue_result take_head(uint16_t head)
{
	enum virtqueue_result result;

	driver_expose(&driver, head);
	result = take();
	driver_close(&driver);
	return result;
}

static void begin(void)
{
	start(8, VIRTIO_FEATURE_INDIRECT | VIRTIO_FEATURE_EVENT_INDEX);
}

static void test_broken_chains(void)
{
	begin(); /* a loop of one */
	describe(0, DRIVER_DATA, 16, NEXT, 0);
	CU_ASSERT_EQUAL(take_head(0), VIRTQUEUE_BROKEN);
	begin(); /* a loop of two */
	describe(0, DRIVER_DATA, 16, NEXT, 1);
	describe(1, DRIVER_DATA, 16, NEXT, 0);
	CU_ASSERT_EQUAL(take_head(0), VIRTQUEUE_BROKEN);
	begin(); /* the head is no descriptor */
	CU_ASSERT_EQUAL(take_head(8), VIRTQUEUE_BROKEN);
	begin();
	CU_ASSERT_EQUAL(take_head(65535), VIRTQUEUE_BROKEN);
	begin(); /* the next one is none */
	describe(0, DRIVER_DATA, 16, NEXT, 8);
	CU_ASSERT_EQUAL(take_head(0), VIRTQUEUE_BROKEN);
	begin(); /* an empty buffer */
	describe(0, DRIVER_DATA, 0, 0, 0);
	CU_ASSERT_EQUAL(take_head(0), VIRTQUEUE_BROKEN);
	begin(); /* a buffer of 4 GiB */
	describe(0, DRIVER_DATA, UINT32_MAX, 0, 0);
	CU_ASSERT_EQUAL(take_head(0), VIRTQUEUE_BROKEN);
	begin(); /* one byte beyond the end */
	describe(0, DRIVER_BASE + DRIVER_BYTES - 15, 16, 0, 0);
	CU_ASSERT_EQUAL(take_head(0), VIRTQUEUE_BROKEN);
	begin(); /* one byte before the start */
	describe(0, DRIVER_BASE - 1, 16, 0, 0);
	CU_ASSERT_EQUAL(take_head(0), VIRTQUEUE_BROKEN);
	begin(); /* around the end of the address space */
	describe(0, UINT64_MAX - 7, 16, 0, 0);
	CU_ASSERT_EQUAL(take_head(0), VIRTQUEUE_BROKEN);
	begin(); /* writable before readable */
	describe(0, DRIVER_DATA, 16, NEXT | WRITE, 1);
	describe(1, DRIVER_DATA, 16, 0, 0);
	CU_ASSERT_EQUAL(take_head(0), VIRTQUEUE_BROKEN);
}

static void test_broken_tables(void)
{
	start(8, 0); /* not negotiated */
	describe(0, DRIVER_TABLES, 16, INDIRECT, 0);
	driver_describe(&driver, DRIVER_TABLES, 0, DRIVER_DATA, 16, 0, 0);
	CU_ASSERT_EQUAL(take_head(0), VIRTQUEUE_BROKEN);
	begin(); /* a table in a table */
	describe(0, DRIVER_TABLES, 16, INDIRECT, 0);
	driver_describe(&driver, DRIVER_TABLES, 0, DRIVER_TABLES, 16, INDIRECT, 0);
	CU_ASSERT_EQUAL(take_head(0), VIRTQUEUE_BROKEN);
	begin(); /* something behind the table */
	describe(0, DRIVER_TABLES, 16, INDIRECT | NEXT, 1);
	driver_describe(&driver, DRIVER_TABLES, 0, DRIVER_DATA, 16, 0, 0);
	CU_ASSERT_EQUAL(take_head(0), VIRTQUEUE_BROKEN);
	begin(); /* no whole number of descriptors */
	describe(0, DRIVER_TABLES, 24, INDIRECT, 0);
	driver_describe(&driver, DRIVER_TABLES, 0, DRIVER_DATA, 16, 0, 0);
	CU_ASSERT_EQUAL(take_head(0), VIRTQUEUE_BROKEN);
	begin(); /* an empty table */
	describe(0, DRIVER_TABLES, 0, INDIRECT, 0);
	CU_ASSERT_EQUAL(take_head(0), VIRTQUEUE_BROKEN);
	begin(); /* a table beyond the end */
	describe(0, DRIVER_BASE + DRIVER_BYTES - 16, 32, INDIRECT, 0);
	CU_ASSERT_EQUAL(take_head(0), VIRTQUEUE_BROKEN);
	begin(); /* a next beyond the table */
	describe(0, DRIVER_TABLES, 16, INDIRECT, 0);
	driver_describe(&driver, DRIVER_TABLES, 0, DRIVER_DATA, 16, NEXT, 1);
	CU_ASSERT_EQUAL(take_head(0), VIRTQUEUE_BROKEN);
	begin(); /* a loop in the table */
	describe(0, DRIVER_TABLES, 32, INDIRECT, 0);
	driver_describe(&driver, DRIVER_TABLES, 0, DRIVER_DATA, 16, NEXT, 1);
	driver_describe(&driver, DRIVER_TABLES, 1, DRIVER_DATA, 16, NEXT, 0);
	CU_ASSERT_EQUAL(take_head(0), VIRTQUEUE_BROKEN);
}

static void table_fill(uint16_t count)
{
	uint16_t index;

	describe(0, DRIVER_TABLES, count * 16, INDIRECT, 0);
	for (index = 0; index < count; index++)
		driver_describe(&driver, DRIVER_TABLES, index, DRIVER_DATA, 16,
				index + 1 < count ? NEXT : 0, index + 1);
}

static void test_chain_length(void)
{
	begin();
	table_fill(8);
	CU_ASSERT_EQUAL(take_head(0), VIRTQUEUE_TAKEN);
	CU_ASSERT_EQUAL(chain.count, 8);
	begin();
	table_fill(9);
	CU_ASSERT_EQUAL(take_head(0), VIRTQUEUE_BROKEN);
}

static void test_index_jumps(void)
{
	unsigned int count;

	start(8, 0);
	describe(0, DRIVER_DATA, 16, 0, 0);
	for (count = 0; count < 8; count++)
		driver_expose(&driver, 0);
	for (count = 0; count < 8; count++) {
		CU_ASSERT_EQUAL(take(), VIRTQUEUE_TAKEN);
		CU_ASSERT_EQUAL(virtqueue_arm(&queue, &driver.memory), count < 7);
	}
	/* All of the ring is out: one more can be no honest one. */
	driver_expose(&driver, 0);
	CU_ASSERT_EQUAL(take(), VIRTQUEUE_BROKEN);
	driver_close(&driver);

	start(8, 0); /* nine at once */
	*driver_half(&driver, DRIVER_AVAILABLE + 2) = 9;
	CU_ASSERT_EQUAL(take(), VIRTQUEUE_BROKEN);
	*driver_half(&driver, DRIVER_AVAILABLE + 2) = 65535; /* backwards */
	CU_ASSERT_EQUAL(take(), VIRTQUEUE_BROKEN);
	driver_close(&driver);
}

static void test_huge_total(void)
{
	/* 2^32 bytes in pieces that lie inside a large window: none of it is ever touched. */
	uint16_t index;

	start(256, 0);
	driver.memory.size = UINT64_C(1) << 32;
	for (index = 0; index < 4; index++)
		describe(index, DRIVER_DATA, 1u << 30, index < 3 ? NEXT : 0, index + 1);
	driver_expose(&driver, 0);
	CU_ASSERT_EQUAL(take(), VIRTQUEUE_BROKEN);
	driver_describe(&driver, DRIVER_DESCRIPTORS, 3, DRIVER_DATA, (1u << 30) - 1, 0, 0);
	CU_ASSERT_EQUAL(take(), VIRTQUEUE_TAKEN);
	CU_ASSERT_EQUAL(chain.readable_length, UINT32_MAX);
	driver_close(&driver);
}

static void test_used_batch(void)
{
	struct virtio_used_element element;

	start(4, 0);
	virtqueue_put(&queue, &driver.memory, 2, 513);
	virtqueue_put(&queue, &driver.memory, 1, 1);
	CU_ASSERT(!driver_reap(&driver, &element));
	CU_ASSERT(virtqueue_publish(&queue, &driver.memory, &published));
	CU_ASSERT(driver_reap(&driver, &element) && element.id == 2 && element.length == 513);
	CU_ASSERT(driver_reap(&driver, &element) && element.id == 1 && element.length == 1);
	CU_ASSERT(!driver_reap(&driver, &element));
	CU_ASSERT(!virtqueue_publish(&queue, &driver.memory, &published)); /* nothing new */
	*driver_half(&driver, DRIVER_AVAILABLE) = VIRTIO_AVAILABLE_NO_INTERRUPT;
	virtqueue_put(&queue, &driver.memory, 3, 1);
	CU_ASSERT(!virtqueue_publish(&queue, &driver.memory, &published));
	CU_ASSERT(driver_reap(&driver, &element) && element.id == 3);
	driver_close(&driver);
}

/* 70,000 requests, so that every index passes 65535 -> 0. */
static void test_event_index(void)
{
	const uint64_t used_event = DRIVER_AVAILABLE + VIRTIO_AVAILABLE_EVENT(8);
	const uint64_t available_event = DRIVER_USED + VIRTIO_USED_EVENT(8);
	struct virtio_used_element element;
	unsigned int round, wrong = 0;

	begin();
	describe(5, DRIVER_DATA, 1, WRITE, 0);
	for (round = 0; round < 70000; round++) {
		const bool wanted = round % 3 == 0;

		wrong += virtqueue_arm(&queue, &driver.memory);
		wrong += *driver_half(&driver, available_event) != driver.available;
		wrong += !virtio_event_passed(*driver_half(&driver, available_event),
					      driver.available + 1, driver.available);
		driver_expose(&driver, 5);
		wrong += !virtqueue_arm(&queue, &driver.memory);
		wrong += take() != VIRTQUEUE_TAKEN;
		*driver_half(&driver, used_event) = driver.used + (wanted ? 0 : 1);
		virtqueue_put(&queue, &driver.memory, 5, 1);
		wrong += virtqueue_publish(&queue, &driver.memory, &published) != wanted;
		wrong += !driver_reap(&driver, &element) || element.id != 5;
	}
	CU_ASSERT_EQUAL(wrong, 0);
	driver_close(&driver);
}

static void test_event_in_batch(void)
{
	start(8, VIRTIO_FEATURE_EVENT_INDEX);
	*driver_half(&driver, DRIVER_AVAILABLE + VIRTIO_AVAILABLE_EVENT(8)) = 65535;
	queue.used_next = published = 65534;
	virtqueue_put(&queue, &driver.memory, 0, 1);
	CU_ASSERT(!virtqueue_publish(&queue, &driver.memory, &published)); /* 65534 done: not yet 65535 */
	virtqueue_put(&queue, &driver.memory, 0, 1);
	virtqueue_put(&queue, &driver.memory, 0, 1);
	virtqueue_put(&queue, &driver.memory, 0, 1);
	CU_ASSERT(virtqueue_publish(&queue, &driver.memory, &published)); /* 65535, 0, 1 */
	virtqueue_put(&queue, &driver.memory, 0, 1);
	CU_ASSERT(!virtqueue_publish(&queue, &driver.memory, &published));
	driver_close(&driver);
}

/* A fixed seed; whatever lies in the ring, the walk ends inside the window. */
static void test_fuzz(void)
{
	uint64_t state = 0x9e3779b97f4a7c15;
	unsigned int round, at, takes, taken = 0;

	begin();
	for (round = 0; round < 20000; round++) {
		unsigned char *bytes = driver_at(&driver, DRIVER_DESCRIPTORS);

		for (at = 0; at < 8 * 16; at++) {
			state = random_after(state);
			/* Mostly small numbers and addresses in the window: deep walks. */
			bytes[at] = at % 16 < 8 ? (unsigned char)((DRIVER_BASE + 0x1000 +
					(state >> 40) % 0x90) >> at % 16 * 8)
				  : at % 16 == 8 ? (state >> 33) % 64
				  : at % 16 == 12 || at % 16 == 14 ? (state >> 35) % 9 : 0;
			if ((state >> 50) % 32 == 0)
				bytes[at] = state >> 56;
		}
		driver_expose(&driver, (state >> 45) % 8);
		for (takes = 0; takes < 16; takes++) {
			uint16_t piece;

			if (take() != VIRTQUEUE_TAKEN)
				break;
			taken++;
			for (piece = 0; piece < chain.count; piece++)
				if (!guest_memory_holds(&driver.memory, chain.piece[piece].offset,
							chain.piece[piece].length))
					CU_FAIL("a piece outside the window");
			virtqueue_put(&queue, &driver.memory, chain.head, 0);
		}
		virtqueue_publish(&queue, &driver.memory, &published);
		driver.available = *driver_half(&driver, DRIVER_AVAILABLE + 2) =
			queue.available_next;
	}
	CU_ASSERT(taken > 100);
	driver_close(&driver);
}

int main(void)
{
	static const struct suite_test tests[] = {
		{ "a range is inside or not, at every edge", test_translation_edges },
		{ "a ring lies whole and aligned in the window", test_ring_places },
		{ "a queue that was found is checked like one that starts", test_found },
		{ "a chain of the ring comes as pieces", test_direct_chain },
		{ "an indirect table comes as pieces", test_indirect_chain },
		{ "broken chains are refused", test_broken_chains },
		{ "broken indirect tables are refused", test_broken_tables },
		{ "a chain is no longer than the queue", test_chain_length },
		{ "no more is available than the queue has", test_index_jumps },
		{ "a chain has less than 4 GiB", test_huge_total },
		{ "completions show at publish, with one interrupt", test_used_batch },
		{ "event indices hold past 65535", test_event_index },
		{ "an event inside a batch interrupts", test_event_in_batch },
		{ "random rings stay in the window", test_fuzz },
	};

	return suite_run("virtqueue", tests, sizeof(tests) / sizeof(tests[0]));
}
