/* SPDX-License-Identifier: Apache-2.0 */
/* All that must hold between two entries into the kernel, whatever happened before. */
#include <stdio.h>
#include <string.h>

#include "tests/host/kernel_harness.h"

#define OBJECTS 512

static struct {
	struct object *object;
	uint32_t pointers; /* handles and other objects that hold it */
	uint32_t pieces;   /* of a pool: handed out to what is known */
	bool lives;
} known[OBJECTS];
static unsigned int known_count;
static uint16_t buckets[2 * OBJECTS]; /* by address: index in known, plus 1 */
static char wrong[160];

#define WRONG(...) (snprintf(wrong, sizeof(wrong), __VA_ARGS__), false)

static unsigned int find(struct object *object)
{
	unsigned int at = ((uint64_t)object >> 3) * 0x9e3779b1u % (2 * OBJECTS);

	while (buckets[at] && known[buckets[at] - 1].object != object)
		at = (at + 1) % (2 * OBJECTS);
	if (!buckets[at]) {
		known[known_count].object = object;
		known[known_count].pointers = known[known_count].pieces = 0;
		known[known_count++].lives = false;
		buckets[at] = known_count;
	}
	return buckets[at] - 1;
}

static void hold(struct object *object)
{
	if (object)
		known[find(object)].pointers++;
}

static void add_pool(struct pool *pool)
{
	struct object *object;

	for (object = pool->objects; object; object = object->next) {
		known[find(object)].lives = true;
		if (object->type == OBJECT_POOL)
			add_pool((struct pool *)object);
	}
}

static void hold_space(struct space *space)
{
	unsigned int index;

	for (index = 0; index < MAPPING_COUNT; index++)
		if (space->mappings[index].memory)
			hold(&space->mappings[index].memory->object);
	known[find(&space->pool->object)].pieces += space->tables;
}

/* Everything that a living object holds. */
static void hold_all(struct object *object)
{
	struct thread *thread = CONTAINER(object, struct thread, object);
	unsigned int index;

	if (object->type == OBJECT_TASK) {
		for (index = 0; index < HANDLE_COUNT; index++)
			hold(((struct task *)object)->handles[index].object);
		hold_space(&((struct task *)object)->space);
	} else if (object->type == OBJECT_THREAD) {
		hold(&thread->task->object);
		if (thread->fault_endpoint)
			hold(&thread->fault_endpoint->object);
	} else if (object->type == OBJECT_VCPU) {
		hold(&CONTAINER(thread, struct vcpu, thread)->vm->object);
		hold(&CONTAINER(thread, struct vcpu, thread)->page_memory->object);
	} else if (object->type == OBJECT_VM) {
		struct vm *vm = (struct vm *)object;

		for (index = 0; index < vm->route_start[EXIT_KINDS]; index++)
			hold(&vm->routes[index].endpoint->object);
		hold(&vm->fault_endpoint->object);
		hold_space(&vm->space);
	} else if (object->type == OBJECT_IRQ) {
		hold(&((struct irq *)object)->endpoint->object);
	} else if (object->type == OBJECT_MEMORY) {
		struct memory *memory = (struct memory *)object;

		if (memory->whole)
			hold(&memory->whole->object);
		else if (!memory->device && object->pool)
			known[find(&object->pool->object)].pieces++;
	} else if (object->type == OBJECT_POOL && object->pool) {
		known[find(&object->pool->object)].pieces++;
	}
}

static bool lives(struct object *object)
{
	unsigned int index = find(object);

	return known[index].lives || (!object->pool && !object->dead);
}

static bool check_ready(struct cpu *cpu)
{
	unsigned int priority;
	struct queue *at;

	for (priority = 0; priority < PRIORITY_COUNT; priority++) {
		struct queue *queue = &cpu->ready[priority];

		if (queue_empty(queue) == (cpu->ready_priorities >> priority & 1))
			return WRONG("bit of ready queue %u", priority);
		for (at = queue->next; at != queue; at = at->next) {
			struct thread *thread = CONTAINER(at, struct thread, link);

			if (at->next->previous != at || !lives(&thread->object) || thread->cpu != cpu ||
			    thread->state != THREAD_READY || thread->priority != priority)
				return WRONG("a thread in ready queue %u", priority);
		}
	}
	return true;
}

