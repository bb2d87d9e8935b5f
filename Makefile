# SPDX-License-Identifier: Apache-2.0
# Coppice: see README.md; `make help` lists the goals.

ARCH   ?= aarch64
CONFIG ?= configs/linux.dts
PYTHON ?= /usr/bin/python3

BUILD := build
GEN   := $(BUILD)/gen
OUT   := $(BUILD)/$(ARCH)

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all
all: system

# What a person calls installs first what is missing. The rest is a make of its own: what that
# includes is made with the tools just installed.
PERSONAL_GOALS := run check bench size
.PHONY: $(PERSONAL_GOALS)
$(PERSONAL_GOALS):
	@tools/packages
	@$(MAKE) --no-print-directory $@.ready

include tools/make/generate.mk
include tools/make/target.mk
include tools/make/host.mk
-include tools/make/images.mk
include tools/make/test.mk
include tools/make/bench.mk
