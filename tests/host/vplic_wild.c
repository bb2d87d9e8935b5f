/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The PLIC model under hostile input: wild accesses, wild pages, and random guests beside a PLIC
 * that is written down source by source, as the specification tells it.
 */
#include "tests/host/suite.h"
#include "tests/host/vplic_guest.h"

#define VCPUS 4

static struct guest guest;
static uint64_t seed;

static uint64_t random_next(void)
{
	seed = random_after(seed);
	return seed >> 16;
}

static void access_randomly(void)
{
	static const uint32_t base[] = { 0, PLIC_PENDING, PLIC_ENABLE, PLIC_CONTEXT };
	uint64_t offset = random_next() % (PLIC_SIZE + 0x1000), width = 1ull << random_next() % 4;
	uint64_t value;

	if (random_next() % 4) { /* where the registers are */
		offset = base[random_next() % 4] + random_next() % 0x280;
		if (offset >= PLIC_CONTEXT)
			offset += PLIC_CONTEXT_SIZE * (random_next() % (VCPUS + 1));
	}
	if (random_next() % 8 == 0)
		offset |= random_next() << 32;
	if (random_next() % 4) {
		width = 4;
		offset &= ~3ull;
	}
	if (random_next() % 2)
		vplic_read(&guest.plic, offset, width, &value);
	else
		vplic_write(&guest.plic, offset, width, random_next() << 16 ^ random_next());
	guest_commit(&guest);
}

static void test_every_access(void)
{
	uint64_t offset, width, value;

	seed = 1;
	guest_start(&guest, VCPUS);
	for (offset = 0; offset < PLIC_SIZE + 0x100; offset++) {
		if (offset == 0x4000)
			offset = PLIC_CONTEXT - 0x100;
		if (offset == PLIC_CONTEXT + 0x10000)
			offset = PLIC_SIZE - 0x100;
		for (width = 0; width < 10; width++) {
			vplic_read(&guest.plic, offset, width, &value);
			vplic_write(&guest.plic, offset, width, random_next());
		}
		guest_commit(&guest);
	}
}

static void test_hostile(void)
{
	uint32_t round, vcpu;

	seed = 2;
	guest_start(&guest, VCPUS);
	for (round = 0; round < 200000; round++) {
		vcpu = random_next() % VCPUS;
		guest.page[vcpu].pending = random_next();
		guest.page[vcpu].enabled = random_next();
		if (random_next() % 4 == 0)
			guest.page[vcpu].generation = random_next();
		access_randomly();
		vplic_line_set(&guest.plic, random_next() % 80, random_next() % 3);
		vplic_line_pulse(&guest.plic, random_next() << random_next() % 48);
		guest_commit(&guest);
		vplic_send(&guest.plic, random_next() % (1u << VCPUS));
		guest_commit(&guest);
		controller_page_write(&guest.plic, vcpu, &guest.page[vcpu]);
		if (random_next() % 1000 == 0) {
			vplic_reset(&guest.plic);
			guest_commit(&guest);
		}
	}
}

/* --- The other PLIC --------------------------------------------------------------------------- */

static struct source {
	bool level, edge, pending, claimed;
	uint32_t priority;
} sources[VPLIC_SOURCES];
static bool enabled[VCPUS][VPLIC_SOURCES];
static uint32_t threshold[VCPUS];

static void gateway(struct source *source)
{
	if (source->pending || source->claimed || !(source->level || source->edge))
		return;
	source->pending = true;
	source->edge = false;
}

/* The best source above a priority that waits for a context; 0: none. */
static uint32_t best(uint32_t context, uint32_t above)
{
	uint32_t source, found = 0;

	for (source = 1; source < VPLIC_SOURCES; source++)
		if (sources[source].pending && enabled[context][source] &&
		    sources[source].priority > above) {
			above = sources[source].priority;
			found = source;
		}
	return found;
}

static void other_line(uint32_t source, uint32_t what)
{
	if (what == 2)
		sources[source].edge |= !sources[source].pending;
	else
		sources[source].level = what;
	gateway(&sources[source]);
}

static uint32_t other_claim(uint32_t context)
{
	uint32_t source = best(context, 0);

	sources[source].pending = false;
	sources[source].claimed = source != 0;
	return source;
}

static void other_complete(uint32_t context, uint32_t source)
{
	if (!enabled[context][source])
		return;
	sources[source].claimed = false;
	gateway(&sources[source]);
}

static void line_randomly(uint32_t source)
{
	uint32_t what = random_next() % 3;

	if (what == 2)
		guest_pulse(&guest, source);
	else
		guest_line(&guest, source, what);
	other_line(source, what);
}

static void enable_randomly(uint32_t context)
{
	uint32_t word = random_next() % 2, value = random_next() & random_next(), bit;

	guest_write(&guest, enable_of(context, word), value);
	for (bit = 0; bit < 32; bit++)
		enabled[context][32 * word + bit] = value >> bit & 1;
	enabled[context][0] = false;
}

static void guest_randomly(void)
{
	uint32_t source = 1 + random_next() % (VPLIC_SOURCES - 1);
	uint32_t context = random_next() % VCPUS;

	switch (random_next() % 16) {
	case 0:
		guest_priority(&guest, source, random_next() % 8);
		sources[source].priority = guest_read(&guest, 4 * source);
		break;
	case 1:
		enable_randomly(context);
		break;
	case 2:
		threshold[context] = random_next() % 8;
		guest_write(&guest, threshold_of(context), threshold[context]);
		break;
	case 3: case 4: case 5: case 6: case 7:
		line_randomly(source);
		break;
	case 8: case 9: case 10:
		CU_ASSERT_EQUAL_FATAL(guest_claim(&guest, context), other_claim(context));
		break;
	default:
		guest_complete(&guest, context, source);
		other_complete(context, source);
		break;
	}
}

static void compare(void)
{
	uint32_t context, source;

	for (source = 1; source < VPLIC_SOURCES; source++)
		CU_ASSERT_EQUAL_FATAL(guest.plic.pending >> source & 1, sources[source].pending);
	for (context = 0; context < VCPUS; context++)
		CU_ASSERT_EQUAL_FATAL(guest_pending(&guest, context),
				      best(context, threshold[context]) ? VCPU_EXTERNAL : 0);
}

static void test_as_specified(void)
{
	uint32_t round;

	seed = 3;
	guest_power_on(&guest, VCPUS);
	memset(sources, 0, sizeof(sources));
	memset(enabled, 0, sizeof(enabled));
	memset(threshold, 0, sizeof(threshold));
	for (round = 0; round < 200000; round++) {
		guest_randomly();
		guest_settle(&guest);
		compare();
	}
}

static const struct suite_test tests[] = {
	{ "every access at every place and width stays inside", test_every_access },
	{ "random accesses, lines and pages leave a model that is right", test_hostile },
	{ "random guests see what a PLIC of single sources would show", test_as_specified },
};

int main(void)
{
	return suite_run("vplic_wild", tests, sizeof(tests) / sizeof(tests[0]));
}