static bool in_queue(struct queue *queue, struct queue *element)
{
	struct queue *at;

	for (at = queue->next; at != queue; at = at->next)
		if (at == element)
			return true;
	return false;
}

/* In how many inboxes the thread is, and how often. */
static unsigned int inbox_count(const struct thread *thread)
{
	unsigned int number, count = 0;
	const struct thread *at;

	for (number = 0; number < cpu_count; number++)
		for (at = cpus[number].inbox; at; at = at->inbox_next)
			count += at == thread;
	return count;
}

/* Elsewhere than where it is, no hardware holds anything of the thread. */
static bool check_place(const struct thread *thread)
{
	const struct cpu *cpu;

	for (cpu = cpus; cpu < cpus + cpu_count; cpu++)
		if (cpu != thread->cpu &&
		    (cpu->current == thread || cpu->guest == thread || cpu->payer == thread))
			return WRONG("CPU %u holds a thread that is elsewhere", cpu->number);
	if (inbox_count(thread) != thread->notified)
		return WRONG("a thread is in %u inboxes", inbox_count(thread));
	if (!thread->cpu != (thread->state == THREAD_RECEIVING))
		return WRONG("a thread in state %u is nowhere, or waits somewhere", thread->state);
	if (thread->schedule.home != &cpus[__builtin_ctz(thread->schedule.cpus)])
		return WRONG("a thread's home is not the first of its CPUs");
	/* A server stays where its caller was until it has done with what it was asked. */
	if ((!thread->task || thread->state == THREAD_STOPPED) &&
	    !(thread->schedule.cpus & cpu_bit(thread->cpu)))
		return WRONG("a thread is at a CPU that is not of its schedule");
	return true;
}

static bool check_held(const struct thread *thread)
{
	bool held = !thread->task && (CONTAINER(thread, struct vcpu, thread)->events & VCPU_EVENT_HELD);

	if (thread->state == THREAD_HELD && !held)
		return WRONG("nobody lets a vCPU go that is no longer held");
	if (held && thread->state == THREAD_READY && queue_empty(&thread->link) &&
	    thread->cpu->current == thread)
		return WRONG("a held vCPU runs");
	return true;
}

/* Nobody else looks at it any more. */
static bool check_told(struct thread *thread)
{
	struct endpoint *endpoint = thread->serves;

	if (thread->state == THREAD_SLEEPING && !thread->notified &&
	    (CONTAINER(thread, struct vcpu, thread)->events & ~VCPU_EVENT_HELD))
		return WRONG("a vCPU sleeps over an event");
	if (thread->state == THREAD_ANSWERED && !thread->notified)
		return WRONG("nobody tells a caller that its endpoint ended");
	if (thread->state == THREAD_SPENT && !thread->schedule.timer.cpu)
		return WRONG("nobody gives a spent thread its budget back");
	if (thread->state == THREAD_SPENT && endpoint && !queue_empty(&endpoint->callers) &&
	    !thread->notified)
		return WRONG("somebody waits for a server that waits for its budget");
	if (thread->caller && !queue_empty(&endpoint->callers) && !thread->notified &&
	    thread->priority < CONTAINER(endpoint->callers.next, struct thread, link)->priority)
		return WRONG("a server in state %u is less urgent than who waits for it", thread->state);
	return true;
}

static bool check_budget(const struct schedule *schedule)
{
	uint64_t sum = 0;
	unsigned int index;

	if (schedule->count < 1 || schedule->count > CHUNKS)
		return WRONG("a budget in %u chunks", schedule->count);
	for (index = 0; index < schedule->count; index++) {
		sum += schedule->chunks[index].amount;
		if (index && schedule->chunks[index - 1].at > schedule->chunks[index].at)
			return WRONG("chunks of budget out of order");
	}
	return sum == schedule->budget ? true : WRONG("chunks that are not the whole budget");
}

