/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trapped system registers. The identification registers show what of the machine a guest may
 * use: a field passes only if the guest can use it without help, and without leaving state in a
 * register that is not switched between vCPUs. All other fields, and all registers of the
 * identification space that are not listed, read as zero (Arm ARM D17.2).
 */
#include "ipc/aarch64.h"
#include "servers/rt/syscall.h"
#include "servers/vmm/vmm.h"

/* A field of an identification register is 4 bits wide; `bit` is its lowest. */
#define FIELD(bit) (0xfull << (bit))
#define VALUE(bit, value) ((uint64_t)(value) << (bit))

#define ID_REGISTER(crm, op2) SYSREG(3, 0, 0, crm, op2)
#define OSLSR_EL1 SYSREG(2, 0, 1, 1, 4)
#define OSLSR_OSLM VALUE(3, 1) /* there is an OS lock, and it is open */
#define ACTLR_EL1 SYSREG(3, 0, 1, 0, 1)

struct id_register {
	uint64_t number;
	enum vcpu_register source;
	uint64_t pass;  /* fields that the machine decides, */
	uint64_t limit; /* one of them up to this value, which stands at its place, 0: none */
	uint64_t fixed; /* fields that we decide */
};

static const struct id_register id_registers[] = {
	{
		/* EL0 and EL1 in AArch64 only, the GIC's registers; FP, AdvSIMD, DIT, CSV3. */
		.number = ID_REGISTER(4, 0),
		.source = VCPU_ID_PFR0,
		.fixed = VALUE(0, 1) | VALUE(4, 1) | VALUE(24, 1),
		.pass = FIELD(16) | FIELD(20) | FIELD(48) | FIELD(56) | FIELD(60),
		.limit = VALUE(56, 1), /* CSV2: more would promise SCXTNUM_ELx */
	},
	{
		/* BT, SSBS. */
		.number = ID_REGISTER(4, 1),
		.source = VCPU_ID_PFR1,
		.pass = FIELD(0) | FIELD(4),
	},
	{
		/* Armv8.0 debug with the fewest breakpoints and watchpoints, no OS double lock. */
		.number = ID_REGISTER(5, 0),
		.source = VCPU_ID_DFR0,
		.fixed = VALUE(0, 6) | VALUE(12, 1) | VALUE(20, 1) | VALUE(36, 0xf),
	},
	{
		/* AES to Atomic, RDM to RNDR; not TME. */
		.number = ID_REGISTER(6, 0),
		.source = VCPU_ID_ISAR0,
		.pass = 0xfffffffff0fffff0,
	},
	{
		/* DPB, JSCVT, FCMA, LRCPC, FRINTTS to XS; no pointer authentication, no LS64. */
		.number = ID_REGISTER(6, 1),
		.source = VCPU_ID_ISAR1,
		.pass = FIELD(0) | FIELD(12) | FIELD(16) | FIELD(20) | 0x0fffffff00000000,
	},
	{
		/* RPRES, BC, CLRBHB; not WFxT: the kernel's wait knows no deadline. */
		.number = ID_REGISTER(6, 2),
		.source = VCPU_ID_ISAR2,
		.pass = FIELD(4) | FIELD(20) | FIELD(28),
	},
	{
		/* PARange to TGran4, ExS; nothing of stage 2, FGT or ECV. */
		.number = ID_REGISTER(7, 0),
		.source = VCPU_ID_MMFR0,
		.pass = 0x00000000ffffffff | FIELD(44),
		.limit = VALUE(0, 2), /* PARange: 40 bits, as stage 2 has */
	},
	{
		/* HAFDBS, HPDS, PAN, ETS, AFP, nTLBPA, ECBHB; not VMID, VH, LO, XNX, TWED, HCX. */
		.number = ID_REGISTER(7, 1),
		.source = VCPU_ID_MMFR1,
		.pass = FIELD(0) | FIELD(12) | FIELD(20) | FIELD(36) | FIELD(44) | FIELD(48) |
			FIELD(60),
	},
	{
		/* CnP, UAO, LSM, VARange, CCIDX, ST, AT, TTL, BBM, E0PD; not IESB, NV, IDS, FWB. */
		.number = ID_REGISTER(7, 2),
		.source = VCPU_ID_MMFR2,
		.pass = FIELD(0) | FIELD(4) | FIELD(8) | FIELD(16) | FIELD(20) | FIELD(28) |
			FIELD(32) | FIELD(48) | FIELD(52) | FIELD(60),
	},
};

#define IDS (sizeof(id_registers) / sizeof(*id_registers))

/* What the guest reads, once asked for. The machine's registers never change. */
static struct {
	uint64_t value[IDS];
	uint32_t known; /* bit n: value[n] */
} ids;

/* The field in which `limit` stands. */
static uint64_t limit_field(uint64_t limit)
{
	return limit ? FIELD((63 - __builtin_clzll(limit)) & ~3) : 0;
}

/* What the guest reads. */
static status_t id_ask(handle_t vcpu, const struct id_register *id, uint64_t *value)
{
	uint64_t field = limit_field(id->limit);
	status_t status = rt_vcpu_get(vcpu, id->source, value);

	if ((*value & field) > id->limit)
		*value = (*value & ~field) | id->limit;
	*value = (*value & id->pass) | id->fixed;
	return status;
}

static status_t id_read(handle_t vcpu, uint64_t number, uint64_t *value)
{
	status_t status = STATUS_OK;
	unsigned int index = 0;

	*value = 0;
	while (index < IDS && id_registers[index].number != number)
		index++;
	if (index == IDS)
		return STATUS_OK;
	if (!(ids.known >> index & 1))
		status = id_ask(vcpu, &id_registers[index], &ids.value[index]);
	if (status != STATUS_OK)
		return status;
	ids.known |= 1u << index;
	*value = ids.value[index];
	return STATUS_OK;
}

/* CRn 0, CRm 1 to 7 of op0 3, op1 0: what HCR_EL2.TID3 traps. */
static bool is_id(uint64_t number)
{
	return (number & ~SYSREG(0, 0, 0, 7, 7)) == SYSREG(3, 0, 0, 0, 0) &&
	       (number & SYSREG(0, 0, 0, 7, 0));
}

/*
 * The debug registers of EL1 and EL0, which nothing in the guest depends on: reads as zero, writes
 * ignored. Those of the trace unit (op1 1), which there is none of, are undefined.
 */
static bool is_debug(uint64_t number)
{
	uint64_t group = number & ~SYSREG(0, 0, 15, 15, 7);

	return group == SYSREG(2, 0, 0, 0, 0) || group == SYSREG(2, 3, 0, 0, 0);
}

status_t register_read(const struct vm *vm, uint32_t index, uint64_t number, uint64_t *value)
{
	if (is_id(number))
		return id_read(vm->vcpu[index], number, value);
	*value = number == OSLSR_EL1 ? OSLSR_OSLM : 0;
	return is_debug(number) || number == ACTLR_EL1 ? STATUS_OK : STATUS_NOT_FOUND;
}

status_t register_write(uint64_t number, uint64_t value)
{
	(void)value;
	return is_debug(number) || number == ACTLR_EL1 ? STATUS_OK : STATUS_NOT_FOUND;
}
