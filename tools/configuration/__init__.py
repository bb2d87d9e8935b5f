# SPDX-License-Identifier: Apache-2.0
"""From a configuration to a plan: source -> model -> check -> plan -> tree -> bundle."""
