# SPDX-License-Identifier: Apache-2.0
"""The rules that members of an interface share."""

import re

from model import SCALARS
from parse import Problem, suggestion

RESERVED = set("""auto break case char const continue default do double else enum extern float for
    goto if inline int long register restrict return short signed sizeof static struct switch
    typedef union unsigned void volatile while asm typeof linux unix""".split())


class Rules:
    """`interface` is the one that is being checked, `types` and `consts` what it has until now."""

    def __init__(self, interfaces):
        self.interfaces = {interface.name: interface for interface in interfaces}
        self.interface = self.types = self.consts = None
        self.problems = []
        self.defined = {}

    def error(self, token, text):
        self.problems.append(Problem(self.interface.path, token.line, token.column, text))

    def name(self, thing, docs):
        if thing.name in RESERVED:
            self.error(thing.name, f"found '{thing.name}', a reserved word of C, "
                                   f"expected another name")
        elif not re.fullmatch(r"[a-z][a-z0-9_]*", thing.name):
            self.error(thing.name, f"found '{thing.name}', expected small letters, digits and "
                                   f"underscores")
        self.documentation(thing.name, docs)

    def documentation(self, token, docs):
        if any("/*" in line or "*/" in line for line in docs):
            self.error(token, f"found '/*' or '*/' in the documentation of '{token}', "
                              f"expected neither: it becomes a comment of C")

    def documented(self, thing, kind):
        if not any(thing.docs):
            self.error(thing.name, f"found no documentation of {kind} '{thing.name}', expected "
                                   f"/// lines before it")

    def once(self, token, what, names, key=None):
        """`key` (the token itself by default) stands for one thing only among `names`."""
        path, other = names.setdefault(key or token, (self.interface.path, token))
        if other is not token:
            self.error(token, f"found {what}, expected one not taken in {path}:{other.line}")
        return other is token

    def define(self, token, kind, *names):
        """A name of C, whatever its kind, stands for one thing of all interfaces."""
        for name in names:
            if not self.once(token, f"{kind} '{token}'", self.defined,
                             f"{self.interface.name}_{name}"):
                return

    def identity(self, thing, kind):
        token, number = thing.id.token, thing.id.number
        if not 1 <= number <= 0xffff:
            self.error(token, f"found number {token} of {kind} '{thing.name}', expected 1 to 65535")
        scope = kind if kind == "interface" else self.interface.name
        self.once(token, f"number {token} of {kind} '{thing.name}'", self.defined, (scope, number))

    def type_of(self, thing, types):
        if "." in thing.type_name:
            return self.type_of_another(thing.type_name)
        if thing.type_name not in types:
            expected = "u8, u16, u32 or u64" if types is SCALARS else \
                "u8, u16, u32, u64 or an enum or struct defined above"
            self.error(thing.type_name, f"found type '{thing.type_name}', expected {expected}"
                                        f"{suggestion(thing.type_name, types)}")
        return types.get(thing.type_name)

    def type_of_another(self, token):
        name, kind = token.split(".")
        other = self.interfaces.get(name)
        if not other:
            self.error(token, f"found type '{token}', expected one of an interface that is there"
                              f"{suggestion(name, self.interfaces)}")
        elif other.types is None:
            self.error(token, f"found type '{token}', expected none of an interface that itself "
                              f"needs '{self.interface.name}'")
        elif kind not in other.types:
            self.error(token, f"found type '{token}', expected an enum or struct of {other.path}"
                              f"{suggestion(kind, other.types)}")
        else:
            return other.types[kind]
        return None

    def resolve(self, value):
        """Gives a value its number, where a const's name stands for it."""
        if value.number is None:
            if value.token not in self.consts:
                self.error(value.token, f"found '{value.token}', expected a number or a const "
                                        f"defined above{suggestion(value.token, self.consts)}")
                return False
            value.const = self.consts[value.token]
            value.number = value.const.value.number
        return True

    def fits(self, value, kind):
        if kind and value.number > kind.maximum:
            self.error(value.token, f"found {value.token}, expected at most {kind.maximum}, "
                                    f"the largest {kind.name}")
            return False
        return True

    def array(self, count):
        if self.resolve(count) and count.number == 0:
            self.error(count.token, "found an array of 0, expected at least 1")
        return bool(count.number)
