# Host tests: one line each, the sources a test links beside tests/host/<name>.c itself.
HOST_TESTS :=
