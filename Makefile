# SPDX-License-Identifier: Apache-2.0
# Coppice: see README.md; `make help` lists the goals.

ARCH   ?= aarch64
CONFIG ?= configs/linux.dts
PYTHON ?= /usr/bin/python3

BUILD := build
GEN   := $(BUILD)/gen
ARCHITECTURES := $(notdir $(patsubst %/,%,$(filter-out arch/include/,$(wildcard arch/*/))))
OUT   := $(BUILD)/$(ARCH)

# For tests and tools written in Python: tools/architecture.py.
export ARCH

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all
all:

# What a person calls installs first what is missing. The rest is a make of its own: what that
# includes is made with the tools just installed.
PERSONAL_GOALS := all run check bench size demo-restart
.PHONY: $(PERSONAL_GOALS)
$(PERSONAL_GOALS):
	@tools/packages
	@$(MAKE) --no-print-directory $@.ready

include tools/make/generate.mk
include tools/make/target.mk
include tools/make/host.mk
include tests/crash/crash.mk
-include tools/make/images.mk
include tools/make/test.mk
include tools/make/bench.mk

.PHONY: all.ready
all.ready: system bundle
	@echo "Built for $(ARCH): $(CONFIG). Next: make run, make test, or make help."

# Downloads stay: they are the only thing that cannot be made again from here.
.PHONY: clean
clean:
	rm -rf $(filter-out $(BUILD)/apt-%,$(wildcard $(BUILD)/*))

define HELP
A person needs:
  make                 the kernel, the servers and one system of them
  make run             boots it: a root shell of its guest on this terminal; Ctrl-A x ends it
  make demo-restart    a Linux guest at work while its servers are killed again and again
  make test            everything that has to hold, on every architecture; with ARCH=... what that one
                       has alone; the last line is "N passed, N failed"
  make check           checks a configuration without booting; prints who may touch what and runs where
  make bench           instructions an exit, a call and a disk request take, as a table
  make size            lines of privileged code, what of them is shared, bytes of kernel and servers
  make clean           removes what was built; downloads stay

The work on it:
  make system          the kernel and the servers alone
  make generate        interfaces: idl/*.idl to build/gen/, with the reference manual
  make images          the guests' kernel, initramfs and disk
  make bundle          what boots with the kernel, made of a configuration
  make test-host       tests of pure logic, on this machine, with the sanitizers on
  make test-crash      servers cut before each of their stores, and what the world sees of it
  make test-crash-all  the same with more scripts and more cuts; hours
  make test-models     every order of what CPUs do, and every cut of what servers do, by SPIN
  make test-restart-all  every server cut at every instruction of what goes through it
  make test-structure  who includes what, the seam to the architectures, how files look
  make packages        installs the Debian packages that are missing

Variables, and what they may be:
  ARCH=$(ARCH): $(ARCHITECTURES)
  CONFIG=$(CONFIG): $(sort $(wildcard configs/*.dts))
endef

.PHONY: help
help:
	$(info $(HELP))
	@:
