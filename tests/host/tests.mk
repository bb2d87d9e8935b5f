# Host tests: one line each, the sources a test links beside tests/host/<name>.c itself.
HOST_TESTS :=

VGIC_SOURCES := servers/vgic/banked.c servers/vgic/deliver.c servers/vgic/frame.c servers/vgic/source.c
HOST_TESTS += vgic_compete vgic_deliver vgic_registers vgic_sgi vgic_wild
vgic_compete_SOURCES := $(VGIC_SOURCES)
vgic_deliver_SOURCES := $(VGIC_SOURCES)
vgic_registers_SOURCES := $(VGIC_SOURCES)
vgic_sgi_SOURCES := $(VGIC_SOURCES)
vgic_wild_SOURCES := $(VGIC_SOURCES)

HOST_TESTS += vuart_model vuart_transmit
vuart_model_SOURCES := servers/vuart/model.c
vuart_transmit_SOURCES := servers/vuart/model.c

HOST_TESTS += console_mux console_hostile
console_mux_SOURCES := servers/uart/mux.c servers/uart/mux_input.c
console_hostile_SOURCES := $(console_mux_SOURCES)
