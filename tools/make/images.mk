# SPDX-License-Identifier: Apache-2.0
# A system: its configuration checked, its plan and boot bundle; the guests' images.
#
# build/<arch>/systems/<name>/ belongs to configs/<name>.dts; depends.mk there names what the
# bundle is made of.

SYSTEM    := $(OUT)/systems/$(basename $(notdir $(CONFIG)))
BUNDLE    := $(SYSTEM)/bundle.cpio
IMAGES    := $(OUT)/images
CONFIGURE := tools/configure
CONFIGURE_SOURCES := $(CONFIGURE) $(wildcard tools/configuration/*.py ipc/*.h)
CONFIGURE_FLAGS   := --arch $(ARCH) --images $(IMAGES) --guests $(OUT)/guests \
		     --servers $(OUT)/servers

SYSTEM_GOALS := all.ready bundle check.ready run.ready
ifneq ($(filter $(SYSTEM_GOALS) $(BUNDLE) $(SYSTEM)/system.dtb,$(MAKECMDGOALS)),)
include $(SYSTEM)/depends.mk
endif

$(SYSTEM)/depends.mk: $(CONFIG) $(CONFIGURE_SOURCES)
	@mkdir -p $(@D)
	@$(CONFIGURE) depends $(CONFIG) -o $@ $(CONFIGURE_FLAGS)

$(SYSTEM)/system.dtb: $(SYSTEM)/depends.mk $(BUNDLE_FILES)
	@echo "  PLAN    $@"
	@$(CONFIGURE) plan $(CONFIG) -o $@ $(CONFIGURE_FLAGS)

$(BUNDLE): $(SYSTEM)/depends.mk $(BUNDLE_FILES)
	@echo "  BUNDLE  $@"
	@$(CONFIGURE) bundle $(CONFIG) -o $@ $(CONFIGURE_FLAGS)

.PHONY: bundle check.ready images
bundle: $(BUNDLE)

check.ready: $(SYSTEM)/depends.mk $(BUNDLE_FILES)
	@$(CONFIGURE) check $(CONFIG) $(CONFIGURE_FLAGS)

# Guest images: Debian's own kernel, and an initramfs and a disk made here.

# `make clean` leaves these.
APT           := $(BUILD)/apt-$(ARCH)
APT_PACKAGES  := $(DEBIAN_KERNEL) busybox-static libfdt-dev
PROGRAM_CFLAGS  := -std=gnu11 -O2 -Wall -Wextra -Werror -static -nostdlib -ffreestanding \
		   -fno-stack-protector -fno-tree-loop-distribute-patterns -Wl,--build-id=none \
		   -Wl,-z,max-page-size=4096 -Itools/images/guest/$(ARCH)
GUEST_PROGRAMS := $(addprefix $(IMAGES)/programs/,start stamp directread cutrequest)

images: $(IMAGES)/vmlinuz $(IMAGES)/initrd.img $(IMAGES)/disk.img

$(APT)/.fetched: tools/images/fetch
	@mkdir -p $(@D)
	@echo "  FETCH   $(APT_PACKAGES)"
	@tools/images/fetch $(DEBIAN_RELEASE:%=--release %) $(APT) $(DEBIAN) $(APT_PACKAGES)
	@touch $@

# libfdt for what is built for the target.
$(SYSROOT)/.unpacked: $(APT)/.fetched
	@mkdir -p $(@D)
	@echo "  UNPACK  $(@D)"
	@cp -r $(APT)/libfdt-dev/usr $(@D)
	@touch $@

$(IMAGES)/vmlinuz: $(APT)/.fetched
	@mkdir -p $(@D)
	@echo "  IMAGE   $@"
	@cp $(APT)/$(DEBIAN_KERNEL)/boot/vmlinu[xz]-* $@

$(IMAGES)/programs/%: tools/images/guest/%.c tools/images/guest/system.h \
		      tools/images/guest/$(ARCH)/machine.h
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(TARGET_CC) $(PROGRAM_CFLAGS) -o $@ $<

INITRAMFS_INPUTS := $(APT)/$(DEBIAN_KERNEL) $(APT)/busybox-static \
		    $(IMAGES)/programs tools/images/guest $(wildcard tests/linux/guest/*)

$(IMAGES)/initrd.img: tools/images/initramfs tools/configuration/archive.py $(APT)/.fetched \
		      $(GUEST_PROGRAMS) $(wildcard tools/images/guest/* tests/linux/guest/*)
	@echo "  IMAGE   $@"
	@tools/images/initramfs $@ $(INITRAMFS_INPUTS)

$(IMAGES)/disk.img: tools/images/disk
	@mkdir -p $(@D)
	@echo "  IMAGE   $@"
	@tools/images/disk $@

.PHONY: test-images
test-images: images
	@timeout 600 $(PYTHON) tests/images/test_images.py

.PHONY: packages run.ready
packages:
	@tools/packages

run.ready: $(OUT)/coppice.img $(BUNDLE) $(IMAGES)/disk.img
	@tools/run --arch $(ARCH) $(CONFIG)

.PHONY: test-configuration
test-configuration: $(GEN_STAMP)
	@timeout 120 $(PYTHON) tests/configuration/test_configuration.py
