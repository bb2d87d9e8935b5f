# Host tests: one line each, the sources a test links beside tests/host/<name>.c itself.
HOST_TESTS :=

# Calls through the golden headers of the generator's tests.
HOST_TESTS += idl_layout
idl_layout_CFLAGS := -Itests/gen/golden
VGIC_SOURCES := servers/vgic/bank.c servers/vgic/deliver.c servers/vgic/frame.c servers/vgic/source.c
HOST_TESTS += vgic_deliver vgic_registers vgic_sgi vgic_wild
vgic_deliver_SOURCES := $(VGIC_SOURCES)
vgic_registers_SOURCES := $(VGIC_SOURCES)
vgic_sgi_SOURCES := $(VGIC_SOURCES)
vgic_wild_SOURCES := $(VGIC_SOURCES)

HOST_TESTS += vuart_model
vuart_model_SOURCES := servers/vuart/model.c

HOST_TESTS += console_mux
console_mux_SOURCES := servers/uart/mux.c servers/uart/mux_input.c
