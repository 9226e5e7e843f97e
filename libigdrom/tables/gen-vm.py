#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes vm/conditions.inc and vm/rules.inc from the tables vm-*.tsv and qemu-releases.tsv.

gen-vm.py [--check]: with --check nothing is written and a difference ends with exit code 1.
"""
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
EFFECTS = ("place", "mode", "need", "set", "ask", "refuse", "optional", "useless", "fatal")
JUDGEMENTS = ("optional", "useless", "fatal")
TYPES = ("bool", "switch", "uint", "string")
PLACEHOLDERS = {"device", "qemu", "gms", "lpc_id", "pve"}
COLUMNS = {
    "vm-conditions": "condition values note",
    "vm-generations": "pattern generations source",
    "vm-pve-releases": "pve qemu source",
    "vm-properties": "property type releases defaults source",
    "vm-rules": "rule effect subject value when text source",
    "vm-changes": "condition value text",
    "vm-bad-builds": "build version package fixed source",
    "qemu-releases": "release note source",
}


def die(text):
    sys.exit(f"gen-vm.py: {text}")


def read_table(name):
    columns = COLUMNS[name].split()
    text = (HERE / f"{name}.tsv").read_text(encoding="utf-8")
    lines = [l for l in text.split("\n") if l and not l.startswith("#")]
    if lines[0].split("\t") != columns:
        die(f"{name}.tsv: columns must be {columns}")
    rows = []
    for line in lines[1:]:
        cells = line.split("\t")
        if len(cells) != len(columns) or "" in cells:
            die(f"{name}.tsv: {cells[0]}: {len(columns)} cells expected, none of them empty")
        row = dict(zip(columns, cells))
        if row.get("source") == "-":
            die(f"{name}.tsv: {cells[0]}: no source")
        rows.append(row)
    return rows


def c_string(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def c_name(*parts):
    return "VM_" + "_".join(re.sub(r"\W", "_", p).upper() for p in parts)


class Conditions:
    def __init__(self):
        self.releases = [r["release"] for r in read_table("qemu-releases")]
        self.values = {r["condition"]: r["values"].split() for r in read_table("vm-conditions")}
        self.values["qemu"] = self.releases
        for name, values in self.values.items():
            if len(values) > 64 or len(set(values)) != len(values):
                die(f"vm-conditions.tsv: {name}: at most 64 values, each once")

    def release_mask(self, text, where):
        """The releases of a text like "2.7-4.2|5.1|10.0-", as a mask."""
        mask = 0
        for part in text.split("|"):
            first, dash, last = part.partition("-")
            if first not in self.releases or (last and last not in self.releases):
                die(f"{where}: {part!r} is no range of releases")
            start = self.releases.index(first)
            end = self.releases.index(last) if last else start if not dash else len(self.releases) - 1
            if end < start:
                die(f"{where}: {part!r} ends before it starts")
            mask |= (1 << (end + 1)) - (1 << start)
        return mask

    def value_mask(self, name, text, where):
        if name not in self.values:
            die(f"{where}: no condition {name}")
        if name == "qemu":
            return self.release_mask(text, where)
        mask = 0
        for value in text.split("|"):
            if value not in self.values[name]:
                die(f"{where}: {name} is never {value}")
            mask |= 1 << self.values[name].index(value)
        return mask

    def when(self, text, where):
        """(condition, mask of values) pairs."""
        masks = {}
        for test in text.split() if text != "-" else []:
            match = re.fullmatch(r"(\w+)(!?=)(\S+)", test)
            if not match:
                die(f"{where}: {test!r} is no test")
            name, relation, values = match.groups()
            mask = self.value_mask(name, values, where)
            if relation == "!=":
                mask = (1 << len(self.values[name])) - 1 & ~mask
            if name in masks or not mask:
                die(f"{where}: {name} is tested twice, or can never hold")
            masks[name] = mask
        return masks

    def emit(self):
        enum = "".join(f"\t{c_name('if', n)},\n" for n in self.values)
        out = [f"enum vm_condition {{\n{enum}\tVM_CONDITION_COUNT,\n}};\n"]
        for name, values in self.values.items():
            if name != "qemu":
                body = "".join(f"\t{c_name('is', name, v)},\n" for v in values)
                out.append(f"enum vm_if_{name} {{\n{body}}};\n")
        return "".join(out)

    def emit_values(self):
        out = []
        for name, values in self.values.items():
            body = ", ".join(c_string(v) for v in values)
            out.append(f"static const char *const values_{name}[] = {{{body}, NULL}};\n")
        body = "".join(f"\t[{c_name('if', n)}] = {{{c_string(n)}, values_{n}}},\n" for n in self.values)
        out.append(f"static const struct condition conditions[VM_CONDITION_COUNT] = {{\n{body}}};\n")
        return "".join(out)


def emit_generations(conditions):
    out = []
    for row in read_table("vm-generations"):
        where = f"vm-generations.tsv: {row['pattern']}"
        spans = {}
        for part in row["generations"].split(", "):
            value, _, ranges = part.partition(" ")
            conditions.value_mask("generation", value, where)
            for index in range(len(conditions.releases)):
                if conditions.release_mask(ranges, where) >> index & 1:
                    if index in spans:
                        die(f"{where}: ranges overlap")
                    spans[index] = value
        if len(spans) != len(conditions.releases):
            die(f"{where}: a release is left out")
        seen = ", ".join(c_name("is", "generation", spans[i]) for i in sorted(spans))
        for pattern in row["pattern"].split():
            if not re.fullmatch("[0-9A-Fx]{4}", pattern):
                die(f"{where}: {pattern} is no pattern")
            mask = "".join("0" if c == "x" else "f" for c in pattern)
            value = pattern.replace("x", "0").lower()
            out.append(f"\t{{0x{mask}, 0x{value}, {{{seen}}}}},\n")
    return (f"#define RELEASE_COUNT {len(conditions.releases)}\n"
            f"static const struct generation generations[] = {{\n{''.join(out)}}};\n")


def emit_properties(conditions):
    out, names = [], []
    for row in read_table("vm-properties"):
        where = f"vm-properties.tsv: {row['property']}"
        if row["type"] not in TYPES:
            die(f"{where}: no type {row['type']}")
        defaults = []
        for part in row["defaults"].split(", ") if row["defaults"] != "-" else []:
            value, _, ranges = part.partition(" ")
            defaults.append(f"{{{c_string(value)}, 0x{conditions.release_mask(ranges, where):x}}}")
        if len(defaults) > 2:
            die(f"{where}: more than two defaults")
        names.append(row["property"])
        out.append(f"\t{{{c_string(row['property'])}, {c_name('type', row['type'])}, "
                   f"0x{conditions.release_mask(row['releases'], where):x}, "
                   f"{{{', '.join(defaults) or '{NULL, 0}'}}}, {c_string(row['source'])}}},\n")
    if names != sorted(set(names)):
        die("vm-properties.tsv: not in ascending order")
    return f"static const struct vm_known_property properties[] = {{\n{''.join(out)}}};\n", names


def check_text(row, where):
    unknown = set(re.findall(r"\{(\w+)\}", row["text"] + row.get("value", ""))) - PLACEHOLDERS
    if unknown:
        die(f"{where}: {sorted(unknown)} stands for nothing")


def check_rule(row, conditions, properties, where):
    effect, subject, value = row["effect"], row["subject"], row["value"]
    if effect not in EFFECTS:
        die(f"{where}: no effect {effect}")
    if effect in ("need", *JUDGEMENTS) and subject not in properties:
        die(f"{where}: no property {subject}")
    if effect == "place":
        conditions.value_mask("address", value, where)
    if effect == "mode":
        conditions.value_mask("mode", value, where)
    if effect in ("place", "mode", "refuse") and subject != "-":
        die(f"{where}: {effect} has no subject")
    if (value == "-") != (effect in ("refuse", "ask")):
        die(f"{where}: {effect} and value {value}")
    if not row["text"].endswith("."):
        die(f"{where}: the text is a sentence and ends with a full stop")
    check_text(row, where)


def emit_rules(conditions, properties):
    rows, out = read_table("vm-rules"), []
    if len({r["rule"] for r in rows}) != len(rows):
        die("vm-rules.tsv: a rule stands there twice")
    for row in rows:
        where = f"vm-rules.tsv: {row['rule']}"
        check_rule(row, conditions, properties, where)
        when = "".join(f"[{c_name('if', n)}] = 0x{m:x}, " for n, m in conditions.when(row["when"], where).items())
        fields = [("name", row["rule"]), ("subject", row["subject"]), ("value", row["value"]),
                  ("text", row["text"]), ("source", row["source"])]
        body = "".join(f"\t.{n} = {c_string(v)},\n" for n, v in fields if v != "-")
        when = f"\t.when = {{{when.rstrip(', ')}}},\n" if when else ""
        out.append(f"{{\n\t.effect = {c_name(row['effect'])},\n{body}{when}}},\n")
    return f"static const struct vm_rule rules[] = {{\n{''.join(out)}}};\n"


def emit_changes(conditions):
    out = []
    for row in read_table("vm-changes"):
        where = f"vm-changes.tsv: {row['condition']} {row['value']}"
        check_text(row, where)
        value = "0"
        if row["condition"] == "qemu":
            value = {"newer": "CHANGE_NEWER", "older": "CHANGE_OLDER"}.get(row["value"]) or die(where)
        else:
            conditions.value_mask(row["condition"], row["value"], where)
            value = c_name("is", row["condition"], row["value"])
        out.append(f"\t{{{c_name('if', row['condition'])}, {value}, {c_string(row['text'])}}},\n")
    return f"static const struct change changes[] = {{\n{''.join(out)}}};\n"


def emit_releases(conditions):
    out = []
    for row in read_table("vm-pve-releases"):
        if row["qemu"] not in conditions.releases:
            die(f"vm-pve-releases.tsv: {row['pve']}: no release {row['qemu']}")
        major, minor = row["pve"].split(".")
        out.append(f"\t{{{c_string(row['pve'])}, {major}, {minor}, {conditions.releases.index(row['qemu'])}}},\n")
    releases = "".join(f"\t{{{r.replace('.', ', ')}}},\n" for r in conditions.releases)
    bad = "".join(f"\t{{{c_name('is', 'build', r['build'])}, {{{r['version'].replace('.', ', ')}}}, {r['package']}, "
                  f"{c_string(r['version'])}, {c_string(r['fixed'])}}},\n" for r in read_table("vm-bad-builds"))
    return (f"static const struct pve_release pve_releases[] = {{\n{''.join(out)}}};\n"
            f"static const struct release_number release_numbers[] = {{\n{releases}}};\n"
            f"static const struct vm_bad_build bad_builds[] = {{\n{bad}}};\n")


def generate():
    conditions = Conditions()
    property_rows, properties = emit_properties(conditions)
    return {
        "conditions.inc": ("vm-conditions.tsv", conditions.emit()),
        "cases.inc": ("vm-conditions.tsv, vm-generations.tsv, vm-pve-releases.tsv, vm-bad-builds.tsv and qemu-releases.tsv",
                      conditions.emit_values() + emit_generations(conditions) + emit_releases(conditions)),
        "rules.inc": ("vm-rules.tsv and vm-properties.tsv", property_rows + emit_rules(conditions, properties)),
        "changes.inc": ("vm-changes.tsv", emit_changes(conditions)),
    }


def main():
    stale = 0
    for name, (origin, text) in generate().items():
        target = HERE.parent / "vm" / name
        text = f"/* Generated by tables/gen-vm.py from tables/{origin}; do not edit. */\n{text}"
        if "--check" in sys.argv[1:]:
            if not target.exists() or target.read_text(encoding="utf-8") != text:
                print(f"{target} is stale: run {sys.argv[0]}", file=sys.stderr)
                stale = 1
        else:
            target.write_text(text, encoding="utf-8")
    return stale


if __name__ == "__main__":
    sys.exit(main())
