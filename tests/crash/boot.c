/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The supervisor's boot, cut at each point and begun again in a next life: what it has made of the
 * plan in the end is the same. Its kernel: slots, handles, mappings (kernel/space.c's, in steps),
 * routes, schedules. What it maps for itself really lies at those addresses here.
 */
#define _GNU_SOURCE
#include "tests/crash/boot.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/crash/crash.h"

/* servers/supervisor/supervisor.h */
#define PAGE 4096ul
#define SLOT_SCRATCH 254
#define DURABLE_ADDRESS 0x3e000000ul
#define WINDOW_ADDRESS 0x2000000000ul

#define RAM (64ul << 20)
#define TASKS 4
#define MAPPINGS 64
#define RECORDS 64
#define STEP (MAP_BATCH * PAGE)
#define SELF (&crash_place[0])

struct object {
	uint64_t identity; /* of what it was made of, 0: none */
	uint64_t start, size;
	int file;
};

struct handle {
	uint64_t identity, rights;
};

struct mapping {
	uint64_t space, memory, address, offset, size, access, done;
	struct object object;
};

struct record {
	uint64_t key, value;
};

enum { SLOTS, HANDLES, MAPS, CONTENTS, RECORDED, SUMS };
static const char *const sums[] = { "objects", "handles", "mappings", "contents of memory",
				    "routes, schedules and starts" };

/* All that the kernel has. */
static struct {
	struct object slot[HANDLE_COUNT];
	struct handle handle[TASKS][HANDLE_COUNT];
	uint64_t task[TASKS]; /* identities */
	struct mapping mapping[MAPPINGS];
	struct record record[RECORDS]; /* routes, schedules, starts */
	uint64_t used;                 /* of RAM */
	bool begun;                    /* the first thread */
	uint64_t sum[2][SUMS];         /* of all that was there then, and in the end */
} kernel;

static int ram_file, boot_file;
static char said[400]; /* on the kernel's console, last */
static uint8_t *ram, *boot;

static uint64_t mix(uint64_t sum, const uint64_t *word, unsigned int count)
{
	while (count--)
		sum = ((sum ^ *word++) * 0x100000001b3ul) ^ sum >> 31;
	return sum;
}

static uint64_t identity(uint64_t slot)
{
	return kernel.slot[slot % HANDLE_COUNT].identity;
}

/* --- System calls ----------------------------------------------------------------------------- */

static status_t create(enum syscall number, const uint64_t *argument)
{
	struct object *object = &kernel.slot[argument[1] % HANDLE_COUNT];
	uint64_t at;

	if (object->identity)
		return STATUS_BUSY;
	object->identity = mix(number, argument, 6) | 1;
	if (number == SYSCALL_CREATE_TASK) {
		for (at = 0; kernel.task[at];)
			at++;
		kernel.task[at] = object->identity;
	} else if (number == SYSCALL_CREATE_WINDOW) {
		*object = (struct object){ object->identity, argument[3], argument[4], boot_file };
	} else if (number == SYSCALL_CREATE_MEMORY) {
		*object = (struct object){ object->identity, kernel.used, argument[2], ram_file };
		kernel.used += argument[2];
		if (kernel.used > RAM || argument[2] % PAGE)
			crash_fail("no memory");
		for (at = object->start; at < kernel.used; at += 512) /* somebody else's */
			*(uint64_t *)(ram + at) = 0xdeadbeef;
	}
	return STATUS_OK;
}

static status_t grant(const uint64_t *argument)
{
	const struct handle made = { mix(identity(argument[2]), argument + 4, 1), argument[3] };
	uint64_t task;

	if (argument[0] == SLOT_SELF_TASK) {
		if (identity(argument[1]))
			return STATUS_BUSY;
		kernel.slot[argument[1]] = kernel.slot[argument[2]];
		return STATUS_OK;
	}
	for (task = 0; task < TASKS && kernel.task[task] != identity(argument[0]);)
		task++;
	if (task == TASKS || !identity(argument[0]) || !identity(argument[2]))
		return STATUS_BAD_HANDLE;
	if (kernel.handle[task][argument[1]].identity)
		return STATUS_BUSY;
	kernel.handle[task][argument[1]] = made;
	return STATUS_OK;
}

static struct mapping *mapping_find(uint64_t space, uint64_t address, uint64_t size)
{
	struct mapping *mapping = kernel.mapping;

	for (; mapping < kernel.mapping + MAPPINGS; mapping++)
		if (mapping->size && mapping->space == space &&
		    address < mapping->address + mapping->size && mapping->address < address + size)
			return mapping;
	return NULL;
}

static void here(const struct mapping *mapping, bool there)
{
	if (mapping->space != SLOT_SELF_TASK)
		return;
	if (!there)
		munmap((void *)mapping->address, mapping->size);
	else if (mmap((void *)mapping->address, mapping->size,
		      PROT_READ | (mapping->access & MAP_WRITE ? PROT_WRITE : 0),
		      MAP_SHARED | MAP_FIXED, mapping->object.file,
		      (off_t)(mapping->object.start + mapping->offset)) == MAP_FAILED)
		crash_fail("no mapping at %lx", (unsigned long)mapping->address);
}

static status_t map_memory(const uint64_t *argument)
{
	const struct object *object = &kernel.slot[argument[1]];
	struct mapping made = { argument[0], object->identity, argument[2], argument[3],
				argument[4], argument[5], 0, *object };
	struct mapping *there = mapping_find(argument[0], argument[2], argument[4]);

	if (!object->identity || !identity(argument[0]))
		return STATUS_BAD_HANDLE;
	if (!argument[4] || argument[3] + argument[4] > (object->size + PAGE - 1) / PAGE * PAGE)
		crash_fail("a mapping of more than there is");
	if (!there) {
		for (there = kernel.mapping; there->size;)
			there++;
		*there = made;
	} else if (there->memory != made.memory || there->object.start != made.object.start ||
		   there->address != made.address || there->offset != made.offset ||
		   there->size != made.size || there->access != made.access ||
		   there->done == there->size) {
		return STATUS_BUSY;
	}
	there->done += there->size - there->done < STEP ? there->size - there->done : STEP;
	if (there->done < there->size)
		return STATUS_AGAIN;
	here(there, true);
	return STATUS_OK;
}

static status_t unmap_memory(const uint64_t *argument)
{
	struct mapping *there = mapping_find(argument[0], argument[1], argument[2]);

	if (!there || there->address != argument[1] || there->size != argument[2])
		return STATUS_NOT_FOUND;
	here(there, false);
	there->done -= there->done < STEP ? there->done : STEP;
	if (there->done)
		return STATUS_AGAIN;
	there->size = 0;
	return STATUS_OK;
}

/* One for each key; `once`: it stays as it is. */
static status_t note(uint64_t key, const uint64_t *word, unsigned int count, bool once)
{
	struct record *record = kernel.record;

	while (record->key && record->key != key)
		record++;
	if (record->key && once)
		return STATUS_BUSY;
	record->key = key;
	record->value = mix(0, word, count);
	return STATUS_OK;
}

static status_t close_slot(uint64_t slot)
{
	if (!identity(slot))
		return STATUS_BAD_HANDLE;
	kernel.slot[slot] = (struct object){ 0 };
	return STATUS_OK;
}

/* --- What has been made ----------------------------------------------------------------------- */

static uint64_t contents(const struct mapping *mapping)
{
	const uint8_t *at = (mapping->object.file == ram_file ? ram : boot) +
			    mapping->object.start + mapping->offset;

	return mix(0, (const uint64_t *)at, (unsigned int)(mapping->size / 8));
}

static void sum_up(uint64_t sum[SUMS])
{
	const struct mapping *mapping = kernel.mapping;
	unsigned int index;

	memset(sum, 0, SUMS * sizeof(*sum));
	for (index = 0; index < HANDLE_COUNT; index++)
		if (index != SLOT_SCRATCH)
			sum[SLOTS] = mix(sum[SLOTS], &kernel.slot[index].identity, 1);
	sum[HANDLES] = mix(0, (const uint64_t *)kernel.handle, sizeof(kernel.handle) / 8);
	for (; mapping < kernel.mapping + MAPPINGS; mapping++) {
		if (!mapping->size)
			continue;
		if (mapping->done != mapping->size)
			crash_fail("half a mapping at %lx", (unsigned long)mapping->address);
		/* In any order. */
		sum[MAPS] += mix(0, &mapping->space, 6);
		if (mapping->address != DURABLE_ADDRESS && mapping->object.file &&
		    mapping->space != SLOT_SELF_TASK && mapping->address != 0x10000000)
			sum[CONTENTS] += mix(contents(mapping), &mapping->address, 1);
	}
	for (index = 0; index < RECORDS; index++)
		sum[RECORDED] += mix(0, &kernel.record[index].key, 2);
}

/* --- The kernel's doors ----------------------------------------------------------------------- */

static status_t say(const char *text)
{
	size_t length = strlen(said);

	if (length > sizeof(said) - 9 || (length && said[length - 1] == '\n'))
		length = 0;
	snprintf(said + length, sizeof(said) - length, "%.8s", text);
	return STATUS_OK;
}

static status_t system_call(enum syscall number, const uint64_t *argument, uint64_t *result)
{
	result[0] = number == SYSCALL_THREAD_GET ? THREAD_IS_WAITING : 0;
	result[1] = kernel.slot[argument[0] % HANDLE_COUNT].size;
	switch (number) {
	case SYSCALL_CREATE_POOL ... SYSCALL_CREATE_WINDOW:
		return create(number, argument);
	case SYSCALL_GRANT:
		return grant(argument);
	case SYSCALL_CLOSE:
		return close_slot(argument[0]);
	case SYSCALL_MAP:
		return map_memory(argument);
	case SYSCALL_UNMAP:
		return unmap_memory(argument);
	case SYSCALL_ROUTE:
		return note(mix(number, argument, 3), argument + 3, 3, true);
	case SYSCALL_SCHEDULE:
		return note(mix(number, argument + 1, 1), argument + 2, 3, false);
	case SYSCALL_THREAD_START:
		if (!kernel.begun)
			sum_up(kernel.sum[0]);
		kernel.begun = true;
		return note(mix(number, argument, 1), argument + 1, 3, false);
	case SYSCALL_OBJECT_INFO:
		return identity(argument[0]) ? STATUS_OK : STATUS_BAD_HANDLE;
	case SYSCALL_THREAD_GET:
	case SYSCALL_THREAD_STOP:
	case SYSCALL_TIMER:
	case SYSCALL_SIGNAL:
		return STATUS_OK;
	case SYSCALL_MACHINE:
		if (argument[1] == MACHINE_PUT)
			return say((const char *)&argument[2]);
		crash_fail("%s", said);
	default:
		break;
	}
	crash_fail("system call %u (%lu, %lu)", number, (unsigned long)argument[0],
		   (unsigned long)argument[1]);
}

static void kernel_start(void)
{
	struct mapping *mapping = kernel.mapping;

	for (; mapping < kernel.mapping + MAPPINGS; mapping++)
		if (mapping->size)
			here(mapping, false);
	memset(&kernel, 0, sizeof(kernel));
	kernel.slot[SLOT_SELF_TASK].identity = SLOT_SELF_TASK;
	kernel.slot[SLOT_ROOT_POOL].identity = SLOT_ROOT_POOL;
	kernel.slot[SLOT_BUNDLE] = (struct object){ SLOT_BUNDLE, 0, BOOT_BUNDLE, boot_file };
	kernel.slot[SLOT_FIRMWARE] =
		(struct object){ SLOT_FIRMWARE, BOOT_BUNDLE, PAGE, boot_file };
}

/* --- Runs ------------------------------------------------------------------------------------- */

/* Broken ones (mutants.mk), which have to be found. */
#define MUTANTS(each)                                                                              \
	each(strict, "found: what is there already is taken for an error")                         \
	each(unwindowed, "found: the window stays open")                                           \
	each(uncleaned, "found: the scratch slot stays in use")                                    \
	each(uncleared, "found: the state is found before it is cleared")                          \
	each(early, "found: tasks begin before all is made")                                       \
	each(unremoved, "found: an image is mapped over a part of itself")

#define DECLARE(name, what) extern const struct image image_##name;
MUTANTS(DECLARE)
extern const struct image image_supervisor;

static const struct mutant {
	const struct image *image;
	const char *what;
} mutants[] = {
#define ENTRY(name, what) { &image_##name, what },
	MUTANTS(ENTRY)
};

static struct world world = {
	.name = "boot",
	.image = { &image_supervisor },
	/* All that it ever maps: a store to what is not mapped now finds itself. */
	.memory = (void *)0x3d000000ul,
	.size = WINDOW_ADDRESS,
	.system = system_call,
};

static uint64_t expected[2][SUMS];
static uint32_t dice, gap;
static unsigned int failures;

static uint64_t cut_by_chance(void)
{
	return machine.cuts < 200 ? 1 + crash_random(&dice) % gap : 0;
}

static bool run(uint64_t cut)
{
	machine.cut = cut;
	if (_setjmp(machine.abandoned))
		return false;
	machine_start(&world);
	SELF->durable = (struct durable *)DURABLE_ADDRESS;
	SELF->argument = BOOT_BUNDLE;
	kernel_start();
	machine_run();
	sum_up(kernel.sum[1]);
	return true;
}

/* One that is cut, and as the one that was not. */
static void attempt(uint64_t cut)
{
	unsigned int index;

	if (!run(cut)) {
		failures++;
		printf("# cut at %lu: %s\n", (unsigned long)cut, machine.failure);
		return;
	}
	for (index = 0; index < 2 * SUMS; index++)
		if (kernel.sum[index / SUMS][index % SUMS] != expected[index / SUMS][index % SUMS]) {
			failures++;
			printf("# cut at %lu of %p: other %s %s\n", (unsigned long)cut,
			       machine.where[0], sums[index % SUMS],
			       index < SUMS ? "when the first task begins" : "in the end");
		}
}

/* Whether one cut is enough to see that it is broken. */
static bool finds(const struct image *image)
{
	uint64_t points, cut;

	world.image[0] = image;
	machine.next_cut = NULL;
	machine.most = 0;
	if (!run(0))
		return true;
	points = machine.points;
	machine.most = 4000 * points;
	for (cut = 1; cut <= points; cut++)
		if (!run(cut) || memcmp(kernel.sum, expected, sizeof(expected)))
			return true;
	return false;
}

static void wild(int number, siginfo_t *info, void *context)
{
	(void)number, (void)context;
	crash_fail("an access to %p, which is not mapped", info->si_addr);
}

static int verdict(unsigned int number, const char *what, uint64_t count)
{
	bool bad = failures || !count;

	printf("%sok %u - crash boot: %s: %lu\n", bad ? "not " : "", number, what,
	       (unsigned long)count);
	failures = 0;
	return bad;
}

int main(void)
{
	uint64_t points, cut, cuts = 0;
	const struct sigaction action = { .sa_sigaction = wild,
					  .sa_flags = SA_SIGINFO | SA_NODEFER };
	unsigned int index;
	int bad;

	sigaction(SIGSEGV, &action, NULL);
	ram_file = memfd_create("ram", 0);
	boot_file = memfd_create("boot", 0);
	if (ftruncate(ram_file, RAM) || ftruncate(boot_file, BOOT_BUNDLE + PAGE))
		return 1;
	ram = mmap(NULL, RAM, PROT_READ | PROT_WRITE, MAP_SHARED, ram_file, 0);
	boot = mmap(NULL, BOOT_BUNDLE + PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, boot_file, 0);
	boot_bundle(boot);
	boot_firmware(boot + BOOT_BUNDLE);
	printf("1..%zu\n", 2 + sizeof(mutants) / sizeof(mutants[0]));
	failures = !run(0);
	memcpy(expected, kernel.sum, sizeof(expected));
	if (failures)
		printf("# uncut: %s\n", machine.failure);
	points = failures ? 0 : machine.points;
	machine.most = 4000 * points;
	machine.next_cut = NULL;
	for (cut = 1; cut <= points && failures < 8; cut++)
		attempt(cut);
	bad = verdict(1, "a cut at each point", points);
	machine.next_cut = cut_by_chance;
	for (cut = 1; points && cut <= 600 && failures < 8; cut++) {
		dice = (uint32_t)cut;
		gap = (uint32_t)(points >> cut % 4);
		attempt(1 + crash_random(&dice) % gap);
		cuts += machine.cuts;
	}
	bad |= verdict(2, "cuts by chance, one after the other", cuts);
	for (index = 0; index < sizeof(mutants) / sizeof(mutants[0]); index++)
		bad |= verdict(3 + index, mutants[index].what, finds(mutants[index].image));
	return bad;
}
