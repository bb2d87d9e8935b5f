/* SPDX-License-Identifier: Apache-2.0 */
/* The virtio block device when its guest lets go: resets and a stopped queue. */
#include "tests/host/virtio_blk_guest.h"

static void test_reset_in_flight(void)
{
	uint64_t page;

	begin(16, FEATURES);
	page = request(0, VIRTIO_BLOCK_IN, 0, 512);
	request(3, VIRTIO_BLOCK_IN, 0, 512);
	kick();
	backend.quiesce_answer = STATUS_AGAIN;
	set(VIRTIO_MMIO_STATUS, 0);
	CU_ASSERT(get(VIRTIO_MMIO_STATUS) != 0); /* not yet: the disk may still write */
	complete(0, BLOCK_RESULT_OK);
	look();
	CU_ASSERT(get(VIRTIO_MMIO_STATUS) != 0);
	complete(1, BLOCK_RESULT_OK);
	look();
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_STATUS), 0);
	CU_ASSERT_EQUAL(status_of(page), 0xee);
	CU_ASSERT_EQUAL(*driver_half(&driver, DRIVER_USED + 2), 0);
	CU_ASSERT_EQUAL(backend.pulses, 0);
	end();
}

/* A driver that does not wait for its reset, as Linux does not on this transport. */
static void test_reset_impatient(void)
{
	uint64_t page;

	begin(16, FEATURES);
	page = request(0, VIRTIO_BLOCK_IN, 0, 512);
	kick();
	backend.quiesce_answer = STATUS_AGAIN;
	bring_up(FEATURES);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_STATUS), 15);
	request(3, VIRTIO_BLOCK_IN, 0, 512);
	kick();
	CU_ASSERT_EQUAL(backend.submits, 1); /* the queue stands still */
	complete(0, BLOCK_RESULT_OK);
	look();
	CU_ASSERT_EQUAL(status_of(page), 0xee);
	CU_ASSERT_EQUAL(backend.submits, 2); /* and then goes on by itself */
	complete(backend.submitted[1], BLOCK_RESULT_OK);
	look();
	CU_ASSERT(reaped(3, 513));
	CU_ASSERT(!reaped(0, 513));
	end();
}

static void test_reset_at_once(void)
{
	begin(16, FEATURES);
	request(0, VIRTIO_BLOCK_IN, 0, 512);
	kick();
	backend.quiesce_completes = true;
	set(VIRTIO_MMIO_STATUS, 0);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_STATUS), 0);
	CU_ASSERT_EQUAL(device_busy(&device), 0);
	CU_ASSERT_EQUAL(*driver_half(&driver, DRIVER_USED + 2), 0);
	end();
}

static void test_machine_reset(void)
{
	begin(16, FEATURES);
	request(0, VIRTIO_BLOCK_IN, 0, 512);
	kick();
	backend.quiesce_answer = STATUS_AGAIN;
	CU_ASSERT_EQUAL(machine_reset(), STATUS_AGAIN);
	backend.quiesce_completes = true;
	CU_ASSERT_EQUAL(machine_reset(), STATUS_OK);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_STATUS), 0);
	CU_ASSERT_EQUAL(machine_reset(), STATUS_OK);
	end();
}

/* The driver of the disk knows better than the queue does. */
static void test_reset_unknown(void)
{
	begin(16, FEATURES);
	backend.seen = 1;
	backend.quiesce_answer = STATUS_AGAIN;
	CU_ASSERT_EQUAL(device_busy(&device), 0);
	set(VIRTIO_MMIO_STATUS, 0);
	CU_ASSERT(get(VIRTIO_MMIO_STATUS) != 0);
	CU_ASSERT_EQUAL(machine_reset(), STATUS_AGAIN);
	backend.seen = 0;
	look();
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_STATUS), 0);
	CU_ASSERT_EQUAL(machine_reset(), STATUS_OK);
	end();
}

static void test_queue_stop(void)
{
	uint64_t page;

	begin(16, FEATURES);
	page = request(0, VIRTIO_BLOCK_IN, 0, 512);
	kick();
	backend.quiesce_answer = STATUS_AGAIN;
	set(VIRTIO_MMIO_QUEUE_READY, 0);
	complete(0, BLOCK_RESULT_OK);
	look();
	CU_ASSERT_EQUAL(status_of(page), 0xee);
	CU_ASSERT_EQUAL(*driver_half(&driver, DRIVER_USED + 2), 0);
	CU_ASSERT_EQUAL(device_busy(&device), 0);
	end();
}

int main(void)
{
	static const struct suite_test tests[] = {
		{ "a reset cuts requests in flight off", test_reset_in_flight },
		{ "a driver that does not wait loses nothing new", test_reset_impatient },
		{ "a reset is complete at once if the driver lets go", test_reset_at_once },
		{ "the VM's reset is asked for again until the driver lets go", test_machine_reset },
		{ "a reset is over when the driver says so", test_reset_unknown },
		{ "a stopped queue is not touched", test_queue_stop },
	};

	return suite_run("virtio_blk_reset", tests, sizeof(tests) / sizeof(tests[0]));
}
