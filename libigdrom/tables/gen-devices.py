#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes device/*.inc and igd/devices.inc from the device tables (*.tsv beside this file).

gen-devices.py [--check]: with --check nothing is written and a difference ends with exit code 1.
Joins that fail, rows without a source and rules that no device uses end the run with a sentence.
"""
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
STOLEN = {"unknown": "UNKNOWN", "none": "NONE", "gen6": "GEN6", "gen8": "GEN8", "chv": "CHV", "gen9": "GEN9"}
BDSM = {"unknown": "UNKNOWN", "none": "NONE", "32@5C": "32_5C", "64@C0": "64_C0"}
TRISTATE = {"yes": "IGDROM_YES", "no": "IGDROM_NO", "unknown": "IGDROM_UNKNOWN"}
NO_DRIVER = ("none", "unknown")
COLUMNS = {
    "devices": "device_id platform codename graphics_version display_version gt form variant name cpu_generation"
               " gop_versions kernel_macro note source",
    "discrete": "device_id platform codename name kernel_macro note source",
    "platforms": "platform first_cpu last_cpu stolen_family bdsm opregion_version audio_function audio_note"
                 " legacy_vbios legacy_vbios_note gvt gop_family vbt_signatures ddi_names note source",
    "gop-families": "family versions platforms ids_in_table example_version evidence gates gate_note coverage source",
    "qemu-igd": "pattern platforms ranges note source",
    "qemu-releases": "release note source",
}


def die(text):
    sys.exit(f"gen-devices.py: {text}")


def read_table(name):
    path = HERE / f"{name}.tsv"
    columns = COLUMNS[name].split()
    lines = [l for l in path.read_text(encoding="utf-8").split("\n") if l and not l.startswith("#")]
    if lines[0].split("\t") != columns:
        die(f"{path}: columns must be {columns}")
    rows = []
    for line in lines[1:]:
        cells = line.split("\t")
        if len(cells) != len(columns) or "" in cells:
            die(f"{path}: {cells[0]}: {len(columns)} cells expected, none of them empty")
        row = dict(zip(columns, (None if c == "-" else c for c in cells)))
        if not row["source"]:
            die(f"{path}: {cells[0]}: no source")
        rows.append(row)
    return rows


def keyed(rows, column, name):
    out = {r[column]: r for r in rows}
    if len(out) != len(rows):
        die(f"{name}.tsv: a {column} stands there twice")
    return out


def words(text):
    return text.replace(",", " ").split() if text else []


def check_ids(rows, name):
    ids = [r["device_id"] for r in rows]
    for text in ids:
        if not re.fullmatch(r"[0-9A-F]{4}", text):
            die(f"{name}.tsv: {text}: four upper-case hexadecimal digits expected")
    if ids != sorted(set(ids)):
        die(f"{name}.tsv: not strictly ascending")


def check_families(families, platforms, devices):
    """A family names exactly the platforms that name it, and every version in use has a gate."""
    for key, family in families.items():
        users = {p for p, row in platforms.items() if row["gop_family"] == key}
        if users != set(words(family["platforms"])):
            die(f"gop-families.tsv: {key}: platforms.tsv gives it to {sorted(users)}")
    for platform, row in platforms.items():
        if row["gop_family"] not in families:
            die(f"platforms.tsv: {platform}: no family {row['gop_family']}")
    for row in devices:
        family = families[platforms[row["platform"]]["gop_family"]]
        for version in words(row["gop_versions"]):
            if version not in words(family["versions"]):
                die(f"devices.tsv: {row['device_id']}: {version} is no version of {family['family']}")


def needs_lpc(row, family):
    """Gate of the versions that list the id, of all versions of the family where none lists it.

    One gated version is enough for "yes": the user's own file may be that one, and providing the
    LPC id does no harm to the others.
    """
    gates = dict(g.split(":") for g in words(family["gates"]))
    versions = words(row["gop_versions"]) or (words(family["versions"]) if gates else [])
    answers = set()
    for version in versions:
        major_minor = version.rpartition(".")[0]
        if major_minor not in gates or gates[major_minor] not in ("yes", "no"):
            die(f"gop-families.tsv: {family['family']}: no gate for {version}")
        answers.add(gates[major_minor])
    return "unknown" if not answers else "yes" if "yes" in answers else "no"


def releases_in(ranges, releases, where):
    """The releases that a text like "2.7-4.2, 10.0-" covers."""
    covered = []
    if ranges == "none":
        return covered
    for part in ranges.split(", "):
        first, dash, last = part.partition("-")
        if not dash or first not in releases or (last and last not in releases):
            die(f"qemu-igd.tsv: {where}: {part!r} is no range of releases")
        covered += releases[releases.index(first):(releases.index(last) + 1) if last else None]
    if covered != sorted(set(covered), key=releases.index):
        die(f"qemu-igd.tsv: {where}: ranges overlap or are out of order")
    return covered


def min_qemu(ranges, releases, where):
    """The lowest release from which every later known one is covered; None when there is none."""
    covered = set(releases_in(ranges, releases, where))
    lowest = None
    for release in reversed(releases):
        if release not in covered:
            break
        lowest = release
    return lowest


def qemu_rule(rules, device_id):
    for index, rule in enumerate(rules):
        for pattern in rule["pattern"].split():
            if re.fullmatch(pattern.replace("x", "."), device_id):
                return index
    die(f"qemu-igd.tsv: no row for {device_id}")


def check_rules(rules, devices):
    users = [set() for _ in rules]
    for row in devices:
        users[qemu_rule(rules, row["device_id"])].add(row["platform"])
    for rule, platforms in zip(rules, users):
        if platforms != set(words(rule["platforms"])):
            die(f"qemu-igd.tsv: {rule['pattern']}: it holds for {sorted(platforms)}")


def c_string(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def c_row(head, fields):
    """One designated initialiser; fields whose value is None stay out."""
    body = "".join(f"\t.{name} = {value},\n" for name, value in fields if value is not None)
    return f"{head}{{\n{body}}},\n"


def texts(row, *names):
    return [(field, c_string(row[column]) if row[column] is not None else None)
            for field, column in (n.split("=") if "=" in n else (n, n) for n in names)]


def joined(text):
    return c_string(", ".join(words(text))) if text else None


def emit_platforms(platforms, families):
    order = list(families)
    out = []
    for row in platforms.values():
        family = row["gop_family"]
        out.append(c_row("", [
            ("stolen", f"IGDROM_STOLEN_{STOLEN[row['stolen_family']]}"),
            ("bdsm", f"IGDROM_BDSM_{BDSM[row['bdsm']]}"),
            ("legacy_vbios", TRISTATE[row["legacy_vbios"]]),
            ("gvt", TRISTATE[row["gvt"]]),
            *texts(row, "legacy_vbios_note", "audio_function", "vbt_signatures", "ddi_names", "note", "source"),
            ("family", f"&families[{order.index(family)}]" if family not in NO_DRIVER else None),
        ]))
    return "".join(out)


def emit_devices(devices, discrete, platforms, families, rules):
    order = list(platforms)
    out = {}
    for row in discrete:
        out[row["device_id"]] = [("kind", "IGDROM_DEVICE_DISCRETE"), ("needs_lpc", "IGDROM_UNKNOWN"),
                                 *texts(row, "platform", "codename", "name", "kernel_macro", "note", "source")]
    for row in devices:
        family = families[platforms[row["platform"]]["gop_family"]]
        if row["device_id"] in out:
            die(f"discrete.tsv: {row['device_id']} is in devices.tsv too")
        out[row["device_id"]] = [
            ("kind", "IGDROM_DEVICE_IGD"), ("needs_lpc", TRISTATE[needs_lpc(row, family)]),
            *texts(row, "platform", "codename", "name", "graphics_version", "display_version", "gt", "form",
                   "variant", "cpu_generation", "gop_versions", "kernel_macro", "note", "source"),
            ("facts", f"&platforms[{order.index(row['platform'])}]"),
            ("qemu", f"&qemu_rules[{qemu_rule(rules, row['device_id'])}]")]
    return "".join(c_row("", [("id", f"0x{key}"), *fields]) for key, fields in sorted(out.items()))


def emit_rules(rules, releases):
    out = []
    for rule in rules:
        ranges = rule["ranges"]
        lowest = min_qemu(ranges, releases, rule["pattern"])
        out.append(c_row("", [("ranges", c_string("" if ranges == "none" else ranges)),
                              ("lowest", c_string(lowest) if lowest else None), *texts(rule, "note", "source")]))
    return "".join(out)


def emit_igd(devices, platforms):
    """Ids in groups of equal traits: two bytes for each id, and no index beside it."""
    groups = {}
    for row in devices:
        platform = platforms[row["platform"]]
        groups.setdefault((platform["stolen_family"], platform["bdsm"]), []).append(row["device_id"])
    ids, table, end = [], [], 0
    for (stolen, bdsm), members in sorted(groups.items()):
        end += len(members)
        table.append(f"\t{{.end = {end}, .traits = {{IGD_STOLEN_{STOLEN[stolen]}, IGD_BDSM_{BDSM[bdsm]}}}}},\n")
        ids += [f"\t{', '.join('0x' + m for m in members[i:i + 12])},\n" for i in range(0, len(members), 12)]
    return ("static const uint16_t ids[] = {\n" + "".join(ids) + "};\n"
            "static const struct group groups[] = {\n" + "".join(table) + "};\n")


def generate():
    devices, discrete = read_table("devices"), read_table("discrete")
    platforms = keyed(read_table("platforms"), "platform", "platforms")
    families = keyed(read_table("gop-families"), "family", "gop-families")
    rules = read_table("qemu-igd")
    releases = list(keyed(read_table("qemu-releases"), "release", "qemu-releases"))
    check_ids(devices, "devices")
    check_ids(discrete, "discrete")
    for row in devices:
        if row["platform"] not in platforms:
            die(f"devices.tsv: {row['device_id']}: no platform {row['platform']}")
    if {r["platform"] for r in devices} != set(platforms):
        die(f"platforms.tsv: no device has {sorted(set(platforms) - {r['platform'] for r in devices})}")
    check_families(families, platforms, devices)
    check_rules(rules, devices)
    family_rows = "".join(c_row("", [
        *texts(f, "name=family"), ("versions", joined(f["versions"])), ("platforms", joined(f["platforms"])),
        *texts(f, "evidence", "coverage", "gate_note", "source")]) for f in families.values())
    qemu = (f"#define LAST_QEMU_RELEASE {c_string(releases[-1])}\n"
            f"static const struct qemu_rule qemu_rules[] = {{\n{emit_rules(rules, releases)}}};\n")
    wrap = "static const struct {} {}[] = {{\n{}}};\n"
    return {
        "device/families.inc": ("gop-families.tsv", wrap.format("igdrom_gop_family", "families", family_rows)),
        "device/qemu.inc": ("qemu-igd.tsv and tables/qemu-releases.tsv", qemu),
        "device/platforms.inc": ("platforms.tsv", wrap.format(
            "platform", "platforms", emit_platforms(platforms, families))),
        "device/devices.inc": ("devices.tsv and tables/discrete.tsv", wrap.format(
            "igdrom_device", "devices", emit_devices(devices, discrete, platforms, families, rules))),
        "igd/devices.inc": ("devices.tsv and tables/platforms.tsv", emit_igd(devices, platforms)),
    }


def main():
    stale = 0
    for name, (origin, text) in generate().items():
        target = HERE.parent / name
        text = f"/* Generated by tables/gen-devices.py from tables/{origin}; do not edit. */\n{text}"
        if "--check" in sys.argv[1:]:
            if not target.exists() or target.read_text(encoding="utf-8") != text:
                print(f"{target} is stale: run {sys.argv[0]}", file=sys.stderr)
                stale = 1
        else:
            target.parent.mkdir(exist_ok=True)
            target.write_text(text, encoding="utf-8")
    return stale


if __name__ == "__main__":
    sys.exit(main())
