/* SPDX-License-Identifier: Apache-2.0 */
/* The fake architecture's vCPU hooks on the exit path. */
#ifndef ARCH_VCPU_INLINE_H
#define ARCH_VCPU_INLINE_H

void fake_lists_take(struct vcpu *vcpu);

static inline void arch_vcpu_lists_take(struct vcpu *vcpu)
{
	if (!vcpu->lists_in_page)
		fake_lists_take(vcpu);
}

static inline void arch_vcpu_complete(struct vcpu *vcpu, const uint64_t *words)
{
	vcpu->arch.value = words[0];
	vcpu->arch.completed++;
	vcpu->thread.context.pc += 4;
}

static inline const uint64_t *arch_hypercall_words(struct vcpu *vcpu)
{
	return vcpu->thread.context.x;
}

#endif
