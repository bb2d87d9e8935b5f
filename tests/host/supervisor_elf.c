/* SPDX-License-Identifier: Apache-2.0 */
/* The supervisor's reading of ELF files: good ones, each single fault, and wild ones. */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "servers/supervisor/elf.h"
#include "tests/host/suite.h"

#define PAGE 4096u
#define SIZE (4 * PAGE)
#define ROUNDS 500000u
#define ADDRESS_END (1ul << 30)

static struct {
	Elf64_Ehdr header;
	Elf64_Phdr program[6];
	char rest[SIZE - sizeof(Elf64_Ehdr) - 6 * sizeof(Elf64_Phdr)];
} file;

static struct elf_image image;
static const char *why;

static void build(void)
{
	memset(&file, 0, sizeof(file));
	file.header = (Elf64_Ehdr){
		.e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
		.e_type = ET_EXEC, .e_machine = EM_AARCH64, .e_entry = 0x400010,
		.e_phoff = sizeof(file.header), .e_phentsize = sizeof(Elf64_Phdr), .e_phnum = 4,
	};
	file.program[0] = (Elf64_Phdr){ .p_type = PT_NOTE, .p_memsz = ~0ul, .p_offset = ~0ul };
	file.program[1] = (Elf64_Phdr){ .p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_offset = PAGE,
					.p_vaddr = 0x400000, .p_filesz = 100, .p_memsz = 100 };
	file.program[2] = (Elf64_Phdr){ .p_type = PT_LOAD, .p_flags = PF_R, .p_offset = 2 * PAGE,
					.p_vaddr = 0x401000, .p_filesz = PAGE, .p_memsz = PAGE };
	file.program[3] = (Elf64_Phdr){ .p_type = PT_LOAD, .p_flags = PF_R | PF_W,
					.p_offset = 3 * PAGE, .p_vaddr = 0x402000, .p_filesz = PAGE,
					.p_memsz = 3 * PAGE };
}

/* The file's first bytes in a block of their own, which the sanitizer guards. */
static status_t read_file(uint64_t size)
{
	void *copy = malloc(size + !size);
	status_t status;

	memcpy(copy, &file, size);
	status = elf_read(copy, size, &image, &why);
	free(copy);
	return status;
}

static void check_refused(const char *reason)
{
	CU_ASSERT_EQUAL(read_file(SIZE), STATUS_BAD_IMAGE);
	CU_ASSERT_STRING_EQUAL(why, reason);
	build();
}

static void test_good(void)
{
	build();
	CU_ASSERT_EQUAL(read_file(SIZE), STATUS_OK);
	CU_ASSERT_EQUAL(image.entry, 0x400010);
	CU_ASSERT_EQUAL(image.count, 3);
	CU_ASSERT_TRUE(image.segment[0].executable && !image.segment[0].writable);
	CU_ASSERT_TRUE(!image.segment[1].executable && !image.segment[1].writable);
	CU_ASSERT_TRUE(!image.segment[2].executable && image.segment[2].writable);
	CU_ASSERT_EQUAL(image.segment[2].address, 0x402000);
	CU_ASSERT_EQUAL(image.segment[2].offset, 3 * PAGE);
	CU_ASSERT_EQUAL(image.segment[2].file_size, PAGE);
	CU_ASSERT_EQUAL(image.segment[2].memory_size, 3 * PAGE);
}

static void test_header(void)
{
	static const char *const headers = "its program headers are not in the file";
	unsigned int index;

	build();
	for (index = 0; index < 7; index++) {
		file.header.e_ident[index] ^= 1;
		check_refused("it is no 64-bit ELF file");
	}
	file.header.e_type = ET_DYN;
	check_refused("it is no executable for this machine");
	file.header.e_machine = EM_X86_64;
	check_refused("it is no executable for this machine");
	file.header.e_phnum = 0;
	check_refused(headers);
	file.header.e_phnum = 0xffff;
	check_refused(headers);
	file.header.e_phentsize = 32;
	check_refused(headers);
	file.header.e_phoff = ~0ul;
	check_refused(headers);
	file.header.e_phoff = SIZE - 3 * sizeof(Elf64_Phdr);
	check_refused(headers);
}

