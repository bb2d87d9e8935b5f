/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtio block device cut between any two of its steps (calls, commits), and then once more: the
 * guest sees each request end once, the driver sees each once, and no interrupt is lost.
 */
#include "tests/host/virtio_blk_guest.h"

#define REQUESTS 64 /* more than a run makes */
#define LAST 100000

static unsigned int points, cuts[2];
static unsigned int lives, interrupts, unseen;
static unsigned int made, ended[REQUESTS]; /* by the number in `sector` */
static unsigned int number_of[64];         /* of the request whose chain begins there */

static void cut_here(void)
{
	points++;
	if (points == cuts[0] || points == cuts[1]) {
		lives++;
		longjmp(cut, 1);
	}
}

static void make(uint16_t head, uint32_t type)
{
	number_of[head] = made;
	request(head, type, made++, 512);
}

/* As a driver does: acknowledge, take all, ask for the next, look again. */
static void guest_interrupt(void)
{
	struct virtio_used_element element;

	while (backend.pulses) {
		backend.pulses = 0;
		interrupts++;
		set(VIRTIO_MMIO_INTERRUPT_ACK, get(VIRTIO_MMIO_INTERRUPT_STATUS));
		do {
			while (driver_reap(&driver, &element))
				ended[number_of[element.id]]++;
			*driver_half(&driver, DRIVER_AVAILABLE + VIRTIO_AVAILABLE_EVENT(16)) =
				driver.used;
		} while (*driver_half(&driver, DRIVER_USED + 2) != driver.used);
	}
}

/* The ring has been in use for long: its indices are about to pass 65535 -> 0. */
static void wind(void)
{
	const uint16_t used = 65536 - 2;

	RT_TOUCH(device.mmio.queue[0]);
	device.mmio.queue[0].available_next = device.mmio.queue[0].used_next = used;
	driver.available = driver.used = around.published = used;
	*driver_half(&driver, DRIVER_AVAILABLE + 2) = *driver_half(&driver, DRIVER_USED + 2) = used;
	*driver_half(&driver, DRIVER_AVAILABLE + VIRTIO_AVAILABLE_EVENT(16)) = used;
	rt_commit(NULL, STATUS_OK);
}

static void driver_ends(unsigned int count)
{
	while (count-- && backend.seen)
		complete(__builtin_ctzll(backend.seen), BLOCK_RESULT_OK);
	look();
	guest_interrupt();
	unseen += virtio_mmio_runs(&device.mmio, 0) &&
		  driver.used != device.mmio.queue[0].used_next;
}

/* Two rounds of requests of all kinds, in and out of order, with a driver's reset between them. */
static void play(unsigned int first, unsigned int second)
{
	unsigned int round;

	points = lives = interrupts = unseen = made = 0;
	cuts[0] = first;
	cuts[1] = second;
	memset(ended, 0, sizeof(ended));
	begin(16, FEATURES | VIRTIO_FEATURE_EVENT_INDEX);
	wind();
	backend.quiesce_answer = STATUS_AGAIN;
	backend.point = cut_here;
	for (round = 0; round < 2; round++) {
		make(0, VIRTIO_BLOCK_IN);
		make(3, VIRTIO_BLOCK_OUT);
		make(6, VIRTIO_BLOCK_GET_ID);
		kick();
		guest_interrupt();
		driver_ends(1);
		make(9, VIRTIO_BLOCK_OUT);
		kick();
		driver_ends(2);
		make(12, VIRTIO_BLOCK_FLUSH);
		kick();
		make(0, VIRTIO_BLOCK_OUT);
		kick();
		if (round)
			break;
		set(VIRTIO_MMIO_STATUS, 0); /* in flight are two, which end unseen */
		CU_ASSERT(get(VIRTIO_MMIO_STATUS) != 0);
		driver_ends(1);
		CU_ASSERT(get(VIRTIO_MMIO_STATUS) != 0);
		driver_ends(1);
		CU_ASSERT_EQUAL(get(VIRTIO_MMIO_STATUS), 0);
		backend.pulses = 0;
		bring_up(FEATURES | VIRTIO_FEATURE_EVENT_INDEX);
	}
	driver_ends(2);
	backend.point = NULL;
}

