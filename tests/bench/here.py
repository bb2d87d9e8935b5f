# SPDX-License-Identifier: Apache-2.0
"""The module of the architecture that is measured: aarch64.py, riscv64.py."""
from importlib import import_module

from tests.support.architecture import HERE

here = import_module(f"{__package__}.{HERE.name}")
