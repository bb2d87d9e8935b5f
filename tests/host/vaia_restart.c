/* SPDX-License-Identifier: Apache-2.0 */
/* The lives of APLIC and IMSICs: cut anywhere, the guest takes the interrupts it would have. */
#include "tests/host/suite.h"

#include <string.h>

#include "servers/vaia/aplic.h"
#include "servers/vaia/file.h"
#include "servers/vaia/server.c"
#include "tests/host/controller_life.h"

#define TARGET(vcpu, identity) ((uint32_t)(vcpu) << MSI_HART_SHIFT | (identity))
#define ALL 0xffffffff

/* What happens, in its order; kicks are attended to before the next. */
enum deed {
	PUT,	/* a register of the APLIC */
	GET,	/* the same, read */
	MSI,	/* to the page of vCPU `place` */
	CSR,	/* CSRRW; what was there is seen */
	READ,	/* CSRRS with x0 */
	IPI,	/* mask `value`, base `place` */
	SET,	/* source `place` */
	PULSE,	/* source `place` */
	TIMER,	/* its interrupt is as `value` */
	CLEAR,	/* the guest clears its software interrupt */
	LOOK,	/* at sip */
};

#define CLAIM(vcpu) { CSR, vcpu, CSR_STOPEI, 0 }
#define TOPS(vcpu) { READ, vcpu, CSR_STOPI, 0 }
#define FILE_PUT(vcpu, select, value)                                                              \
	{ CSR, vcpu, CSR_SISELECT, select }, { CSR, vcpu, CSR_SIREG, value }

static const struct step script[] = {
	FILE_PUT(0, SELECT_EIDELIVERY, 1),
	FILE_PUT(0, SELECT_EIE, UINT64_MAX),
	FILE_PUT(0, SELECT_EIE + 2, UINT64_MAX),
	FILE_PUT(1, SELECT_EIE, UINT64_MAX),
	FILE_PUT(1, SELECT_EIDELIVERY, 1),
	{ PUT, 0, APLIC_DOMAINCFG, APLIC_DOMAINCFG_IE | APLIC_DOMAINCFG_DM },
	{ PUT, 0, APLIC_SOURCECFG + 4 * 3, APLIC_LEVEL1 },
	{ PUT, 0, APLIC_TARGET + 4 * 3, TARGET(0, 70) },
	{ PUT, 0, APLIC_SOURCECFG + 4 * 40, APLIC_EDGE1 },
	{ PUT, 1, APLIC_TARGET + 4 * 40, TARGET(1, 20) },
	{ PUT, 1, APLIC_SETIE, 1u << 3 },
	{ PUT, 1, APLIC_SETIENUM, 40 },
	/* A level that stays for a second time. */
	{ SET, 0, 3, 1 },
	{ LOOK, 0, 0, 0 },
	TOPS(0),
	CLAIM(0),
	TOPS(0),
	{ PUT, 0, APLIC_SETIPNUM_LE, 3 },
	CLAIM(0),
	{ SET, 0, 3, 0 },
	{ PUT, 0, APLIC_SETIPNUM_LE, 3 },
	CLAIM(0),
	/* Edges, one while the former is not yet taken. */
	{ PULSE, 0, 40, 0 },
	{ LOOK, 1, 0, 0 },
	{ PULSE, 0, 40, 0 },
	CLAIM(1),
	CLAIM(1),
	{ PUT, 0, APLIC_CLRIENUM, 40 },
	{ PULSE, 0, 40, 0 },
	{ GET, 1, APLIC_SETIP + 4, 0 },
	{ PUT, 0, APLIC_TARGET + 4 * 40, TARGET(0, 21) },
	{ PUT, 0, APLIC_SETIE + 4, 1u << 8 },
	{ LOOK, 0, 0, 0 },
	CLAIM(0),
	/* IPIs by MSI and by SBI, to oneself, and before the former is taken. */
	{ MSI, 0, 1, 1 },
	{ LOOK, 1, 0, 0 },
	{ MSI, 0, 1, 1 },
	CLAIM(1),
	CLAIM(1),
	{ IPI, 0, 1, 1 },
	{ LOOK, 1, 0, 0 },
	TOPS(1),
	{ CLEAR, 1, 0, 0 },
	TOPS(1),
	{ IPI, 0, 0, 3 },
	{ LOOK, 0, 0, 0 },
	{ LOOK, 1, 0, 0 },
	{ CLEAR, 0, 0, 0 },
	{ IPI, 1, ALL, 0 },
	{ IPI, 1, 1, 2 }, /* no such hart */
	{ TIMER, 0, 0, 1 },
	TOPS(0),
	{ CLEAR, 0, 0, 0 },
	TOPS(0),
	{ TIMER, 0, 0, 0 },
	TOPS(0),
	{ CLEAR, 1, 0, 0 },
	/* Thresholds and bits by hand; what is pending is claimed in order. */
	{ MSI, 1, 0, 90 },
	{ MSI, 1, 0, 30 },
	{ MSI, 1, 0, 5 },
	FILE_PUT(0, SELECT_EITHRESHOLD, 30),
	CLAIM(0),
	CLAIM(0),
	FILE_PUT(0, SELECT_EIP + 2, 1u << 1),
	FILE_PUT(0, SELECT_EITHRESHOLD, 0),
	CLAIM(0),
	CLAIM(0),
	{ PUT, 1, APLIC_GENMSI, TARGET(0, 2) },
	{ LOOK, 0, 0, 0 },
	CLAIM(0),
	{ CSR, 0, CSR_SISELECT, 0x7f },
	{ LOOK, 0, 0, 0 },
	{ LOOK, 1, 0, 0 },
};
static const struct step *const whole_script = script;
static const uint32_t whole_steps = COUNT(script);
static const uint64_t lines_used = 1ull << 3 | 1ull << 40;