static bool check_thread(struct thread *thread)
{
	struct cpu *cpu = thread->cpu;
	bool queued = !queue_empty(&thread->link);

	if (!check_place(thread) || !check_told(thread) || !check_budget(&thread->schedule) ||
	    !check_held(thread))
		return false;
	if (thread->serves && (!lives(&thread->serves->object) || thread->serves->server != thread))
		return WRONG("a thread serves an endpoint that another one serves");
	if (thread->caller && (!lives(&thread->caller->object) ||
			       thread->caller->state != THREAD_CALLING ||
			       thread->caller->server != thread))
		return WRONG("a message in hand whose caller does not wait for it");
	if (thread->caller && thread->state == THREAD_READY && thread->caller->cpu != cpu)
		return WRONG("a server is not where its caller is");
	switch (thread->state) {
	case THREAD_READY:
		if (queued != in_queue(&cpu->ready[thread->priority], &thread->link) ||
		    (!queued && cpu->current != thread && !thread->notified))
			return WRONG("a ready thread is lost");
		return true;
	case THREAD_RECEIVING:
		if (queued || !thread->serves || thread->serves->word != (uint64_t)thread)
			return WRONG("a receiver that its endpoint does not know");
		return true;
	case THREAD_SENDING:
		if (!lives(&thread->endpoint->object) ||
		    !in_queue(&thread->endpoint->callers, &thread->link))
			return WRONG("a sender outside its endpoint's queue");
		return true;
	case THREAD_CALLING:
		if (queued || !lives(&thread->server->object) || thread->server->caller != thread ||
		    !thread->server->serves || !lives(&thread->server->serves->object))
			return WRONG("a caller whose server does not have its message");
		return true;
	}
	return queued ? WRONG("a thread in state %u is queued", thread->state) : true;
}

static bool check_endpoint(struct endpoint *endpoint)
{
	struct queue *at;

	if (endpoint->server &&
	    (!lives(&endpoint->server->object) || endpoint->server->serves != endpoint))
		return WRONG("an endpoint whose server is gone");
	if (endpoint->word > ENDPOINT_PENDING &&
	    (endpoint->word != (uint64_t)endpoint->server ||
	     endpoint->server->state != THREAD_RECEIVING ||
	     endpoint->signals || !queue_empty(&endpoint->callers)))
		return WRONG("a receiver waits though there is something for it");
	if (endpoint->word == ENDPOINT_BUSY && (endpoint->signals || !queue_empty(&endpoint->callers)))
		return WRONG("a server is not told that there is more");
	for (at = endpoint->callers.next; at != &endpoint->callers; at = at->next) {
		struct thread *thread = CONTAINER(at, struct thread, link);

		if (thread->state != THREAD_SENDING || thread->endpoint != endpoint)
			return WRONG("a caller in the queue that does not send there");
		if (at->previous != &endpoint->callers && thread->returned)
			return WRONG("somebody got ahead of a message that came back");
		if (at->previous != &endpoint->callers &&
		    !CONTAINER(at->previous, struct thread, link)->returned &&
		    CONTAINER(at->previous, struct thread, link)->priority < thread->priority)
			return WRONG("callers out of order");
	}
	return true;
}

static bool check_space(struct space *space)
{
	unsigned int index, other;

	for (index = 0; index < MAPPING_COUNT; index++) {
		struct mapping *mapping = &space->mappings[index], *at;

		if (!mapping->memory)
			continue;
		if (!lives(&mapping->memory->object) && !mapping->memory->object.dead)
			return WRONG("a mapping of memory that is gone");
		for (at = mapping->memory->mappings; at && at != mapping; at = at->next)
			;
		if (!at || *mapping->link != mapping || mapping->space != space)
			return WRONG("a mapping that its memory object does not know");
		for (other = 0; other < index; other++)
			if (space->mappings[other].memory &&
			    space->mappings[other].address < mapping->address + mapping->size &&
			    mapping->address < space->mappings[other].address + space->mappings[other].size)
				return WRONG("two mappings overlap");
	}
	return true;
}

