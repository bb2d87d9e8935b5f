# Host tests: one line each, the sources a test links beside tests/host/<name>.c itself.
HOST_TESTS :=

VMM_FAKE := tests/host/vmm_fake.c servers/vmm/name.c
HOST_TESTS += vmm_tree vmm_image
vmm_tree_SOURCES := $(VMM_FAKE) servers/vmm/aarch64/tree.c
vmm_tree_LIBS := -lfdt
vmm_image_SOURCES := $(VMM_FAKE) servers/vmm/aarch64/image.c
vmm_image_LIBS := -lfdt