static struct vaia_state model;

static struct vaia_state *aia(void)
{
	return rt_state();
}

static bool step_do(const struct step *step, struct message *message)
{
	uint64_t vcpu = (uint64_t)step->vcpu << 32;
	struct vcpu_interrupts *own = &page[step->vcpu];

	switch ((enum deed)step->deed) {
	case PUT:
		return ask(message, MMIO_LABEL_WRITE, vcpu | ROUTE_APLIC, step->place, 4, step->value);
	case GET:
		return ask_value(message, MMIO_LABEL_READ, vcpu | ROUTE_APLIC, step->place, 4, 0);
	case MSI:
		return ask(message, MMIO_LABEL_WRITE, vcpu | ROUTE_IMSIC, step->place * IMSIC_PAGE, 4,
			   step->value);
	case CSR:
		return ask_value(message, SYSREG_LABEL_UPDATE, vcpu | ROUTE_CSR, step->place, UINT64_MAX,
				 step->value);
	case READ:
		return ask_value(message, SYSREG_LABEL_READ, vcpu | ROUTE_CSR, step->place, 0, 0);
	case IPI:
		message->words[3] = step->place == ALL ? UINT64_MAX : step->place;
		return ask_value(message, HYPERCALL_LABEL_CALL, vcpu | ROUTE_IPI, SBI_IPI, 0, step->value);
	case SET:
		return ask(message, LINE_LABEL_SET, step->place, step->value, 0, 0);
	case PULSE:
		return ask(message, LINE_LABEL_PULSE, step->place, 0, 0, 0);
	case TIMER:
		own->pending &= ~(uint64_t)VCPU_TIMER;
		own->pending |= step->value ? VCPU_TIMER : 0;
		break;
	case CLEAR:
		own->pending &= ~(uint64_t)VCPU_SOFTWARE;
		break;
	case LOOK:
		see(own->pending);
		break;
	}
	return false;
}

static void pages_prepare(void)
{
	uint32_t vcpu;

	for (vcpu = 0; vcpu < GUESTS; vcpu++)
		page[vcpu].enabled = VCPU_SOFTWARE | VCPU_TIMER | VCPU_EXTERNAL;
}

static void model_keep(void)
{
	model = *aia();
}

