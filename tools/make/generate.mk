# SPDX-License-Identifier: Apache-2.0
# Interfaces: idl/*.idl -> build/gen/<name>.h, <name>_client.h, <name>_server.h and the manual.

IDL       := $(wildcard idl/*.idl)
GEN_STAMP := $(GEN)/.stamp

$(GEN_STAMP): $(IDL) $(wildcard gen/*.py gen/*.lark gen/templates/*)
	$(PYTHON) gen/generate.py --output $(GEN) $(IDL)
	touch $@

.PHONY: generate
generate: $(GEN_STAMP)
