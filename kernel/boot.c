/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the first task, the supervisor, and gives it everything the kernel does not keep. */
#include "kernel/boot.h"

#include "ipc/image.h"
#include "kernel/endpoint.h"
#include "kernel/fault.h"
#include "kernel/machine.h"
#include "kernel/say.h"
#include "kernel/string.h"
#include "kernel/task.h"
#include "kernel/thread.h"

#define SUPERVISOR_PRIORITY (PRIORITY_COUNT - 1)

extern char kernel_end[], kernel_stacks[];

static struct pool root_pool = { .object = { .type = OBJECT_POOL, .references = 1 } };
static struct memory bundle = { .object = { .type = OBJECT_MEMORY, .references = 1 } };
static struct memory firmware = { .object = { .type = OBJECT_MEMORY, .references = 1 } };
static struct object machine_object = { .type = OBJECT_MACHINE, .references = 1 };

struct machine machine;

BOOT_CODE _Noreturn void boot_refuse(const char *why)
{
	say("coppice: cannot boot: ");
	say(why);
	say("\n");
	arch_machine_off();
	panic("the machine did not switch off");
}

BOOT_CODE struct cpu *boot_cpu(uint64_t identity)
{
	struct cpu *cpu = &cpus[cpu_count];
	unsigned int priority;

	cpu->identity = identity;
	cpu->number = cpu_count++;
	cpu->stack = kernel_stacks + cpu_count * STACK_STRIDE;
	cpus_online |= cpu_bit(cpu);
	for (priority = 0; priority < PRIORITY_COUNT; priority++)
		queue_init(&cpu->ready[priority]);
	queue_init(&cpu->timers);
	timer_init(&cpu->slice, thread_slice_end);
	return cpu;
}

/* [base, base + size) as a memory object of whole pages, moved down to `to`, which is below it. */
static BOOT_CODE void place(struct memory *memory, uint64_t to, uint64_t base, uint64_t size,
			    const struct boot_machine *found)
{
	const uint64_t *from = (const uint64_t *)base;
	uint64_t *word = (uint64_t *)to, count;

	memory->base = to;
	memory->size = (size + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1ul);
	if (base < to || (base & 7) || base - found->ram_base > found->ram_size ||
	    size > found->ram_size || memory->size > found->ram_size - (base - found->ram_base))
		boot_refuse("bundle or device tree is not where the kernel can use it");
	for (count = (size + 7) / 8; count; count--)
		*word++ = *from++;
}

/* Bundle and tree move down to the kernel's end, so that all free memory is one range above. */
static BOOT_CODE void place_all(const struct boot_machine *found)
{
	uint64_t end = ((uint64_t)kernel_end + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1ul);
	bool tree_first = found->tree_base < found->bundle_base;

	if (found->bundle_size == 0)
		boot_refuse("there is no bundle; give one as initrd");
	if (tree_first) {
		place(&firmware, end, found->tree_base, found->tree_size, found);
		end += firmware.size;
	}
	place(&bundle, end, found->bundle_base, found->bundle_size, found);
	end += bundle.size;
	if (!tree_first) {
		place(&firmware, end, found->tree_base, found->tree_size, found);
		end += firmware.size;
	}
	root_pool.base = end;
	pool_back(&root_pool, end);
	root_pool.end = found->ram_base + found->ram_size;
	machine.ram_base = found->ram_base;
	machine.ram_size = found->ram_size;
}

static BOOT_CODE const struct image_header *check_image(uint64_t bundle_size)
{
	const struct image_header *image = (const void *)(bundle.base + IMAGE_OFFSET);
	const uint64_t *word = (const uint64_t *)image;
	uint64_t sizes[4], total = 0, sum = 0, count;
	unsigned int index;

	if (bundle_size < IMAGE_OFFSET + PAGE_SIZE || image->magic != IMAGE_MAGIC)
		boot_refuse("the bundle does not begin with the supervisor's image");
	memcpy(sizes, &image->text_size, sizeof(sizes));
	for (index = 0; index < 4; index++) {
		if ((sizes[index] & (PAGE_SIZE - 1)) || sizes[index] > 1ul << 30)
			boot_refuse("the supervisor's image has a bad header");
		total += index < 3 ? sizes[index] : 0;
	}
	if (total > bundle_size - IMAGE_OFFSET)
		boot_refuse("the bundle is truncated: the supervisor's image is longer than it");
	for (count = total / 8; count; count--)
		sum += *word++;
	if (sum != 0)
		boot_refuse("the supervisor's image is corrupt: its checksum is wrong");
	return image;
}

static BOOT_CODE void map(struct task *task, struct memory *memory, uint64_t address,
			  uint64_t offset, uint64_t size, uint32_t access)
{
	status_t status = STATUS_OK;

	if (size)
		do
			status = space_map(&task->space, memory, address, offset, size, access);
		while (status == STATUS_AGAIN || status == STATUS_RESTART);
	if (status != STATUS_OK)
		boot_refuse("no memory for the supervisor");
}

/* Text and constants stay in the bundle; data is a copy, so that a next life finds the original. */
static BOOT_CODE void load(struct task *task, const struct image_header *image)
{
	uint64_t constant = image->text_size + image->rodata_size;
	uint64_t size = image->data_size + image->bss_size;
	struct memory *data = object_create(&root_pool, OBJECT_MEMORY, sizeof(*data), 0);
	char *content = data ? pool_take(&root_pool, size, PAGE_SIZE) : NULL;

	if (!content)
		boot_refuse("no memory for the supervisor");
	data->base = (uint64_t)content;
	data->size = size;
	memcpy(content, (const char *)image + constant, image->data_size);
	memset(content + image->data_size, 0, image->bss_size);
	map(task, &bundle, IMAGE_ADDRESS, IMAGE_OFFSET, image->text_size, MAP_READ | MAP_EXECUTE);
	map(task, &bundle, IMAGE_ADDRESS + image->text_size, IMAGE_OFFSET + image->text_size,
	    image->rodata_size, MAP_READ);
	map(task, data, IMAGE_ADDRESS + constant, 0, size, MAP_READ | MAP_WRITE);
}

BOOT_CODE struct thread *boot_supervisor(void)
{
	const struct image_header *image;
	struct boot_machine found = { 0 };
	struct thread *thread;
	struct task *task;

	arch_boot_machine(&found);
	place_all(&found);
	image = check_image(found.bundle_size);
	task = task_create(&root_pool);
	thread = task ? thread_create(&root_pool, task, SUPERVISOR_PRIORITY, NULL, 0) : NULL;
	if (!thread)
		boot_refuse("no memory for the supervisor");
	load(task, image);
	handle_install(task, SLOT_SELF_TASK, &task->object, RIGHT_MANAGE, 0);
	handle_install(task, SLOT_SELF_THREAD, &thread->object, RIGHT_MANAGE, 0);
	handle_install(task, SLOT_ROOT_POOL, &root_pool.object, RIGHT_MANAGE, 0);
	handle_install(task, SLOT_BUNDLE, &bundle.object,
		       RIGHT_READ | RIGHT_EXECUTE | RIGHT_MANAGE | RIGHT_GRANT, 0);
	handle_install(task, SLOT_FIRMWARE, &firmware.object, RIGHT_READ, 0);
	handle_install(task, SLOT_MACHINE, &machine_object, RIGHT_MANAGE | RIGHT_GRANT, 0);
	supervisor_init(thread, image->entry, image->stack, bundle.size);
	thread->state = THREAD_READY;
	thread->cpu = cpu_this();
	say("coppice: kernel ready\n");
	return thread;
}
