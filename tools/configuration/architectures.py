# SPDX-License-Identifier: Apache-2.0
"""The architectures there are."""
from . import aarch64, riscv64

ARCHITECTURES = {module.ARCHITECTURE.name: module.ARCHITECTURE for module in (aarch64, riscv64)}
# The servers that are interrupt controllers, and the only ones that belong to an architecture.
CONTROLLERS = {controller.server for architecture in ARCHITECTURES.values()
               for controller in architecture.controllers.values()}
