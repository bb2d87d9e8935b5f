/* SPDX-License-Identifier: Apache-2.0 */
/* The life of objects: who holds them, what their end takes along, what the pool gets back. */
#include "tests/host/kernel_harness.h"

#define POOL_SIZE (1ul << 20)
#define ROUNDS 100000

static uint64_t fault;

static void start(void)
{
	kernel_start();
	fault = make_endpoint();
}

static uint64_t pool_free(uint64_t slot)
{
	NEED_STATUS(CALL(boot, SYSCALL_OBJECT_INFO, slot), STATUS_OK);
	CU_ASSERT_EQUAL(boot->context.x[1], OBJECT_POOL);
	return boot->context.x[2];
}

static void test_pool(void)
{
	uint64_t pool, memory, free;

	start();
	pool = make_pool(POOL_SIZE);
	memory = slot_new();
	free = pool_free(pool);
	CU_ASSERT_EQUAL(free, POOL_SIZE);
	NEED_STATUS(CALL(boot, SYSCALL_CREATE_MEMORY, pool, memory, 8192, 65536), STATUS_OK);
	CU_ASSERT_EQUAL(((struct memory *)object_at(memory))->base % 65536, 0);
	CU_ASSERT(pool_free(pool) <= POOL_SIZE - 8192);
	CHECK_STATUS(CALL(boot, SYSCALL_DESTROY, pool), STATUS_BUSY);
	NEED_STATUS(CALL(boot, SYSCALL_DESTROY, memory), STATUS_OK);
	CHECK_STATUS(CALL(boot, SYSCALL_DESTROY, pool), STATUS_BUSY); /* a handle is left */
	CHECK_KERNEL();
	CHECK_STATUS(CALL(boot, SYSCALL_DESTROY, memory), STATUS_DEAD);
	NEED_STATUS(CALL(boot, SYSCALL_CLOSE, memory), STATUS_OK);
	CU_ASSERT_EQUAL(pool_free(pool), free);
	free = root_free();
	destroy(pool);
	CU_ASSERT_EQUAL(root_free(), free); /* the endpoint lies in it still */
	CHECK_KERNEL();
}

/* A call that fails for want of memory leaves the pool as it was. */
static void test_pool_refuses(void)
{
	static const uint64_t sizes[] = { POOL_SIZE, POOL_SIZE + PAGE_SIZE, -4096ul, 1ul << 63 };
	uint64_t pool, slot, free, big;
	unsigned int index;

	start();
	pool = make_pool(POOL_SIZE);
	slot = slot_new();
	NEED_STATUS(CALL(boot, SYSCALL_CREATE_ENDPOINT, pool, slot), STATUS_OK);
	free = pool_free(pool);
	slot = slot_new();
	for (index = 0; index < sizeof(sizes) / sizeof(sizes[0]); index++) {
		CHECK_STATUS(CALL(boot, SYSCALL_CREATE_MEMORY, pool, slot, sizes[index], PAGE_SIZE),
			     STATUS_NO_MEMORY);
		CHECK_STATUS(CALL(boot, SYSCALL_CREATE_POOL, pool, slot, sizes[index]),
			     STATUS_NO_MEMORY);
		CHECK_STATUS(CALL(boot, SYSCALL_CREATE_MEMORY, pool, slot, PAGE_SIZE, 1ul << 63),
			     STATUS_NO_MEMORY);
	}
	CU_ASSERT_EQUAL(pool_free(pool), free);
	/* All of it as content, and nothing is left for the object itself. */
	big = free & ~(PAGE_SIZE - 1ul);
	CHECK_STATUS(CALL(boot, SYSCALL_CREATE_MEMORY, pool, slot, big, PAGE_SIZE), STATUS_NO_MEMORY);
	CU_ASSERT_EQUAL(pool_free(pool), free);
	CHECK_STATUS(CALL(boot, SYSCALL_CREATE_POOL, pool, slot, big), STATUS_NO_MEMORY);
	CU_ASSERT_EQUAL(pool_free(pool), free);
	CHECK_KERNEL();
	/* Room for the task, not for its table. */
	big = slot_new();
	NEED_STATUS(CALL(boot, SYSCALL_CREATE_MEMORY, pool, big, POOL_SIZE - 6 * PAGE_SIZE, PAGE_SIZE),
		    STATUS_OK);
	free = pool_free(pool);
	while (CALL(boot, SYSCALL_CREATE_TASK, pool, slot) == STATUS_OK)
		slot = slot_new(), free = pool_free(pool);
	CU_ASSERT_EQUAL(pool_free(pool), free);
	CHECK_STATUS(CALL(boot, SYSCALL_CREATE_VM, pool, slot, fault), STATUS_NO_MEMORY);
	CU_ASSERT_EQUAL(pool_free(pool), free);
	CHECK_KERNEL();
}

