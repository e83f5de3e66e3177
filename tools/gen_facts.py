"""spec/facts.yaml -> domain/report/columns.h (enums), tables.inc (the facts schema), paths.inc (field path -> column), copies.inc
(column <- member of a snapshot, with the member's kind from spec/snapshots.def)."""
import re

import yaml

from generate import write

TYPES = {"text": "FACTS_TEXT", "code": "FACTS_CODE", "int": "FACTS_I64", "real": "FACTS_REAL", "bool": "FACTS_BOOL"}
ROW = re.compile(r"^(TASK|LEG|AGENT|CHANNEL)_(FIELD|ENUM)\(\s*(\w+),\s*(\w+),", re.M)
NOTE = "/* Generated from spec/facts.yaml. Do not edit. */\n"


def members(spec):
    """{(noun, member): kind}; the kind of an enumeration is its name in spec/words.def."""
    text = (spec / "snapshots.def").read_text()
    return {(m[1].lower(), m[4]): (m[2], m[3]) for m in ROW.finditer(text)}


def column(table, c):
    return "COL_%s_%s" % (table["name"].upper(), c["name"].upper())


def enums(tables):
    out = ["#ifndef DOMAIN_REPORT_COLUMNS_H", "#define DOMAIN_REPORT_COLUMNS_H", "enum report_table {"]
    out += ["    TABLE_%s," % t["name"].upper() for t in tables] + ["    REPORT_TABLE_COUNT", "};"]
    for t in tables:
        names = [column(t, c) for c in t["columns"]] + ["COL_%s_COUNT" % t["name"].upper()]
        out += ["enum report_%s_column {" % t["name"]] + ["    %s," % n for n in names] + ["};"]
    return "\n".join(out + ["#endif"]) + "\n"


def rows(tables):
    out = []
    for t in tables:
        out.append("static const struct facts_column %s_columns[] = {" % t["name"])
        out += ['    { "%s", %s },' % (c["name"], TYPES[c["type"]]) for c in t["columns"]] + ["};"]
    out.append("static const struct facts_table tables[] = {")
    for t in tables:
        parent = "&tables[TABLE_%s]" % t["parent"].upper() if "parent" in t else "NULL"
        out.append('    { "%s", %s_columns, %d, %s },' % (t["name"], t["name"], len(t["columns"]), parent))
    return "\n".join(out + ["};"]) + "\n"


def paths(tables):
    found = []
    for t in tables:
        for c in t["columns"]:
            for p in c.get("paths", []):
                whole = p[1:] if p.startswith("=") else t.get("prefix", "") + p
                found.append((t["name"], whole, column(t, c)))
    assert len({f[:2] for f in found}) == len(found), "a path twice in one table"
    return "".join('{ TABLE_%s, %s, { "%s", %d } },\n' % (t.upper(), col, p, len(p)) for t, p, col in found)


def words(tables):
    out = []
    for t in tables:
        for c in t["columns"]:
            out += ['{ TABLE_%s, %s, "%s", "%s" },\n' % (t["name"].upper(), column(t, c), k, v)
                    for k, v in c.get("words", {}).items()]
    return "".join(out)


def copies(tables, kinds):
    out = []
    for t in tables:
        for c in t["columns"]:
            source, _, zero = c["from"].partition(" ")
            if source == "computed":
                continue
            noun, _, member = source.rpartition(".")
            noun = noun or t["source"]
            form, kind = kinds[noun, member]
            rule = {"": "KEEP", "null": "NULL", "-1": "MINUS"}[zero]
            table = "&words_" + kind if form == "ENUM" else "NULL"
            out.append("{ TABLE_%s, %s, FROM_%s, COPY_%s, ZERO_%s, offsetof(struct %s_snapshot, %s), %s },\n" % (
                t["name"].upper(), column(t, c), noun.upper(), "WORD" if form == "ENUM" else kind, rule, noun, member, table))
    return "".join(out)


def generate(spec, out):
    doc = yaml.safe_load((spec / "facts.yaml").read_text())
    tables = doc["tables"]
    folder = out / "domain/report"
    write(folder / "columns.h", NOTE + enums(tables))
    write(folder / "tables.inc", NOTE + rows(tables) + "enum { SCHEMA_VERSION = %d };\n" % doc["version"])
    write(folder / "paths.inc", NOTE + paths(tables))
    write(folder / "words.inc", NOTE + words(tables))
    write(folder / "copies.inc", NOTE + copies(tables, members(spec)))
