# ruff: noqa: E501 - each form is one line
"""More ways for a module's top level to run what imports: classes' own methods, annotations, packages, conditions."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random


class Forms:
    """What a module may hold beside what `random_modules.Source` has; that one gives the statements and calls."""

    pick: random.Random
    name: str
    later: list[str]
    broken: float

    def statement(self) -> str:
        raise NotImplementedError

    def call(self, call: str) -> str:
        raise NotImplementedError

    def use(self) -> str:
        raise NotImplementedError

    def fresh(self, stem: str) -> str:
        raise NotImplementedError

    def form_operator(self) -> str:
        """A class whose method an operator or a statement calls."""
        name = self.fresh("Operand")
        hook, use = self.pick.choice(
            [
                ("__len__(self)", f"len({name}())"),
                ("__bool__(self)", f"if {name}():\n    pass"),
                ("__bool__(self)", f"kept = not {name}()"),
                ("__iter__(self)", f"for _ in {name}():\n    pass"),
                ("__iter__(self)", f"kept = [*{name}()]"),
                ("__contains__(self, other)", f"kept = 1 in {name}()"),
                ("__eq__(self, other)", f"kept = {name}() == 1"),
                ("__add__(self, other)", f"kept = {name}() + 1"),
                ("__radd__(self, other)", f"kept = 1 + {name}()"),
                ("__lt__(self, other)", f"kept = {name}() < 1"),
                ("__str__(self)", f"kept = str({name}())"),
                ("__repr__(self)", f"kept = repr({name}())"),
                ("__format__(self, how)", f"kept = f'{{{name}()}}'"),
                ("__enter__(self)", f"with {name}():\n    pass"),
                ("__exit__(self, *rest)", f"with {name}() as kept:\n    pass"),
                ("__setattr__(self, key, value)", f"{name}().other = 1"),
                ("__setitem__(self, key, value)", f"{name}()[1] = 1"),
                ("__delitem__(self, key)", f"del {name}()[1]"),
                ("__neg__(self)", f"kept = -{name}()"),
                ("__iadd__(self, other)", f"kept = {name}()\nkept += 1"),
                ("__class_getitem__(cls, key)", f"kept = {name}[int]"),
                ("__new__(cls)", f"kept = {name}()"),
                ("__getattribute__(self, name)", f"kept = {name}().other"),
                ("__hash__(self)", f"kept = {{{name}(): 1}}"),
                ("__int__(self)", f"kept = int({name}())"),
            ]
        )
        ends = {
            "__len__": "0",
            "__bool__": "True",
            "__iter__": "iter(())",
            "__str__": "''",
            "__repr__": "''",
            "__format__": "''",
            "__hash__": "1",
            "__int__": "1",
            "__new__": "object.__new__(cls)",
        }
        end = ends.get(hook.partition("(")[0], "None")
        other = "    def __enter__(self):\n        return self\n\n" if "__exit__" in hook else ""
        other += "    def __exit__(self, *rest): ...\n\n" if "__enter__" in hook else ""
        made = f"class {name}:\n{other}    def {hook}:\n        {self.statement()}\n        return {end}\n\n\n"
        return (
            made + self.pick.choice([use, use, f"def unused():\n    {use.replace(chr(10), chr(10) + '    ')}"]) + "\n"
        )

    def form_swallows(self) -> str:
        """A context manager of the project's that may take the error."""
        name = self.fresh("Swallow")
        end = self.pick.choice(
            ["return True", "return False", "pass", "return error is not None", "return kind is ImportError"]
        )
        made = f"class {name}:\n    def __enter__(self): ...\n\n    def __exit__(self, kind, error, trace):\n        {end}\n\n\n"
        return made + f"with {name}():\n    {self.statement()}\n"

    def form_managed(self) -> str:
        name = self.fresh("managed")
        body = self.pick.choice(
            [
                "yield",
                "try:\n        yield\n    except ImportError:\n        pass",
                "try:\n        yield\n    except KeyError:\n        pass",
                "try:\n        yield\n    finally:\n        pass",
                "with suppress(ImportError):\n        yield",
            ]
        )
        return f"@contextmanager\ndef {name}():\n    {body}\n\n\nwith {name}():\n    {self.statement()}\n"

    def form_annotation(self) -> str:
        """Before 3.14 annotations run, later they do not."""
        made = self.fresh("noted")
        define = f"def {made}(*rest):\n    {self.statement()}\n    return int\n\n\n"
        return define + self.pick.choice(
            [
                f"value: {made}() = 1\n",
                f"value: {made}()\n",
                f"def other(x: {made}()): ...\n",
                f"def other() -> {made}(): ...\n",
                f"class Other:\n    field: {made}()\n",
                f"def other():\n    value: {made}() = 1\n\n\nother()\n",
                f"@dataclasses.dataclass\nclass Other:\n    field: int = {made}()\n",
                f"@dataclasses.dataclass\nclass Other:\n    field: int = dataclasses.field(default_factory={made})\n\n\nOther()\n",
                f"@dataclasses.dataclass\nclass Other:\n    field: int = dataclasses.field(default_factory={made})\n",
                *(
                    [f"type Other = {made}()\n", f"def other[T: {made}()](x: T): ...\n"]
                    if sys.version_info >= (3, 12)
                    else ()
                ),
            ]
        )

    def form_enum(self) -> str:
        name = self.fresh("Colour")
        body = self.pick.choice(
            [
                f"RED = 1\n\n    def __init__(self, value):\n        {self.statement()}",
                f"RED = 1\n\n    def name_of(self):\n        {self.statement()}",
                f"RED = enum.auto()\n    {self.statement()}",
                f"RED = 1\n\n    @classmethod\n    def _missing_(cls, value):\n        {self.statement()}\n        return cls.RED",
            ]
        )
        use = self.pick.choice(
            [
                "",
                f"{name}.RED\n",
                f"{name}(1)\n",
                f"kept = {name}.RED.value\n",
                f"for each in {name}:\n    kept = each\n",
            ]
        )
        return f"import enum\n\n\nclass {name}(enum.Enum):\n    {body}\n\n\n{use}"

    def form_bases(self) -> str:
        """What a base of several, or an abstract one, does when a class is made."""
        first, second, name = self.fresh("First"), self.fresh("Second"), self.fresh("Both")
        hook = self.pick.choice(["__init__(self)", "__init_subclass__(cls)", "__new__(cls)", "make(self)"])
        end = {"__new__(cls)": "return object.__new__(cls)"}.get(hook, "pass")
        chain = self.pick.choice(["super().__init__()", f"{second}.__init__(self)", "pass", "super().make()"])
        chain = chain if hook != "make(self)" or "make" in chain else "pass"
        chain = chain if "make" not in chain or hook == "make(self)" else "super().__init__()"
        made = f"class {first}:\n    pass\n\n\nclass {second}:\n    def {hook}:\n        {self.statement()}\n        {end}\n\n\n"
        base = self.pick.choice([f"{first}, {second}", f"{second}, {first}"])
        made += f"class {name}({base}):\n    def __init__(self):\n        {chain}\n\n\n"
        return made + self.pick.choice(
            [f"{name}()\n", f"kept = {name}\n", f"kept = type('Late', ({second},), {{}})\n", ""]
        )

    def form_class_decorator(self) -> str:
        name, used = self.fresh("Deco"), self.fresh("decorated")
        made = f"class {name}:\n    def __init__(self, f):\n        self.f = f\n\n    def __call__(self, *rest):\n        {self.statement()}\n        return self.f(*rest)\n\n\n"
        return made + f"@{name}\ndef {used}(): ...\n\n\n{self.pick.choice([f'{used}()', ''])}\n"

    def form_registry(self) -> str:
        """Functions that are kept and called later, by the same module."""
        kept, name = self.fresh("KEPT"), self.fresh("register")
        made = f"{kept} = {self.pick.choice(['[]', '{}'])}\n\n\n"
        is_list = "[]" in made
        put = f"{kept}.append(f)" if is_list else f"{kept}[f.__name__] = f"
        made += f"def {name}(f):\n    {put}\n    return f\n\n\n@{name}\ndef work(*rest):\n    {self.statement()}\n\n\n"
        runs = f"for each in {kept}:\n    each()\n" if is_list else f"for each in {kept}.values():\n    each()\n"
        return made + self.pick.choice([runs, "", f"{kept}[{'0' if is_list else repr('work')}]()\n"])

    def form_condition(self) -> str:
        """Conditions on the platform, the Python and what type checkers see."""
        return self.pick.choice(
            [
                f"from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    {self.statement()}\n",
                f"from typing import TYPE_CHECKING\n\nif not TYPE_CHECKING:\n    {self.statement()}\n",
                f"import typing\n\nif typing.TYPE_CHECKING:\n    import gone_2\nelse:\n    {self.statement()}\n",
                f"if sys.version_info >= (3, 13):\n    {self.statement()}\nelse:\n    {self.statement()}\n",
                f"if sys.version_info < (3, 14):\n    {self.statement()}\n",
                f"if sys.version_info[:2] == (3, 12):\n    {self.statement()}\n",
                f"if sys.version_info[0] == 2:\n    import gone_2\nelse:\n    {self.statement()}\n",
                f"kept = sys.version_info >= (3, 13)\nif kept:\n    {self.statement()}\n",
                f"if sys.version_info.minor > 12 and VALUE:\n    {self.statement()}\n",
                f"try:\n    import tomllib\nexcept ModuleNotFoundError:\n    {self.statement()}\n",
                f"assert VALUE == 1\n{self.statement()}\n",
                f"if (found := VALUE) == 1:\n    {self.statement()}\n",
                f"if VALUE == 1 and not None:\n    {self.statement()}\nelif True:\n    import gone_2\n",
            ]
        )

    def form_flow(self) -> str:
        """Errors and ways out, and where they go."""
        return self.pick.choice(
            [
                f"try:\n    {self.statement()}\nexcept ImportError as error:\n    kept = str(error)\n",
                f"try:\n    {self.statement()}\nexcept ImportError as error:\n    raise NotImplementedError from error\n",
                f"try:\n    {self.statement()}\nexcept ImportError:\n    raise\n",
                f"try:\n    {self.statement()}\nfinally:\n    {self.statement()}\n",
                f"try:\n    try:\n        {self.statement()}\n    except KeyError:\n        pass\nexcept ImportError:\n    {self.statement()}\n",
                f"try:\n    {self.statement()}\nexcept (ValueError, ImportError):\n    pass\nelse:\n    {self.statement()}\n",
                f"try:\n    {self.statement()}\nexcept ModuleNotFoundError:\n    pass\nexcept ImportError:\n    {self.statement()}\n",
                *(
                    [f"try:\n    {self.statement()}\nexcept* ImportError:\n    pass\n"]
                    if sys.version_info >= (3, 11)
                    else ()
                ),
                f"while True:\n    try:\n        {self.statement()}\n    except ImportError:\n        break\n    break\n",
                f"for at in range(3):\n    if at < 2:\n        continue\n    {self.statement()}\nelse:\n    {self.statement()}\n",
                f"for at in range(3):\n    if at == 1:\n        break\nelse:\n    {self.statement()}\n",
                f"def way():\n    try:\n        return 1\n    finally:\n        {self.statement()}\n\n\nway()\n",
                f"def way():\n    for each in (1, 2):\n        if each == 2:\n            return each\n    {self.statement()}\n\n\nway()\n",
                f"def way():\n    while True:\n        {self.statement()}\n        return\n\n\nway()\n",
                f"def way(n):\n    if n:\n        return way(n - 1)\n    {self.statement()}\n\n\nway(3)\n",
                f"def way(*, flag=True, **rest):\n    if flag:\n        {self.statement()}\n\n\nway({self.pick.choice(['', 'flag=False', 'flag=True', '**{}'])})\n",
                f"def way(first, *rest):\n    if rest:\n        {self.statement()}\n\n\nway(*{self.pick.choice(['[1]', '[1, 2]', '(1, 2)'])})\n",
            ]
        )

    def form_class_body(self) -> str:
        name = self.fresh("Body")
        return self.pick.choice(
            [
                f"class {name}:\n    {self.statement()}\n",
                f"class {name}:\n    class Inner:\n        {self.statement()}\n",
                f"class {name}:\n    if VALUE:\n        {self.statement()}\n    else:\n        import gone_2\n",
                f"class {name}:\n    def make():\n        {self.statement()}\n\n    kept = make()\n",
                f"class {name}:\n    try:\n        {self.statement()}\n    except ImportError:\n        pass\n",
                f"def make():\n    class {name}:\n        {self.statement()}\n\n    return {name}\n\n\n{self.pick.choice(['make()', ''])}\n",
            ]
        )

    def form_sub_module(self) -> str:
        """Sub-modules taken by attribute, imported or not."""
        below = [each for each in self.later if "." in each]
        if not below:
            return self.use()
        target = self.pick.choice(below)
        parent = target.rpartition(".")[0]
        top = target.partition(".")[0]
        return self.pick.choice(
            [
                f"import {top}\nkept = {target}\n",
                f"import {top}\nkept = {target}.VALUE\n",
                f"import {target}\nkept = {target}.VALUE\n",
                f"import {target}\nkept = {target}.gone\n",
                f"import {parent} as p\nkept = p.{target.rpartition('.')[2]}\n",
                f"import {top}\nkept = getattr({top}, '{target.split('.')[1]}', None)\n",
                f"from {parent} import {target.rpartition('.')[2]} as p\nkept = p.VALUE\n",
                f"from {parent} import *\nkept = globals().get('{target.rpartition('.')[2]}')\n",
                f"kept = importlib.import_module('.{target.rpartition('.')[2]}', '{parent}').VALUE\n",
                f"kept = importlib.import_module('{target}').VALUE\n",
                f"kept = __import__('{target}').{target.split('.')[1]}\n",
                f"kept = __import__('{target}', fromlist=['VALUE']).VALUE\n",
                f"import {top}\nif hasattr({top}, '{target.split('.')[1]}'):\n    {self.statement()}\n",
                f"if '{target}' in sys.modules:\n    {self.statement()}\n",
                f"kept = sys.modules.get('{target}')\nif kept is None:\n    {self.statement()}\n",
            ]
        )

    def form_relative(self) -> str:
        """Relative imports: in the right package, in none, and beyond the top."""
        if "." not in self.name:
            return self.pick.choice(
                ["from . import alpha\n", "try:\n    from .alpha import VALUE\nexcept ImportError:\n    pass\n"]
            )
        parent = self.name.rpartition(".")[0]
        levels = "." * (len(self.name.split(".")) - 1)
        beside = [each for each in self.later if each.rpartition(".")[0] == parent]
        choices = [
            f"from {levels}. import alpha\n",
            f"from {levels}.. import alpha\n",
            f"try:\n    from {levels}. import alpha\nexcept ImportError:\n    pass\n",
            "from . import gone_3\n",
            "from .gone_3 import x\n",
        ]
        if beside:
            last = self.pick.choice(beside).rpartition(".")[2]
            choices = [
                f"from . import {last}\n",
                f"from .{last} import VALUE\n",
                f"from .{last} import *\n",
                f"from . import {last} as z\nkept = z.VALUE\n",
            ] * 2 + choices[2:3]
        return self.pick.choice(choices)

    def form_changed(self) -> str:
        """What changes the ways of importing, and values that only a run knows: of these the analysis is to be silent."""
        target = self.pick.choice(self.later) if self.later else "json"
        return self.pick.choice(
            [
                f"exec('import {target}')\n",
                "exec('made_by_exec = 1')\nkept = made_by_exec\n",
                f"import importlib.util\n\nif importlib.util.find_spec('gone_4') is not None:\n    import gone_4\nelse:\n    {self.statement()}\n",
                f"import importlib.util\n\nif importlib.util.find_spec('{target}'):\n    {self.statement()}\n",
                "sys.modules['made_here'] = sys\nimport made_here\n",
                f"importlib.reload(importlib.import_module('{target}'))\n",
                f"import os\n\nif os.environ.get('NOT_THERE'):\n    import gone_5\nelse:\n    {self.statement()}\n",
                f"del VALUE\nVALUE = 1\n{self.statement()}\n",
                f"from {target} import {'VALUE' if self.later else 'loads'} as VALUE\n{self.statement()}\n",
            ]
        )

    def form_cached(self) -> str:
        name = self.fresh("cached")
        how = self.pick.choice(
            [
                "@functools.cache",
                "@functools.lru_cache",
                "@functools.lru_cache(maxsize=None)",
                "@functools.singledispatch",
                "@staticmethod",
            ]
        )
        made = f"{how}\ndef {name}(x=1):\n    {self.statement()}\n    return 1\n\n\n"
        return made + self.pick.choice(
            [f"{name}(1)\n{name}(1)\n", "", f"kept = functools.partial({name}, 2)\nkept()\n", f"kept = {name}\n"]
        )

    def form_method_kinds(self) -> str:
        name = self.fresh("Kinds")
        hook, use = self.pick.choice(
            [
                ("@property\n    def value(self):", f"kept = {name}()"),
                ("@property\n    def value(self):", f"kept = getattr({name}(), 'value')"),
                ("@property\n    def value(self):", f"kept = hasattr({name}(), 'value')"),
                ("@functools.cached_property\n    def value(self):", f"kept = {name}()\nkept.value\nkept.value"),
                (
                    "def __get__(self, instance, owner):",
                    f"class Owner:\n    field = {name}()\n\n\nkept = Owner().field",
                ),
                ("def __get__(self, instance, owner):", f"class Owner:\n    field = {name}()\n\n\nkept = Owner.field"),
                ("def make(self):", f"kept = {name}().make\nkept()"),
                ("def make(self):", f"{name}.make({name}())"),
                ("def __init__(self, *rest, **named):", f"kept = [{name}(each) for each in (1, 2)]"),
                ("def __init__(self, *rest, **named):", f"kept = {{key: {name}(key) for key in ()}}"),
                ("def __init__(self, *rest, **named):", f"kept = {name}(**dict(a=1))"),
            ]
        )
        return f"class {name}:\n    {hook}\n        {self.statement()}\n\n\n{use}\n"

    def form_named_tuple(self) -> str:
        name = self.fresh("Row")
        head = self.pick.choice(
            [
                f"from typing import NamedTuple\n\n\nclass {name}(NamedTuple):\n    x: int = 1\n",
                f"from abc import ABC, abstractmethod\n\n\nclass {name}(ABC):\n    x = 1\n",
                f"from typing import Protocol\n\n\nclass {name}(Protocol):\n    x: int\n",
                f"from collections import UserDict\n\n\nclass {name}(UserDict):\n    x = 1\n",
                f"class {name}(Exception):\n    x = 1\n",
                f"class {name}(dict):\n    x = 1\n",
            ]
        )
        made = f"{head}\n    def other(self):\n        {self.statement()}\n\n    @classmethod\n    def make(cls):\n        {self.statement()}\n        return cls\n\n\n"
        return made + self.pick.choice(
            [f"{name}.make()\n", f"kept = {name}.x\n" if "x = 1" in head or "= 1" in head else "", f"kept = {name}\n"]
        )