static void test_identifiers(void)
{
	uint64_t slot, free, last = 0;
	unsigned int count;

	start();
	for (count = 0;; count++) {
		free = root_free();
		slot = slot_new();
		if (CALL(boot, SYSCALL_CREATE_TASK, SLOT_ROOT_POOL, slot) != STATUS_OK)
			break;
		last = slot;
	}
	CU_ASSERT_EQUAL(count, ARCH_SPACE_IDENTIFIERS - 2); /* number 0, and the first task's */
	CHECK_STATUS(STATUS(boot), STATUS_NO_MEMORY);
	CHECK_STATUS(CALL(boot, SYSCALL_CREATE_VM, SLOT_ROOT_POOL, slot, fault), STATUS_NO_MEMORY);
	CU_ASSERT_EQUAL(root_free(), free);
	CHECK_KERNEL();
	destroy(last);
	CHECK_STATUS(CALL(boot, SYSCALL_CREATE_VM, SLOT_ROOT_POOL, slot, fault), STATUS_OK);
	CHECK_KERNEL();
}

/* A dead object stays what it is for those who hold it, and its memory theirs. */
static void test_stale(void)
{
	uint64_t pool, endpoint, there, next;
	struct side side;

	start();
	side = make_side(5, fault);
	pool = make_pool(POOL_SIZE);
	endpoint = slot_new();
	NEED_STATUS(CALL(boot, SYSCALL_CREATE_ENDPOINT, pool, endpoint), STATUS_OK);
	there = give(&side, endpoint, RIGHT_CALL | RIGHT_SIGNAL | RIGHT_RECEIVE, 1);
	destroy(endpoint);
	CHECK_STATUS(CALL(side.thread, SYSCALL_SIGNAL, there), STATUS_DEAD);
	message_call(side.thread, there, 1, 1);
	CHECK_STATUS(STATUS(side.thread), STATUS_DEAD);
	message_reply(side.thread, there, STATUS_OK, 1);
	CHECK_STATUS(STATUS(side.thread), STATUS_DEAD);
	CHECK_STATUS(CALL(side.thread, SYSCALL_OBJECT_INFO, there), STATUS_DEAD);
	CHECK_STATUS(CALL(side.thread, SYSCALL_TIMER, there, 1, 1), STATUS_DEAD);
	CHECK_KERNEL();
	next = slot_new();
	NEED_STATUS(CALL(boot, SYSCALL_CREATE_ENDPOINT, pool, next), STATUS_OK);
	CU_ASSERT_PTR_NOT_EQUAL(object_at(next), side.task->handles[there].object);
	CHECK_STATUS(CALL(side.thread, SYSCALL_CLOSE, there), STATUS_OK);
	CHECK_STATUS(CALL(side.thread, SYSCALL_CLOSE, there), STATUS_BAD_HANDLE);
	destroy(next);
	CU_ASSERT_EQUAL(pool_free(pool), POOL_SIZE);
	CHECK_KERNEL();
}

static void test_busy(void)
{
	struct side side;
	uint64_t vm, vcpu, page;

	start();
	side = make_side(5, fault);
	CHECK_STATUS(CALL(boot, SYSCALL_DESTROY, side.task_slot), STATUS_BUSY);
	CHECK_STATUS(CALL(boot, SYSCALL_THREAD_STOP, side.thread_slot), STATUS_OK);
	CHECK_STATUS(CALL(boot, SYSCALL_DESTROY, side.task_slot), STATUS_BUSY);
	destroy(side.thread_slot);
	destroy(side.task_slot);
	CHECK_KERNEL();
	vm = make_vm(fault, 1);
	vcpu = make_vcpu(vm, 0, 3);
	page = vcpu - 1;
	CHECK_STATUS(CALL(boot, SYSCALL_DESTROY, vm), STATUS_BUSY);
	CHECK_STATUS(CALL(boot, SYSCALL_DESTROY, page), STATUS_BUSY);
	destroy(vcpu);
	destroy(page);
	destroy(vm);
	CHECK_KERNEL();
	CHECK_STATUS(CALL(boot, SYSCALL_DESTROY, SLOT_SELF_TASK), STATUS_BUSY);
	CHECK_STATUS(CALL(boot, SYSCALL_DESTROY, SLOT_ROOT_POOL), STATUS_BUSY);
	CHECK_STATUS(CALL(boot, SYSCALL_DESTROY, SLOT_MACHINE), STATUS_BUSY);
	CHECK_KERNEL();
}

