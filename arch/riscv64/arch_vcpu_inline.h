/* SPDX-License-Identifier: Apache-2.0 */
/* riscv64: the vCPU hooks on the exit path. Included at the end of kernel/vm.h only. */
#ifndef ARCH_VCPU_INLINE_H
#define ARCH_VCPU_INLINE_H

#define INTERRUPTS_SHOWN ((uint64_t)(VCPU_SOFTWARE | VCPU_TIMER | VCPU_EXTERNAL))

static inline void arch_vcpu_lists_take(struct vcpu *vcpu)
{
	volatile struct vcpu_interrupts *page = (void *)vcpu->page_memory->base;

	if (vcpu->lists_in_page)
		return;
	page->pending = REGISTER_READ(CSR_HIP) & INTERRUPTS_SHOWN;
	page->enabled = REGISTER_READ(CSR_HIE) & INTERRUPTS_SHOWN;
	vcpu->lists_in_page = true;
	cpu_this()->entered = NULL;
}

static inline void access_complete(struct arch_context *context, const struct access *access,
				   uint64_t value)
{
	unsigned int unused = 64 - 8 * access->width;

	context->pc += access->length;
	if (access->write || access->number == 0)
		return;
	value <<= unused;
	context->x[access->number] = access->is_signed ? (uint64_t)((int64_t)value >> unused)
						       : value >> unused;
}

/* A CSR instruction with a target gets the old value; one that only writes has none. */
static inline void arch_vcpu_complete(struct vcpu *vcpu, const uint64_t *words)
{
	struct arch_context *context = &vcpu->thread.context;
	uint32_t kind = vcpu->exit.kind, target;

	if (__builtin_expect(kind == EXIT_MMIO, 1)) {
		access_complete(context, &vcpu->arch.access, words[0]);
	} else if (kind == EXIT_SYSREG) {
		target = SYNDROME_INSTRUCTION(vcpu->exit.syndrome) >> 7 & 31;
		if (target)
			context->x[target] = words[0];
		context->pc += 4;
	} else if (kind == EXIT_HYPERCALL) {
		context->x[10] = words[0];
		context->x[11] = words[1];
	}
}

static inline const uint64_t *arch_hypercall_words(struct vcpu *vcpu)
{
	const uint64_t *x = vcpu->thread.context.x;
	uint64_t *call = vcpu->arch.call;

	call[0] = x[17];
	call[1] = x[16];
	call[2] = x[10];
	call[3] = x[11];
	call[4] = x[12];
	call[5] = x[13];
	call[6] = x[14];
	call[7] = x[15];
	return call;
}

#endif