static bool model_is_kept(void)
{
	return memcmp(aia(), &model, sizeof(model)) == 0;
}

/* The claims and looks, less the registers that were set up with what they had before. */
static void test_whole(void)
{
	static const uint64_t marks[] = {
		VCPU_EXTERNAL, 0x90001, 0x460046, 0, 0x460046, 0, /* the level */
		VCPU_EXTERNAL, 0x140014, 0, 0x100, VCPU_EXTERNAL, 0x150015, /* the edge */
		VCPU_EXTERNAL, 0x10001, 0, /* the IPIs */
		VCPU_SOFTWARE, 0x10001, 0, VCPU_SOFTWARE, VCPU_SOFTWARE,
		(uint64_t)SBI_INVALID_PARAMETER, 0x10001, 0x50001, 0,
		0x50005, 0, 0x1e001e, 0x410041, VCPU_EXTERNAL, 0x20002, /* by hand */
	};

	run_whole();
	whole_shows(marks, COUNT(marks));
	CU_ASSERT_EQUAL(whole.value[whole.count - 1], 0);
	CU_ASSERT_EQUAL(whole.value[whole.count - 2], 0);
}

/* The server's own arguments and badges. */
static void test_callers(void)
{
	static const struct asked each[] = {
		{ SYSREG_LABEL_READ, ROUTE_CSR, { CSR_STOPI }, STATUS_OK },
		{ SYSREG_LABEL_READ, NOBODY | ROUTE_CSR, { CSR_STOPI }, STATUS_BAD_ARGUMENT },
		{ SYSREG_LABEL_READ, ROUTE_APLIC, { CSR_STOPI }, STATUS_BAD_ARGUMENT },
		{ SYSREG_LABEL_READ, ROUTE_CSR, { 0x100 }, STATUS_NOT_FOUND },
		{ SYSREG_LABEL_UPDATE, 5, { CSR_STOPEI }, STATUS_BAD_ARGUMENT },
		{ SYSREG_LABEL_WRITE, ROUTE_CSR, { CSR_STOPEI }, STATUS_OK },
		{ SYSREG_LABEL_WRITE, ROUTE_CSR, { CSR_STOPI }, STATUS_NOT_FOUND },
		{ SYSREG_LABEL_WRITE, ROUTE_IMSIC, { CSR_STOPEI }, STATUS_BAD_ARGUMENT },
		{ INTERRUPT_LABEL_REFILL, ROUTE_IPI, { 0 }, STATUS_BAD_ARGUMENT },
		{ MMIO_LABEL_READ, ROUTE_IMSIC, { 0x1000, 4 }, STATUS_OK },
		{ MMIO_LABEL_READ, ROUTE_IMSIC, { 0x2000, 4 }, STATUS_BAD_ARGUMENT },
		{ MMIO_LABEL_READ, ROUTE_CSR, { 0, 4 }, STATUS_BAD_ARGUMENT },
		{ MMIO_LABEL_WRITE, 3, { 0, 4, 0 }, STATUS_BAD_ARGUMENT },
		{ HYPERCALL_LABEL_CALL, ROUTE_IPI, { SBI_IPI, 0, 1, 0 }, STATUS_OK },
		{ HYPERCALL_LABEL_CALL, ROUTE_IPI, { SBI_TIME, 0, 1, 0 }, STATUS_NOT_SUPPORTED },
		{ HYPERCALL_LABEL_CALL, ROUTE_CSR, { SBI_IPI, 0, 1, 0 }, STATUS_NOT_SUPPORTED },
		{ LINE_LABEL_SET, 0, { 1 }, STATUS_BAD_ARGUMENT },
		{ LINE_LABEL_SET, ROUTE_APLIC, { 1 }, STATUS_BAD_ARGUMENT },
		{ DEVICE_LABEL_RESET, 3, { 0 }, STATUS_BAD_RIGHTS },
		{ DEVICE_LABEL_RESET, 0, { 0 }, STATUS_OK },
	};

	run_first(0);
	callers_get(each, COUNT(each));
}

