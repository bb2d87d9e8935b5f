/* SPDX-License-Identifier: Apache-2.0 */
/* From the firmware's device tree to a CPU that can run tasks and guests. */
#include "arch/riscv64/hardware.h"
#include "kernel/boot_tree.h"

#define HSM_START 0
#define SUPERVISOR_EXTERNAL 9
#define IDENTIFIER_MASK (ARCH_SPACE_IDENTIFIERS - 1ul)

extern char vectors[];

static struct boot_machine found;
static const void *firmware_tree;

/* The phandle of the CPU's own interrupt controller; 0: there is none. */
static BOOT_CODE uint32_t cpu_controller(uint64_t identity)
{
	uint32_t words[BOOT_WORDS];
	uint64_t reg;
	int node = -1;

	while ((node = boot_tree_cpu(firmware_tree, node, &reg)) >= 0)
		if (reg == identity)
			return boot_tree_words(firmware_tree, boot_tree_below(firmware_tree, node),
					       "phandle", words) ? words[0] : 0;
	return 0;
}

/* Which of the controller's outputs goes to that CPU's supervisor mode; negative: none. */
static BOOT_CODE int controller_context(int node, uint32_t phandle)
{
	uint32_t words[BOOT_WORDS];
	int count = boot_tree_words(firmware_tree, node, "interrupts-extended", words), index;

	for (index = 0; index + 1 < count; index += 2)
		if (words[index] == phandle && words[index + 1] == SUPERVISOR_EXTERNAL)
			return index / 2;
	return -1;
}

/* The controller whose outputs go to this CPU's supervisor mode. */
static BOOT_CODE int find_controller(const char *compatible, uint32_t phandle)
{
	int node = -1;

	while ((node = boot_tree_find(firmware_tree, node, compatible)) >= 0)
		if (controller_context(node, phandle) >= 0)
			return node;
	return -1;
}

static BOOT_CODE int find_any_controller(uint64_t identity)
{
	uint32_t phandle = cpu_controller(identity);
	int node = find_controller("riscv,plic0", phandle);

	controller.aplic = node < 0;
	if (node < 0)
		node = find_controller("riscv,aplic", phandle);
	if (node < 0)
		boot_refuse("this machine has neither a PLIC nor an APLIC in direct mode");
	return node;
}

static BOOT_CODE void read_controller(int node)
{
	uint32_t words[BOOT_WORDS];
	uint64_t reg[2];

	boot_tree_reg(firmware_tree, node, reg, 1);
	controller.base = reg[0];
	controller.size = reg[1];
	controller.registers = reg[0] + KERNEL_OFFSET;
	if (boot_tree_words(firmware_tree, node,
			    controller.aplic ? "riscv,num-sources" : "riscv,ndev", words))
		controller.sources = words[0];
}

static BOOT_CODE void read_tree(uint64_t identity)
{
	uint32_t words[BOOT_WORDS];

	boot_tree_read(firmware_tree, &found);
	found.ram_base += KERNEL_OFFSET;
	found.bundle_base += KERNEL_OFFSET;
	if (!boot_tree_words(firmware_tree, boot_tree_cpus(firmware_tree), "timebase-frequency",
			     words))
		boot_refuse("the machine's device tree does not say how fast time goes");
	clock_frequency = words[0];
	read_controller(find_any_controller(identity));
}

BOOT_CODE void arch_boot_machine(struct boot_machine *machine)
{
	*machine = found;
}

/* A hart that lacks what Coppice needs gets here by its first access to that. */
static BOOT_CODE __attribute__((aligned(4))) void refuse_hart(void)
{
	boot_refuse("this hart lacks the hypervisor extension or Sstc, or fails to boot");
}

/* Every CSR here is the hypervisor extension's or Sstc's (8.2). */
static BOOT_CODE void boot_guest_registers(void)
{
	const uint64_t widest = ATP_MODE_39 | IDENTIFIER_MASK << HGATP_VMID_SHIFT;

	REGISTER_WRITE(CSR_HEDELEG, HEDELEG);
	REGISTER_WRITE(CSR_HIDELEG, HIDELEG);
	REGISTER_WRITE(CSR_HCOUNTEREN, HCOUNTEREN);
	REGISTER_WRITE(CSR_HTIMEDELTA, 0);
	REGISTER_WRITE(CSR_HGEIE, 0);
	REGISTER_WRITE(CSR_HVIP, 0);
	REGISTER_WRITE(CSR_HIE, 0);
	REGISTER_WRITE(CSR_HENVCFG, HENVCFG_STCE);
	if (!(REGISTER_READ(CSR_HENVCFG) & HENVCFG_STCE))
		boot_refuse("this hart has no timers of its own for guests (Sstc)");
	REGISTER_WRITE(CSR_VSTIMECMP, TIMER_OFF);
	REGISTER_WRITE(CSR_HGATP, widest);
	if (REGISTER_READ(CSR_HGATP) != widest)
		boot_refuse("this hart has no second-stage tables or too few VMIDs");
	REGISTER_WRITE(CSR_HGATP, 0);
}

