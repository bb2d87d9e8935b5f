/* SPDX-License-Identifier: Apache-2.0 */
/* aarch64: the vCPU hooks on the exit path. Included at the end of kernel/vm.h only. */
#ifndef ARCH_VCPU_INLINE_H
#define ARCH_VCPU_INLINE_H

/* Says in the page whether the loaded guest's timer, which has fired, is still due. */
void vcpu_timer_look(volatile struct vcpu_interrupts *page);

static inline void arch_vcpu_lists_take(struct vcpu *vcpu)
{
	volatile struct vcpu_interrupts *page = (void *)vcpu->page_memory->base;
	struct cpu *cpu = cpu_this();

	if (vcpu->lists_in_page)
		return;
	page->list[0] = REGISTER_READ(ICH_LR0);
	page->list[1] = REGISTER_READ(ICH_LR1);
	page->list[2] = REGISTER_READ(ICH_LR2);
	page->list[3] = REGISTER_READ(ICH_LR3);
	if (__builtin_expect(cpu->arch.timer_active, 0))
		vcpu_timer_look(page);
	vcpu->lists_in_page = true;
	cpu->entered = NULL;
}

/* The value of a load as its instruction wants it: width, sign, and 32 or 64 bits of register. */
static inline uint64_t load_extend(uint64_t syndrome, uint64_t value)
{
	unsigned int unused = -(8 * ABORT_WIDTH(syndrome)) & 63;

	value <<= unused;
	if (__builtin_expect(!(syndrome & ABORT_SIGNED), 1))
		return value >> unused;
	value = (uint64_t)((int64_t)value >> unused);
	return syndrome & ABORT_64 ? value : (uint32_t)value;
}

static inline void access_complete(struct arch_context *context, uint64_t syndrome, uint64_t value)
{
	uint32_t target = ABORT_REGISTER(syndrome);

	context->pc += 4;
	if (!(syndrome & ABORT_WRITE) && target != 31)
		context->x[target] = load_extend(syndrome, value);
}

static inline void arch_vcpu_complete(struct vcpu *vcpu, const uint64_t *words)
{
	struct arch_context *context = &vcpu->thread.context;
	uint64_t syndrome = vcpu->exit.syndrome;
	uint32_t kind = vcpu->exit.kind, target;

	if (__builtin_expect(kind == EXIT_MMIO, 1)) {
		access_complete(context, syndrome, words[0]);
	} else if (kind == EXIT_SYSREG) {
		target = SYSREG_REGISTER(syndrome);
		if (SYSREG_READ(syndrome) && target != 31)
			context->x[target] = words[0];
		context->pc += 4;
	} else if (kind == EXIT_HYPERCALL) {
		context->x[0] = words[0];
		context->x[1] = words[1];
		context->x[2] = words[2];
		context->x[3] = words[3];
	}
}

static inline const uint64_t *arch_hypercall_words(struct vcpu *vcpu)
{
	return vcpu->thread.context.x;
}

#endif