/* Everybody looks at everything once; then a device whose target is lost is heard, too. */
static const struct step rebuilt[] = {
	{ LOOK, 0, 0, 0 },
	{ LOOK, 1, 0, 0 },
	{ CSR, 1, CSR_SIREG, 0 },
	CLAIM(0),
	CLAIM(0),
	FILE_PUT(0, SELECT_EIP, 0),
	FILE_PUT(0, SELECT_EIP + 2, 0),
	{ LOOK, 0, 0, 0 },
	{ PULSE, 0, 40, 0 },
	{ LOOK, 0, 0, 0 },
	{ SET, 0, 3, 1 },
	CLAIM(0),
	{ GET, 0, APLIC_SOURCECFG + 4 * 40, 0 },
	{ GET, 0, APLIC_SOURCECFG + 4 * 41, 0 },
};

static void test_damaged(void)
{
	static const uint64_t expected[] = {
		VCPU_SOFTWARE | VCPU_EXTERNAL, VCPU_SOFTWARE | VCPU_EXTERNAL, 0, 0x10001, 0x20002,
		SELECT_RESERVED, ~7ull, SELECT_EIP, UINT64_MAX, VCPU_SOFTWARE,
		VCPU_SOFTWARE | VCPU_EXTERNAL, 0x10001, APLIC_LEVEL1, 0,
	};

	run_first(COUNT(script));
	aia()->target[5] ^= 1;
	damaged_sees(rebuilt, COUNT(rebuilt), expected, COUNT(expected));
}

/* Each is found; `broken` begins as a state that is right. */
static void test_check(void)
{
	static struct vaia_state broken, right;
	struct vaia_vcpu *vcpu = broken.vcpu;
	struct vaia_aplic *aplic = &broken.aplic;

#define REFUSED(change)                                                                            \
	do {                                                                                       \
		broken = right;                                                                    \
		change;                                                                            \
		CU_ASSERT_FALSE(vaia_check(&broken, GUESTS));                                      \
	} while (0)

	run_first(COUNT(script));
	broken = right = *aia();
	CU_ASSERT_TRUE(vaia_check(&broken, GUESTS));
	CU_ASSERT_FALSE(vaia_check(&broken, GUESTS + 1));
	REFUSED(broken.vcpus = 9);
	REFUSED(vcpu[0].pending[0] = 1);
	REFUSED(vcpu[1].enabled[0] |= 1);
	REFUSED(vcpu[1].select = 0x1000);
	REFUSED(vcpu[1].eithreshold = 128);
	REFUSED(vcpu[1].eidelivery = 2);
	REFUSED(aplic->level = 1);
	REFUSED(aplic->active |= 1);
	REFUSED(aplic->wired |= 1u << 9);
	REFUSED(aplic->sensitive |= 1u << 9);
	REFUSED(aplic->inverted |= 1u << 9);
	REFUSED(aplic->pending |= 1u << 9);
	REFUSED(aplic->enabled |= 1u << 9);
	REFUSED((aplic->forwarding = 0, aplic->pending |= 1u << 3)); /* its wire is low */
	REFUSED(aplic->pending |= 1ull << 40); /* should have been sent */
	REFUSED(aplic->forwarding = 2);
	REFUSED(aplic->genmsi |= 1u << 12);
	REFUSED(broken.target[3] |= 1u << 12);
	REFUSED(broken.target[9] = 1);
#undef REFUSED
}

static const struct suite_test tests[] = {
	{ "uncut, the guest sees each interrupt as often as it came", test_whole },
	{ "cut at any point, the guest sees each interrupt as often as uncut", test_every_cut },
	{ "cut again at any point of its recovery, too", test_every_two_cuts },
	{ "an exit that comes again under another number shows the same", test_orphans },
	{ "each caller gets what its badge allows", test_callers },
	{ "a damaged model is made anew, and everybody looks once", test_damaged },
	{ "no state is used that this model cannot have made", test_check },
};

int main(void)
{
	return suite_run("vaia_restart", tests, sizeof(tests) / sizeof(tests[0]));
}