static unsigned int mistakes(void)
{
	unsigned int wrong = unseen, number;

	for (number = 0; number < made; number++)
		wrong += ended[number] != (number != 4 && number != 5); /* the reset's */
	wrong += backend.submits != made - 2; /* GET_ID needs no disk */
	wrong += device_busy(&device) != 0;
	wrong += around.queue->submitted != device.words.submitted;
	return wrong;
}

static void test_uncut(void)
{
	play(0, 0);
	CU_ASSERT_EQUAL(made, 12);
	CU_ASSERT_EQUAL(mistakes(), 0);
	CU_ASSERT(interrupts >= 5);
	CU_ASSERT(points > 100);
	end();
}

static void test_each_point(void)
{
	unsigned int at, wrong = 0, plain;

	play(0, 0);
	plain = interrupts;
	end();
	for (at = 1; at < LAST; at++) {
		play(at, 0);
		wrong += mistakes() + (interrupts > plain + 1);
		end();
		if (lives == 0)
			break;
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT(at > 100 && at < LAST);
}

static void test_each_pair(void)
{
	unsigned int first, distance, wrong = 0, runs = 0;

	for (first = 1; runs < LAST; first++) {
		for (distance = 1; distance < 40; distance++, runs++) {
			play(first, first + distance);
			wrong += mistakes();
			end();
		}
		if (lives == 0)
			break;
	}
	CU_ASSERT_EQUAL(wrong, 0);
	CU_ASSERT(runs > 4000 && runs < LAST);
}

/* A damaged state is not gone on with; the guest's memory stays the disk's until that has ended. */
static void test_damage(void)
{
	uint64_t page;

	begin(16, FEATURES);
	page = request(0, VIRTIO_BLOCK_IN, 0, 512);
	request(3, VIRTIO_BLOCK_IN, 0, 512);
	kick();
	backend.quiesce_answer = STATUS_AGAIN;
	device.flight[63].status = 1;
	begin_life();
	CU_ASSERT_EQUAL(rebuilt, 1);
	rebuilt = 0;
	CU_ASSERT_EQUAL(backend.pulses, 1);
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_INTERRUPT_STATUS), VIRTIO_INTERRUPT_CONFIG);
	CU_ASSERT(needs_reset());
	kick();
	set(VIRTIO_MMIO_STATUS, 0);
	CU_ASSERT(get(VIRTIO_MMIO_STATUS) != 0);
	complete(1, BLOCK_RESULT_OK);
	look();
	CU_ASSERT(get(VIRTIO_MMIO_STATUS) != 0);
	begin_life();
	complete(0, BLOCK_RESULT_OK);
	look();
	CU_ASSERT_EQUAL(get(VIRTIO_MMIO_STATUS), 0);
	CU_ASSERT_EQUAL(status_of(page), 0xee);
	CU_ASSERT_EQUAL(backend.submits, 2);
	bring_up(FEATURES);
	request(3, VIRTIO_BLOCK_IN, 0, 512);
	kick();
	complete(backend.submitted[2], BLOCK_RESULT_OK);
	look();
	CU_ASSERT(reaped(3, 513));
	end();
}

/* What was committed and cannot be is damage, too. */
static void test_invariants(void)
{
	struct virtio_blk_state found;

	begin(16, FEATURES);
	request(0, VIRTIO_BLOCK_IN, 0, 512);
	kick();
	CU_ASSERT(device_check(&device, &around));
	found = device;
	found.words.taken ^= 1; /* a chain that is nowhere */
	CU_ASSERT(!device_check(&found, &around));
	found = device;
	found.mmio.queue[0].used_next++;
	CU_ASSERT(!device_check(&found, &around));
	found = device;
	found.words.stalled = 2;
	CU_ASSERT(!device_check(&found, &around));
	found = device;
	found.mmio.queue[0].offset[2] = DRIVER_BYTES;
	CU_ASSERT(!device_check(&found, &around));
	end();
}

int main(void)
{
	static const struct suite_test tests[] = {
		{ "a run that is not cut", test_uncut },
		{ "cut at each point, nothing is lost or comes twice", test_each_point },
		{ "nor if the next life is cut as well", test_each_pair },
		{ "a damaged state makes the device need a reset", test_damage },
		{ "so does a state that cannot be", test_invariants },
	};

	return suite_run("virtio_blk_life", tests, sizeof(tests) / sizeof(tests[0]));
}
