# SPDX-License-Identifier: Apache-2.0
"""What an .idl file says, as objects. Names are Lark tokens, so each knows its line and column."""

from dataclasses import dataclass


@dataclass
class Scalar:
    """A type of the language itself."""
    name: str
    size: int

    @property
    def align(self):
        return self.size

    @property
    def maximum(self):
        return (1 << 8 * self.size) - 1


SCALARS = {f"u{bits}": Scalar(f"u{bits}", bits // 8) for bits in (8, 16, 32, 64)}


@dataclass
class Value:
    """A number: written out, or (then `token` is its name) that of a const."""
    token: str
    number: int = None
    const: "Const" = None


@dataclass
class Const:
    docs: list
    name: str
    type_name: str
    value: Value
    type: Scalar = None


@dataclass
class Enumerator:
    docs: list
    name: str
    value: Value


@dataclass
class Enum:
    docs: list
    name: str
    type_name: str
    values: list
    type: Scalar = None
    owner: str = None  # the interface's name

    @property
    def size(self):
        return self.type.size

    align = size

    @property
    def runs(self):
        """Its values as ranges without gaps: the first and the last of each."""
        runs = []
        for one in sorted(self.values, key=lambda one: one.value.number):
            if runs and one.value.number == runs[-1][1].value.number + 1:
                runs[-1][1] = one
            else:
                runs.append([one, one])
        return runs


@dataclass
class Field:
    docs: list
    name: str
    type_name: str
    count: Value = None
    since: Value = None  # the version that brought it, if it is not the oldest
    type: object = None
    offset: int = None

    @property
    def size(self):
        return self.type.size * (self.count.number if self.count else 1)


@dataclass
class Struct:
    docs: list
    name: str
    fields: list
    version: Value = None  # of a durable one
    oldest: Value = None  # which begins like it
    rebuilt: bool = False
    size: int = None
    align: int = None
    owner: str = None

    @property
    def kept(self):
        return bool(self.version or self.rebuilt)

    @property
    def prefixes(self):
        """(version, bytes) of the older ones that brought fields, the oldest first."""
        starts = {(field.since or self.oldest).number: field.offset
                  for field in reversed(self.fields if self.version else [])}
        versions = sorted(starts)
        return [(version, starts[after]) for version, after in zip(versions, versions[1:])]


@dataclass
class Parameter:
    """An argument or a result: one word of a message."""
    docs: list
    name: str
    type_name: str
    first: Value = None
    last: Value = None
    type: object = None


@dataclass
class Method:
    docs: list
    name: str
    id: Value
    arguments: list
    results: list
    raises: list
    idempotent: bool

    @property
    def words(self):
        return self.arguments + self.results


@dataclass
class Event:
    """What a server does: `name` is interface.method, or signal."""
    docs: list
    name: str
    writes: list
    unlogged: bool = False
    interface: "Interface" = None
    method: Method = None


@dataclass
class Interface:
    docs: list
    name: str
    id: Value
    version: Value
    caller: str
    death: str
    members: list
    path: str = None
    types: dict = None  # name -> enum or struct, once it is checked

    def __post_init__(self):
        self.consts, self.enums, self.structs, self.methods, self.events = (
            [member for member in self.members if isinstance(member, kind)]
            for kind in (Const, Enum, Struct, Method, Event))
        for kind in self.enums + self.structs:
            kind.owner = self.name

    @property
    def kept(self):
        return [struct for struct in self.structs if struct.kept]

    @property
    def calls(self):
        return [event for event in self.events if event.method]

    @property
    def served(self):
        """Names of the interfaces whose methods it serves, and its own."""
        return sorted({self.name, *(event.interface.name for event in self.calls)})

    @property
    def uses(self):
        """Names of the other interfaces whose types it has."""
        names = (field.type_name for struct in self.structs for field in struct.fields)
        return sorted({name.split(".")[0] for name in names if "." in name})