/*
 * Whose is what VS-mode reaches without a trap? What has a VS CSR of its own goes with the vCPU
 * (vcpu.c), and so does what hvip shows. senvcfg and scounteren, which have none, are switched with
 * each thread (vectors.S), fcsr with the FP registers (fp.c). cycle, time and instret are the
 * machine's, for all to read. Others trap: hpmcounters by hcounteren, what belongs to vectors by
 * sstatus.VS, ssp by henvcfg.SSE, sireg and stopei by hstatus.VGEIN 0 (AIA 2.3).
 *
 * That leaves two, which nobody switches: siselect, with stopi, of an AIA that is a server's and so
 * has to hear of each access, and scontext, a debugger's. Smstateen hides them, and what else it
 * knows, or they must not be there.
 */
static BOOT_CODE void boot_hidden_registers(void)
{
	uint64_t hide = 0, hidden = 0;

	if (REGISTER_EXISTS(CSR_SISELECT))
		hide |= HSTATEEN_AIA;
	if (REGISTER_EXISTS(CSR_SCONTEXT))
		hide |= HSTATEEN_CONTEXT;
	if (REGISTER_EXISTS(CSR_HSTATEEN0)) {
		/* A bit that cannot be set hides nothing. */
		REGISTER_WRITE(CSR_HSTATEEN0, hide);
		hidden = REGISTER_READ(CSR_HSTATEEN0);
		REGISTER_WRITE(CSR_HSTATEEN0, HSTATEEN_ENVCFG);
	}
	if (hide & ~hidden)
		boot_refuse("this hart lets guests share CSRs: it has Ssaia or scontext, "
			    "and no Smstateen");
}

void boot_registers(struct cpu *cpu);

/* A CPU on its own stack, with the kernel's tables in use. */
BOOT_CODE void boot_registers(struct cpu *cpu)
{
	__asm__ volatile("mv tp, %0" : : "r"(cpu));
	REGISTER_WRITE(CSR_STVEC, (uint64_t)refuse_hart);
	REGISTER_WRITE(CSR_SATP, satp_kernel | IDENTIFIER_MASK << SATP_ASID_SHIFT);
	if ((REGISTER_READ(CSR_SATP) >> SATP_ASID_SHIFT & IDENTIFIER_MASK) != IDENTIFIER_MASK)
		boot_refuse("this hart has too few ASIDs");
	REGISTER_WRITE(CSR_SATP, satp_kernel);
	FENCE_ALL();
	boot_guest_registers();
	boot_hidden_registers();
	FENCE_GUEST_ALL();
	REGISTER_WRITE(CSR_STIMECMP, TIMER_OFF);
	REGISTER_WRITE(CSR_SSTATUS, SSTATUS_UXL_64);
	REGISTER_WRITE(CSR_SCOUNTEREN, SCOUNTEREN_TASK);
	REGISTER_WRITE(CSR_SENVCFG, SENVCFG_TASK);
	controller_boot_cpu(cpu);
	REGISTER_WRITE(CSR_STVEC, (uint64_t)vectors);
	REGISTER_WRITE(CSR_SIE, INTERRUPT_SOFTWARE | INTERRUPT_TIMER | INTERRUPT_EXTERNAL);
}

static BOOT_CODE void find_context(struct cpu *cpu)
{
	int node = find_any_controller(cpu->identity);

	cpu->arch.context = controller_context(node, cpu_controller(cpu->identity));
}

/*
 * The CPU that is being started; NULL: the hart is the first one. It is read before .bss is
 * cleared. It is no argument of the start, and all harts begin at one address, because OpenSBI 1.1
 * marks a hart as to be started before it writes where and with what. One that is just coming up,
 * on a busy host, begins where the first one began, and with that one's arguments.
 */
extern struct cpu *boot_starting;
struct cpu *boot_starting __attribute__((section(".data")));

BOOT_CODE bool arch_boot_start(struct cpu *cpu)
{
	const uint64_t arguments[5] = { cpu->identity, arch_physical((uint64_t)_start) };

	find_context(cpu);
	boot_starting = cpu;
	BARRIER_ALL();
	return firmware_call(SBI_HSM, HSM_START, arguments) == SBI_SUCCESS;
}

/* The tables around the controller's registers: a PLIC's contexts lie 2 MiB behind its sources. */
static BOOT_CODE void boot_tables(void)
{
	const uint64_t devices[2] = { controller.registers, controller.registers + 0x200000 };
	unsigned int last;

	tables_boot(&found, devices, controller.aplic ? 1 : 2);
	for (last = 511; !kernel_tables[0][last]; last--)
		;
	kernel_root_entries = last + 1 - KERNEL_ROOT_FIRST;
	satp_kernel = ATP_MODE_39 | arch_physical((uint64_t)kernel_tables[0]) >> 12;
	REGISTER_WRITE(CSR_SATP, satp_kernel);
	FENCE_ALL();
}

struct thread *boot_riscv64(uint64_t identity, const void *tree);

BOOT_CODE struct thread *boot_riscv64(uint64_t identity, const void *tree)
{
	struct thread *first;
	struct cpu *cpu;

	REGISTER_WRITE(CSR_STVEC, (uint64_t)refuse_hart);
	firmware_tree = tree;
	read_tree(identity);
	boot_tables();
	controller_boot();
	cpu = boot_cpu(identity);
	find_context(cpu);
	boot_registers(cpu);
	boot_other_cpus(tree);
	first = boot_supervisor();
	cpu->current = first;
	context_load(&first->context);
	return first;
}
