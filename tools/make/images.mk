# SPDX-License-Identifier: Apache-2.0
# A system: its configuration checked, its plan and boot bundle; the guests' images.
#
# build/<name>/ belongs to configs/<name>.dts; depends.mk there names what the bundle is made of.

SYSTEM    := $(BUILD)/$(basename $(notdir $(CONFIG)))
BUNDLE    := $(SYSTEM)/bundle.cpio
IMAGES    := $(BUILD)/images
CONFIGURE := tools/configure
CONFIGURE_SOURCES := $(CONFIGURE) $(wildcard tools/configuration/*.py) ipc/syscall.h
CONFIGURE_FLAGS   := --images $(IMAGES) --guests $(OUT)/guests --servers $(OUT)/servers

SYSTEM_GOALS := all system bundle check run
ifneq ($(filter $(SYSTEM_GOALS) $(BUNDLE) $(SYSTEM)/system.dtb,$(or $(MAKECMDGOALS),all)),)
include $(SYSTEM)/depends.mk
endif

$(SYSTEM)/depends.mk: $(CONFIG) $(CONFIGURE_SOURCES)
	@mkdir -p $(@D)
	@$(CONFIGURE) depends $(CONFIG) -o $@ $(CONFIGURE_FLAGS)

$(SYSTEM)/system.dtb: $(SYSTEM)/depends.mk $(BUNDLE_FILES)
	$(CONFIGURE) plan $(CONFIG) -o $@ $(CONFIGURE_FLAGS)

$(BUNDLE): $(SYSTEM)/depends.mk $(BUNDLE_FILES)
	$(CONFIGURE) bundle $(CONFIG) -o $@ $(CONFIGURE_FLAGS)

.PHONY: bundle check images
bundle: $(BUNDLE)

check: $(SYSTEM)/depends.mk $(BUNDLE_FILES)
	@$(CONFIGURE) check $(CONFIG) $(CONFIGURE_FLAGS)
