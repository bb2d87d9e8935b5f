# SPDX-License-Identifier: Apache-2.0
# Interfaces: idl/*.idl -> build/gen/<name>.h, its _client.h, _server.h and _events.h, and manual.md.

IDL       := $(wildcard idl/*.idl)
GENERATOR := $(wildcard gen/*.py gen/*.lark gen/templates/*) ipc/status.h
GEN_STAMP := $(GEN)/.stamp

$(GEN_STAMP): $(IDL) $(GENERATOR)
	@echo "  GEN     $(GEN)"
	@$(PYTHON) gen/generate.py --output $(GEN) $(IDL)
	@touch $@

.PHONY: generate
generate: $(GEN_STAMP)

.PHONY: test-gen
test-gen:
	@$(PYTHON) tests/gen/test_generator.py

# What the generator's tests compare with; look at the difference before you commit it.
.PHONY: golden
golden:
	@echo "  GEN     tests/gen/golden/gen"
	@$(PYTHON) gen/generate.py --output tests/gen/golden/gen $(wildcard tests/gen/*.idl)
