# SPDX-License-Identifier: BSD-2-Clause
"""What headers, extension modules and package promise each other.

Usage: test_surface.py INCLUDE_DIR [--host]     --host: libigdrom-host and igdrom.host
"""
import ast
import enum
import inspect
import pathlib
import re
import sys
import unittest

import igdrom

HOST = "--host" in sys.argv
if HOST:
    sys.argv.remove("--host")
    from igdrom import _host_enums as _enums, _igdrom_host as _igdrom, host as public
else:
    from igdrom import _enums, _igdrom
    public = igdrom

INCLUDE = pathlib.Path(sys.argv.pop(1)) / "igdrom" if len(sys.argv) > 1 else None
PACKAGE = pathlib.Path(igdrom.__file__).parent

# Called by destructors and typemaps, not by name.
FREED_BY_THE_BINDING = re.compile(r"igdrom_(\w+_free|host_close)$")


def bound_headers():
    """The headers that <igdrom/igdrom.h> includes: all of libigdrom. Of libigdrom-host all but files."""
    if HOST:
        return [INCLUDE / f"{name}.h" for name in ("changes", "host", "setup")]
    text = (INCLUDE / "igdrom.h").read_text(encoding="utf-8")
    return [INCLUDE / name for name in re.findall(r"#include <igdrom/(\w+\.h)>", text)]


def functions():
    names = set()
    for header in bound_headers():
        text = re.sub(r"/\*.*?\*/", "", header.read_text(encoding="utf-8"), flags=re.S)
        names.update(re.findall(r"^IGDROM_API[^;(]*?(\w+)\(", text, re.M))
    return {name for name in names if not FREED_BY_THE_BINDING.match(name)}


def sources():
    return {path.name: path.read_text(encoding="utf-8") for path in PACKAGE.glob("*.py")}


class Surface(unittest.TestCase):
    def test_every_public_function_is_wrapped(self):
        self.assertGreater(len(functions()), 130)
        self.assertEqual({n for n in functions() if not callable(getattr(_igdrom, n, None))}, set())

    def test_every_public_function_is_used_by_the_package(self):
        used = set(re.findall(rf"\b{_igdrom.__name__.rsplit('.')[-1]}\.(igdrom_\w+)\(", "".join(sources().values())))
        self.assertEqual(functions() - used, set())

    def test_nothing_else_is_wrapped(self):
        wrapped = {n for n in dir(_igdrom) if n.startswith("igdrom_") and not n.endswith("_object")}
        self.assertEqual(wrapped - functions(), set())

    def test_the_stub_names_what_the_module_has(self):
        tree = ast.parse((PACKAGE / f"{_igdrom.__name__.rsplit('.')[-1]}.pyi").read_text(encoding="utf-8"))
        stubs = {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
        module = {n for n in dir(_igdrom) if n.startswith("igdrom_")}
        self.assertEqual(stubs, module)

    def test_enums_have_the_values_of_the_c_compiler(self):
        classes = [c for c in vars(_enums).values() if inspect.isclass(c) and issubclass(c, enum.IntEnum)]
        values = {}
        for name in dir(_igdrom):
            if name.startswith("IGDROM_") and isinstance(getattr(_igdrom, name), int):
                values.setdefault(name, getattr(_igdrom, name))
        members = 0
        for cls in classes:
            if cls is enum.IntEnum:
                continue
            for member in cls:
                ends = [n for n in values if n.endswith("_" + member.name) and values[n] == member.value]
                self.assertTrue(ends, f"{cls.__name__}.{member.name} = {member.value} is no constant of C")
                members += 1
        self.assertGreater(members, 5 if HOST else 50)

    def test_every_enum_of_the_headers_is_a_class(self):
        tags = set()
        for header in bound_headers():
            tags.update(re.findall(r"^enum igdrom_(\w+) \{", header.read_text(encoding="utf-8"), re.M))
        tags -= {"tristate"}  # crosses as True, False or None
        missing = {t for t in tags if not hasattr(_enums, "".join(p.title() for p in t.split("_")))}
        self.assertEqual(missing, set())

    def test_every_public_name_is_there_and_documented(self):
        self.assertEqual(public.__all__, sorted(set(public.__all__)))
        for name in public.__all__:
            thing = getattr(public, name)
            if inspect.isclass(thing) or inspect.isfunction(thing):
                self.assertTrue(inspect.getdoc(thing), name)
        names = {n for n, v in vars(public).items() if not n.startswith("_") and not inspect.ismodule(v)}
        self.assertEqual(names, set(public.__all__))

    def test_every_public_method_is_documented(self):
        for name in public.__all__:
            thing = getattr(public, name)
            if not inspect.isclass(thing) or issubclass(thing, (enum.Enum, tuple)):
                continue
            for attribute, value in vars(thing).items():
                if attribute.startswith("_") or not (inspect.isfunction(value) or isinstance(value, (property, classmethod))):
                    continue
                self.assertTrue(inspect.getdoc(getattr(thing, attribute)), f"{name}.{attribute}")

    def test_every_field_of_a_public_tuple_is_documented(self):
        tuples = [thing for thing in map(vars(public).get, public.__all__) if hasattr(thing, "_fields")]
        self.assertGreater(len(tuples), 5)
        missing = {f"{one.__name__}.{field}" for one in tuples for field in one._fields
                   if f"\n    {field}: " not in inspect.getdoc(one)}
        self.assertEqual(missing, set())

    def test_the_package_is_marked_as_typed(self):
        self.assertTrue((PACKAGE / "py.typed").exists())


if __name__ == "__main__":
    unittest.main()