/* What the end of a task takes along: its mappings and its handles. */
static void test_task_ends(void)
{
	uint64_t endpoint, memory;
	struct side side;

	start();
	side = make_side(5, fault);
	endpoint = make_endpoint();
	memory = make_memory(600 * PAGE_SIZE, PAGE_SIZE);
	give(&side, endpoint, RIGHT_CALL, 0);
	give(&side, side.task_slot, RIGHT_MANAGE, 0);
	while (CALL(boot, SYSCALL_MAP, side.task_slot, memory, PAGE_SIZE, 0, 600 * PAGE_SIZE, MAP_READ) ==
	       STATUS_AGAIN)
		;
	destroy(side.thread_slot);
	CHECK_STATUS(CALL(boot, SYSCALL_DESTROY, side.task_slot), STATUS_AGAIN);
	CHECK_STATUS(CALL(boot, SYSCALL_CREATE_THREAD, SLOT_ROOT_POOL, slot_new(), side.task_slot, 1,
			  fault), STATUS_DEAD);
	CHECK_KERNEL();
	destroy(side.task_slot);
	CU_ASSERT_EQUAL(object_at(endpoint)->references, 1);
	CU_ASSERT_EQUAL(object_at(memory)->references, 1);
	CU_ASSERT_PTR_NULL(((struct memory *)object_at(memory))->mappings);
	CHECK_KERNEL();
}

/* Nobody can go on with an end whose last handle is closed; nothing of it is handed out again. */
static void test_abandoned(void)
{
	uint64_t pool, memory, task;

	start();
	pool = make_pool(4ul << 20);
	task = make_task();
	memory = slot_new();
	NEED_STATUS(CALL(boot, SYSCALL_CREATE_MEMORY, pool, memory, 20 * PAGE_SIZE, PAGE_SIZE),
		    STATUS_OK);
	while (CALL(boot, SYSCALL_MAP, task, memory, 0x1000, 0, 20 * PAGE_SIZE, MAP_READ) == STATUS_AGAIN)
		;
	CHECK_STATUS(CALL(boot, SYSCALL_DESTROY, memory), STATUS_AGAIN);
	NEED_STATUS(CALL(boot, SYSCALL_CLOSE, memory), STATUS_OK);
	NEED_STATUS(CALL(boot, SYSCALL_UNMAP, task, 0x1000, 20 * PAGE_SIZE), STATUS_OK);
	CHECK_KERNEL();
	CHECK_STATUS(CALL(boot, SYSCALL_DESTROY, pool), STATUS_BUSY);
}

static void test_cpu_forgets(void)
{
	struct side side;
	uint64_t vcpu;

	start();
	side = make_side(5, fault);
	vcpu = make_vcpu(make_vm(fault, 1), 0, 6);
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_START, vcpu), STATUS_OK);
	boot_rest();
	CU_ASSERT_PTR_EQUAL(cpu_this()->guest, thread_at(vcpu));
	cpu_this()->fp_owner = side.thread;
	destroy(side.thread_slot);
	CU_ASSERT_PTR_NULL(cpu_this()->fp_owner);
	destroy(vcpu);
	CU_ASSERT_PTR_NULL(cpu_this()->guest);
	CU_ASSERT_PTR_NULL(cpu_this()->entered);
	CHECK_KERNEL();
}