static void test_segments(void)
{
	static const char *const place = "a segment is not in the file";
	static const char *const address = "a segment has a bad address";

	build();
	file.program[2].p_offset++;
	check_refused("a segment is not at a page boundary");
	file.program[2].p_vaddr += 8;
	check_refused("a segment is not at a page boundary");
	file.program[3].p_offset = -(uint64_t)PAGE;
	check_refused(place);
	file.program[3].p_filesz++;
	check_refused(place);
	file.program[1].p_memsz--;
	check_refused(place);
	file.program[1].p_vaddr = 0x3ff000;
	check_refused(address);
	file.program[3].p_memsz = -(uint64_t)PAGE;
	check_refused(address);
	file.program[3].p_vaddr = ADDRESS_END;
	check_refused(address);
	file.program[3].p_vaddr = 0x401000; /* over the one before */
	check_refused(address);
	file.program[3].p_flags = PF_R | PF_W | PF_X;
	check_refused("a segment is writable and executable");
	file.header.e_phnum = 6;
	file.program[4] = file.program[5] = file.program[3];
	file.program[4].p_vaddr = 0x405000;
	file.program[5].p_vaddr = 0x408000;
	check_refused("it has too many segments");
}

static void test_entry(void)
{
	static const uint64_t entries[] = { 0, 0x3fffff, 0x400064, 0x401000, 0x402000, ~0ul };
	unsigned int index;

	build();
	for (index = 0; index < sizeof(entries) / sizeof(entries[0]); index++) {
		file.header.e_entry = entries[index];
		check_refused("its entry is in no executable segment");
	}
	memset(&file.program[1], 0, sizeof(file.program[1]));
	check_refused("its entry is in no executable segment");
}

static void test_cut(void)
{
	uint64_t size;

	build();
	for (size = 0; size < SIZE; size++)
		CU_ASSERT_EQUAL(read_file(size), STATUS_BAD_IMAGE);
}

/* Whatever is accepted keeps what elf.h promises. */
static void check_promise(void)
{
	uint64_t low = 0x400000;
	unsigned int index;

	CU_ASSERT_TRUE(image.count >= 1 && image.count <= ELF_SEGMENTS);
	for (index = 0; index < image.count; index++) {
		const struct elf_segment *segment = &image.segment[index];

		CU_ASSERT_TRUE(segment->address >= low && segment->address < ADDRESS_END);
		CU_ASSERT_TRUE(segment->memory_size <= ADDRESS_END - segment->address);
		CU_ASSERT_TRUE(segment->offset <= SIZE);
		CU_ASSERT_TRUE(segment->file_size <= SIZE - segment->offset);
		CU_ASSERT_TRUE(segment->file_size <= segment->memory_size);
		CU_ASSERT_TRUE((segment->offset | segment->address) % PAGE == 0);
		CU_ASSERT_FALSE(segment->writable && segment->executable);
		low = segment->address + segment->memory_size;
	}
}

static void test_wild(void)
{
	uint64_t random = 0x13198a2e03707344;
	unsigned int round, accepted = 0;

	for (round = 0; round < ROUNDS; round++) {
		uint64_t place;

		if (round % 8 == 0)
			build();
		random = random_after(random);
		place = (random >> 33) % (sizeof(file.header) + sizeof(file.program));
		((uint8_t *)&file)[place] = random >> 20 & 1 ? (uint8_t)(random >> 24)
							     : (uint8_t)(1 << (random >> 24 & 7));
		if (elf_read(&file, SIZE, &image, &why) == STATUS_OK) {
			accepted++;
			check_promise();
		}
	}
	CU_ASSERT_TRUE(accepted > ROUNDS / 100);
	CU_ASSERT_TRUE(accepted < ROUNDS);
}

static const struct suite_test tests[] = {
	{ "a server's file is read as it is", test_good },
	{ "each wrong field of the header is refused by its reason", test_header },
	{ "each wrong segment is refused by its reason", test_segments },
	{ "an entry outside executable segments is refused", test_entry },
	{ "a file cut at any length is refused", test_cut },
	{ "whatever wild file is accepted keeps the promise", test_wild },
};

int main(void)
{
	return suite_run("supervisor_elf", tests, sizeof(tests) / sizeof(tests[0]));
}