static bool check_object(struct object *object)
{
	struct thread *thread = CONTAINER(object, struct thread, object);

	switch (object->type) {
	case OBJECT_THREAD:
		return check_thread(thread);
	case OBJECT_VCPU:
		if (CONTAINER(thread, struct vcpu, thread)
			    ->vm->vcpus[CONTAINER(thread, struct vcpu, thread)->index] !=
		    CONTAINER(thread, struct vcpu, thread))
			return WRONG("a vCPU that its VM does not know");
		return check_thread(thread);
	case OBJECT_ENDPOINT:
		return check_endpoint((struct endpoint *)object);
	case OBJECT_TASK:
		return check_space(&((struct task *)object)->space);
	case OBJECT_VM:
		return check_space(&((struct vm *)object)->space);
	}
	return true;
}

static bool check_counts(unsigned int index)
{
	struct object *object = known[index].object;
	uint32_t pieces = known[index].pieces;
	unsigned int other;

	if (object->references != known[index].pointers)
		return WRONG("an object of type %u has %u references, but %u point to it", object->type,
			     object->references, known[index].pointers);
	if (object->type != OBJECT_POOL)
		return true;
	for (other = 0; other < known_count; other++)
		pieces += known[other].object->pool == (struct pool *)object &&
			  (known[other].lives || known[other].pointers);
	if (known[index].lives && ((struct pool *)object)->held != pieces)
		return WRONG("a pool counts %u pieces, but %u are in use",
			     ((struct pool *)object)->held, pieces);
	return true;
}

static bool check_timers(struct cpu *cpu)
{
	struct queue *at;

	for (at = cpu->timers.next; at != &cpu->timers; at = at->next) {
		struct timer *timer = CONTAINER(at, struct timer, link);

		if (timer->cpu != cpu)
			return WRONG("a timer is set at another CPU");
		if (at->next != &cpu->timers &&
		    timer->deadline > CONTAINER(at->next, struct timer, link)->deadline)
			return WRONG("timers out of order");
	}
	at = cpu->timers.next;
	if (at != &cpu->timers && !fake.cpu[cpu->number].pending[ARCH_IRQ_LOOK] &&
	    fake.cpu[cpu->number].deadline > CONTAINER(at, struct timer, link)->deadline)
		return WRONG("the hardware's timer is later than the first one");
	return true;
}

static bool check_cpu(struct cpu *cpu)
{
	struct thread *current = cpu->current;
	bool told = fake.cpu[cpu->number].pending[ARCH_IRQ_LOOK];

	if ((current && !lives(&current->object)) || (cpu->guest && !lives(&cpu->guest->object)) ||
	    (cpu->fp_owner && !lives(&cpu->fp_owner->object)) ||
	    (cpu->payer && !lives(&cpu->payer->object)))
		return WRONG("CPU %u knows a thread that is gone", cpu->number);
	if (cpu->inside || cpu->held || cpu->evict)
		return WRONG("CPU %u is not outside", cpu->number);
	if (cpu->inbox && !told)
		return WRONG("nobody told CPU %u that there is something to look at", cpu->number);
	if (fake.cpu[cpu->number].idle && cpu->ready_priorities && !told)
		return WRONG("CPU %u is idle, but has a thread", cpu->number);
	return check_timers(cpu) && check_ready(cpu);
}

const char *kernel_wrong(void)
{
	struct pool *root = (struct pool *)object_at(SLOT_ROOT_POOL);
	unsigned int index;

	known_count = 0;
	memset(buckets, 0, sizeof(buckets));
	known[find(&root->object)].lives = true;
	add_pool(root);
	/* Boot made the first task's data and keeps no handle to it. */
	hold(&boot->task->space.mappings[2].memory->object);
	for (index = 0; index < known_count; index++)
		if (known[index].lives)
			hold_all(known[index].object);
	for (index = 0; index < known_count; index++) {
		if (known[index].lives && !check_object(known[index].object))
			return wrong;
		if (known[index].object->pool && !check_counts(index))
			return wrong;
	}
	for (index = 0; index < cpu_count; index++)
		if (!check_cpu(&cpus[index]))
			return wrong;
	if (fake.tables_dirty)
		return "an entry was taken out and the TLB still has it";
	return fake.tables_grown ? "an entry was added and the TLB may know of none" : NULL;
}

void check_kernel(const char *file, unsigned int line)
{
	const char *what = kernel_wrong();

	CU_assertImplementation(what == NULL, line, what ? what : "", file, "", CU_FALSE);
}