static void test_irq_ends(void)
{
	uint64_t endpoint, irq;

	start();
	endpoint = make_endpoint();
	irq = slot_new();
#define CREATE_IRQ(number) \
	CALL(boot, SYSCALL_CREATE_IRQ, SLOT_MACHINE, irq, SLOT_ROOT_POOL, number, endpoint, 2)
	CHECK_STATUS(CREATE_IRQ(31), STATUS_BAD_ARGUMENT);
	CHECK_STATUS(CREATE_IRQ(ARCH_IRQ_COUNT), STATUS_BAD_ARGUMENT);
	CHECK_STATUS(CREATE_IRQ(1ul << 32 | 40), STATUS_BAD_ARGUMENT);
	NEED_STATUS(CREATE_IRQ(40), STATUS_OK);
	irq = slot_new();
	CHECK_STATUS(CREATE_IRQ(40), STATUS_BUSY);
	irq--;
	interrupt(40);
	CU_ASSERT_EQUAL(((struct endpoint *)object_at(endpoint))->signals, 2);
	CU_ASSERT(fake.active[40]);
	/* Its driver died in the middle: the next one's must come again. */
	destroy(irq);
	CU_ASSERT(!fake.enabled[40]);
	CU_ASSERT(!fake.active[40]);
	interrupt(40);
	NEED_STATUS(CREATE_IRQ(40), STATUS_OK);
	destroy(endpoint);
	interrupt(40);
	CHECK_KERNEL();
	destroy(irq);
	CHECK_KERNEL();
}

/* One round of everything a VM with its server is made of, in use, and its end. */
static void round_of_all(uint64_t pool, uint64_t slot)
{
#define CREATE(number, ...) NEED_STATUS(CALL(boot, number, pool, __VA_ARGS__), STATUS_OK)
	uint64_t endpoint = slot, task = slot + 1, thread = slot + 2, page = slot + 3, vm = slot + 4,
		 vcpu = slot + 5, inner = slot + 6, window = slot + 7;
	struct thread *server;

	CREATE(SYSCALL_CREATE_ENDPOINT, endpoint);
	CREATE(SYSCALL_CREATE_TASK, task);
	CREATE(SYSCALL_CREATE_THREAD, thread, task, 4, endpoint, 1);
	CREATE(SYSCALL_CREATE_MEMORY, page, PAGE_SIZE, PAGE_SIZE);
	CREATE(SYSCALL_CREATE_VM, vm, endpoint, 2);
	CREATE(SYSCALL_CREATE_VCPU, vcpu, vm, 1, page, 3);
	CREATE(SYSCALL_CREATE_POOL, inner, PAGE_SIZE);
	CREATE(SYSCALL_CREATE_WINDOW, window, page, 0, PAGE_SIZE);
	NEED_STATUS(CALL(boot, SYSCALL_MAP, task, window, 0x1000, 0, PAGE_SIZE, MAP_READ), STATUS_OK);
	NEED_STATUS(CALL(boot, SYSCALL_MAP, vm, page, 0x1000, 0, PAGE_SIZE, MAP_READ), STATUS_OK);
	NEED_STATUS(CALL(boot, SYSCALL_ROUTE, vm, EXIT_MMIO, 0, 9, endpoint, 5), STATUS_OK);
	NEED_STATUS(CALL(boot, SYSCALL_GRANT, task, 1, endpoint, RIGHT_RECEIVE, 0), STATUS_OK);
	NEED_STATUS(CALL(boot, SYSCALL_THREAD_START, thread, 0, 0, 0), STATUS_OK);
	NEED_STATUS(CALL(boot, SYSCALL_VCPU_START, vcpu), STATUS_OK);
	NEED_STATUS(CALL(boot, SYSCALL_TIMER, endpoint, 1000, 1), STATUS_OK);
	server = thread_at(thread);
	message_reply(server, 1, STATUS_OK, 0);
	exit_mmio(vcpu_at(vcpu), 4, false, 0);
	CU_ASSERT_EQUAL_FATAL(server->state, THREAD_READY);
	destroy(thread);
	destroy(vcpu);
	destroy(vm);
	destroy(task);
	destroy(endpoint);
	destroy(window);
	destroy(page);
	destroy(inner);
}

#define DIRT 0xa5

static bool all_are(const uint8_t *bytes, size_t size, uint8_t value)
{
	while (size && bytes[size - 1] == value)
		size--;
	return size == 0;
}

/* Beforehand in parts, or when it is taken: nobody finds what another one left in it. */
static void test_clear(void)
{
	static uint8_t content[6 * PAGE_SIZE] __attribute__((aligned(4 * PAGE_SIZE)));
	struct pool pool = { .base = (uint64_t)content, .end = (uint64_t)(content + sizeof(content)),
		.next = (uint64_t)content };
	unsigned int round, parts;

	for (round = 0; round < 2; round++) {
		memset(content, DIRT, sizeof(content));
		for (parts = 0; !pool_clear(&pool, 4 * PAGE_SIZE, 64); parts++)
			;
		CU_ASSERT_EQUAL(parts, 2);
		CU_ASSERT(all_are(content, 4 * PAGE_SIZE, 0));
		CU_ASSERT(all_are(content + 4 * PAGE_SIZE, 2 * PAGE_SIZE, DIRT));
		CU_ASSERT_PTR_EQUAL(pool_take(&pool, PAGE_SIZE, 1), content);
		CU_ASSERT_PTR_EQUAL(pool_take_clear(&pool, PAGE_SIZE, 1), content + PAGE_SIZE);
		CU_ASSERT_PTR_EQUAL(pool_take_clear(&pool, 3 * PAGE_SIZE, 1), content + 2 * PAGE_SIZE);
		CU_ASSERT(all_are(content, 5 * PAGE_SIZE, 0));
		CU_ASSERT(all_are(content + 5 * PAGE_SIZE, PAGE_SIZE, DIRT));
		memset(content, DIRT, sizeof(content));
		pool_give(&pool, 3);
		CU_ASSERT_PTR_EQUAL(pool_take_clear(&pool, PAGE_SIZE, 1), content);
		CU_ASSERT(all_are(content, PAGE_SIZE, 0));
		/* As a refused call gives back what it took and wrote. */
		CU_ASSERT(!pool_clear(&pool, PAGE_SIZE, 1));
		CU_ASSERT_PTR_NOT_NULL(pool_take(&pool, PAGE_SIZE, 1));
		memset(content, DIRT, sizeof(content));
		pool_back(&pool, (uint64_t)content + PAGE_SIZE);
		CU_ASSERT_PTR_NOT_NULL(pool_take_clear(&pool, PAGE_SIZE, 1));
		CU_ASSERT(all_are(content + PAGE_SIZE, PAGE_SIZE, 0));
		pool_give(&pool, pool.held);
	}
	/* Two who align in different ways: what one has cleared stays so. */
	memset(content, DIRT, sizeof(content));
	CU_ASSERT_PTR_NOT_NULL(pool_take(&pool, 64, 1));
	CU_ASSERT(!pool_clear(&pool, PAGE_SIZE, 4 * PAGE_SIZE));
	CU_ASSERT(!pool_clear(&pool, PAGE_SIZE, PAGE_SIZE));
	CU_ASSERT(!pool_clear(&pool, PAGE_SIZE, PAGE_SIZE));
	CU_ASSERT(pool_clear(&pool, PAGE_SIZE, PAGE_SIZE));
	CU_ASSERT(pool_clear(&pool, PAGE_SIZE, 4 * PAGE_SIZE));
	pool_give(&pool, 1);
	CU_ASSERT(!pool_clear(&pool, ~0ul, 1)); /* no more than there is */
	CU_ASSERT(pool.cleared <= pool.end);
}

static void test_rounds(void)
{
	uint64_t pool, slot, free;
	unsigned int round;

	start();
	pool = make_pool(POOL_SIZE);
	slot = slot_new();
	free = pool_free(pool);
	for (round = 0; round < ROUNDS; round++) {
		round_of_all(pool, slot);
		if (pool_free(pool) != free)
			break;
	}
	CU_ASSERT_EQUAL(round, ROUNDS);
	CHECK_KERNEL();
	destroy(pool);
	CHECK_KERNEL();
}

static const struct suite_test tests[] = {
	{ "a pool is empty again when all of it is given back", test_pool },
	{ "a call refused for want of memory leaves the pool as it was", test_pool_refuses },
	{ "what is handed out as cleared is, whoever had it before", test_clear },
	{ "a machine has so many spaces and no more", test_identifiers },
	{ "a stale handle finds a dead object, never another one", test_stale },
	{ "what something else needs cannot be destroyed", test_busy },
	{ "a task's end takes its mappings and handles along", test_task_ends },
	{ "an end that its last holder gave up is never finished, nor undone", test_abandoned },
	{ "the CPU forgets a thread that ends", test_cpu_forgets },
	{ "an interrupt's end leaves it quiet for its next driver", test_irq_ends },
	{ "100000 rounds of all objects leave the pool as it was", test_rounds },
};

int main(void)
{
	return suite_run("kernel objects", tests, sizeof(tests) / sizeof(tests[0]));
}
