"""spec/resources/*.yaml and spec/defaults.yaml -> domain/catalog/tables.h and rows.h (C tables). For the route and OpenAPI
generators: resource_operations(spec), resource_schemas(spec) (tools/resource_api.py). The keys of a file:
spec/resources/README.md."""
import json
import re

import yaml

from generate import write

UUID = {"length": [32, 36], "pattern": "^[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}$"}
COMMON_HEAD = {
    "organizationId": {"type": "string", **UUID, "about": "Organisation it belongs to", "filter": False},
    "id": {"type": "string", "about": "Its id, made by the server"},
    "version": {"type": "integer", "about": "Counts its changes"},
}
COMMON_TAIL = {
    "createdTime": {"type": "long", "about": "When it was made (epoch ms)", "filter": False},
    "lastUpdatedTime": {"type": "long", "about": "When it last changed (epoch ms)", "filter": False},
}
INT64 = ("INT64_MIN", "INT64_MAX")
INT32 = (-(2**31), 2**31 - 1)
TYPES = {"string": "STRING", "integer": "INTEGER", "long": "INTEGER", "boolean": "BOOLEAN", "enum": "ENUM", "ref": "REF",
         "object": "OBJECT"}
EXPORTS = ("value", "text", "names", "teams", "groups", "rows")
KEYS = {"type", "to", "required", "required_if", "length", "range", "pattern", "words", "spellings", "entries", "hidden", "pattern_text", "items", "items_text", "on_demand", "entity", "owner", "or_text", "default", "retain", "read_only",
        "immutable", "derived", "unique_items", "made_id", "filter", "search", "fields", "about", "example",
        "asked", "shows"}


def load(spec):
    """All resources by name, common fields added; a wrong key in a rule ends the build."""
    found = [yaml.safe_load(f.read_text()) for f in sorted((spec / "resources").glob("*.yaml"))]
    for r in found:
        r["own"] = list(r["fields"])
        r["fields"] = {**COMMON_HEAD, **split(r, False), **COMMON_TAIL, **split(r, True), **parent_field(r)}
    named = {r["name"]: r for r in found}
    for r in found:
        add_entries(r, named)
        add_shown(r, named)
        add_stamps(r)
        check_rules(r["name"], r["fields"])
    return named


def split(r, asked):
    """What is shown only to those who ask stands at the end, so that the others get the text up to there."""
    found = {n: f for n, f in r["fields"].items() if ("asked" in f) == asked}
    for f in found.values():
        if asked:
            f.update({"read_only": True, "filter": False})
    return found


def parent_field(r):
    """A sub-resource keeps whose it is: hidden, behind all others."""
    if "parent" not in r:
        return {}
    return {"parentId": {"type": "ref", "to": r["parent"]["resource"], "hidden": True, "filter": False, "about": "Whose it is"}}


def add_stamps(r):
    """Objects with `entity: yes` show what the engine notes of each, behind their own members."""
    stamps = {**COMMON_HEAD, **COMMON_TAIL}
    del stamps["id"]
    for rule in r["fields"].values():
        if rule.get("entity"):
            rule["fields"].update({name: {**f, "read_only": True} for name, f in stamps.items()})


def add_entries(r, named):
    """A list of entities of a sub-resource inside their parent has their fields, and is computed when it is read."""
    for rule in r["fields"].values():
        if "entries" in rule:
            fields = {n: f for n, f in named[rule["entries"]]["fields"].items() if not f.get("hidden")}
            rule.update({"type": "object[]", "fields": fields, "derived": "entries", "filter": False})


def add_shown(r, named):
    """Objects that stand for an entity have its fields; those not named by themselves are shown, never taken."""
    for rule in r["fields"].values():
        if "shows" in rule:
            theirs = {n: {k: v for k, v in f.items() if k not in ("default", "required", "search")}
                      for n, f in named[rule["shows"]]["fields"].items()}
            rule["fields"] = {n: {**f, **rule["fields"].get(n, {"read_only": True})} for n, f in theirs.items()}


def check_rules(where, fields):
    for name, rule in fields.items():
        unknown = set(rule) - KEYS
        base = rule.get("type", "").removesuffix("[]")
        if unknown or base not in TYPES or (base == "enum") != ("words" in rule) or (base == "ref") != ("to" in rule):
            raise SystemExit("spec/resources/%s: %s: wrong rule %s" % (where, name, sorted(unknown)))
        check_rules(where + "." + name, rule.get("fields", {}))


def symbol(name):
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name.replace("-", "_"))
    return re.sub(r"([A-Z])([A-Z][a-z])", r"\1_\2", name).upper()


def pascal(name):
    return "".join(word.capitalize() for word in name.split("-"))


def c_text(value):
    return "NULL" if value is None else json.dumps(value, ensure_ascii=False)


def field_symbol(resource, field):
    return "FIELD_%s_%s" % (symbol(resource), symbol(field))


# ---- C tables

class Tables:
    """Collects the arrays that rows point at: words, patterns, nested rows."""

    def __init__(self, resources):
        self.resources, self.patterns, self.blocks, self.lists = resources, [], [], {}
        self.derives, self.hooks = set(), set()

    def words(self, words):
        if not words:
            return "NULL"
        key = tuple(words)
        if key not in self.lists:
            self.lists[key] = "words_%d" % len(self.lists)
            row = ", ".join(map(c_text, words))
            self.blocks.append("static const char *const %s[] = { %s, NULL };" % (self.lists[key], row))
        return self.lists[key]

    def pattern(self, text):
        if text is None:
            return -1
        if text not in self.patterns:
            self.patterns.append(text)
        return self.patterns.index(text)

    def target(self, rule):
        return "RESOURCE_" + symbol(rule["to"]) if rule.get("to") in self.resources else "RESOURCE_COUNT"

    def derive(self, rule):
        if "derived" not in rule:
            return "NULL"
        self.derives.add("derive_" + rule["derived"])
        return "derive_" + rule["derived"]

    def children(self, path, rule):
        if "fields" not in rule:
            return "NULL", 0
        rows = [self.row(path + "_" + name, name, child, False, False) for name, child in rule["fields"].items()]
        name = "rules_" + path.replace("-", "_")
        self.blocks.append("static const struct field_rule %s[] = {\n%s\n};" % (name, "\n".join(rows)))
        return name, len(rows)

    def row(self, path, name, rule, common, not_listed, agent_view=False):
        kids, kid_count = self.children(path, rule) if "entries" not in rule else ("NULL", 0)
        low, high = bounds(rule)
        items = rule.get("items", [0, None])
        when = rule.get("required_if", {})
        cells = {
            "name": c_text(name), "type": "RULE_" + TYPES[rule["type"].removesuffix("[]")],
            "flags": flags(rule, common, not_listed, agent_view), "min": low, "max": high, "pattern": self.pattern(rule.get("pattern")),
            "on_demand": c_text(",".join(rule["asked"]) if "asked" in rule else rule.get("on_demand")), "pattern_text": c_text(rule.get("pattern_text")), "items_min": items[0] or 0,
            "items_max": "UINT32_MAX" if items[1] is None else items[1], "items_text": c_text(rule.get("items_text")),
            "words": self.words(rule.get("words")),
            "spellings": self.words([w for pair in rule.get("spellings", {}).items() for w in pair]),
            "fallback": c_text(json.dumps(rule["default"], separators=(",", ":"))) if "default" in rule else "NULL",
            "target": self.target(rule), "when_field": c_text(when.get("field")), "when_words": self.words(when.get("is")),
            "derive": self.derive(rule), "children": kids, "child_count": kid_count,
            "entries": "RESOURCE_" + symbol(rule["entries"]) if "entries" in rule else "RESOURCE_COUNT"}
        return "    { %s }," % ", ".join(".%s = %s" % cell for cell in cells.items())


def bounds(rule):
    base = rule["type"].removesuffix("[]")
    default = INT32 if base == "integer" else INT64
    pair = rule.get("length") or rule.get("range") or [None, None]
    return tuple(d if v is None else v for v, d in zip(pair, default))


def flags(rule, common, not_listed, agent_view):
    named = {"LIST": rule["type"].endswith("[]"), "REQUIRED": rule.get("required"),
             "READ_ONLY": rule.get("read_only") or "derived" in rule, "IMMUTABLE": rule.get("immutable") in (True, "original"),
             "IDENTITY": rule.get("immutable") == "original", "RETAIN": rule.get("retain"),
             "UNIQUE_ITEMS": rule.get("unique_items"), "MADE_ID": rule.get("made_id"), "NO_FILTER": rule.get("filter") is False,
             "SEARCH": rule.get("search"), "HIDDEN": rule.get("hidden"), "ENTITY": rule.get("entity"), "OWNER": rule.get("owner"), "OR_TEXT": rule.get("or_text"), "COMMON": common or rule.get("hidden"), "ASKED": "asked" in rule, "NOT_LISTED": not_listed or "on_demand" in rule or "asked" in rule, "AGENT_VIEW": agent_view}
    return " | ".join("RULE_" + name for name, on in named.items() if on) or "0"


def single(r, i):
    return field_symbol(r["name"], r["single"][i]) if "single" in r else "FIELD_COUNT"


def resource_row(tables, r):
    name, keys = r["name"], r.get("unique", [])
    common = {"organization_id": "organizationId", "id": "id", "version": "version", "created_time": "createdTime",
              "last_updated_time": "lastUpdatedTime", "system_default": "systemDefault"}
    unique = ", ".join("{ %d, { %s } }" % (len(k), ", ".join(field_symbol(name, f) for f in k)) for k in keys)
    hooks = ["hook_" + h for h in r.get("hooks", [])]
    tables.hooks.update(hooks)
    tables.blocks.append("static check_hook *const hooks_%s[] = { %s };" % (name.replace("-", "_"), ", ".join(hooks + ["NULL"])))
    version = next((o.get("version") for o in r["operations"] if o["op"] == "get"), None)
    cells = {"name": c_text(name), "prefix": c_text(version + "/" if version else ""), "title": c_text(r["title"]),
             "first": field_symbol(name, next(iter(r["fields"]))), "count": len(r["fields"]),
             **{c: field_symbol(name, f) if f in r["fields"] else "FIELD_COUNT" for c, f in common.items()},
             "unique_count": len(keys), "unique": "{ %s }" % (unique or "{ 0, { 0 } }"),
             "single_flag": single(r, 0), "single_scope": single(r, 1), "hooks": "hooks_" + name.replace("-", "_"), "arrays_in_list": int(r.get("arrays_in_list", True)),
             "bulk_updates": int(any(o["op"] == "bulk" and o.get("updates", False) for o in r["operations"])),
             "derives": int(any("derived" in f for f in r["fields"].values()))}
    cells.update(export_cells(tables, r))
    cells["counts"] = counts_cell(tables, r)
    lent, lender = next(iter(r.get("filters", {}).items()), (None, None))
    cells["lent_name"] = c_text(lent)
    cells["lent_field"] = field_symbol(lender["of"], lender["lists"]) if lent else "FIELD_COUNT"
    cells["sort"] = field_symbol(name, r["sort"]) if "sort" in r else "FIELD_COUNT"
    cells["parent"] = "RESOURCE_" + symbol(r["parent"]["resource"]) if "parent" in r else "RESOURCE_COUNT"
    cells["parent_id"] = field_symbol(name, "parentId") if "parent" in r else "FIELD_COUNT"
    active = r.get("active", "active")
    cells["active"] = field_symbol(name, active) if active in r["fields"] else "FIELD_COUNT"
    tail = next((f for f, rule in r["fields"].items() if "asked" in rule or rule.get("hidden")), None)
    cells["tail"] = field_symbol(name, tail) if tail else "%s + %d" % (cells["first"], len(r["fields"]))
    cells["path"] = c_text(r.get("path", name))
    cells["blob"] = field_symbol(name, r["blob"]["field"]) if "blob" in r else "FIELD_COUNT"
    cells["blob_info"] = c_text(r["blob"]["info"] if "blob" in r else None)
    return "    { %s }," % ", ".join(".%s = %s" % cell for cell in cells.items())


def counts_cell(tables, r):
    if "counts" not in r:
        return "NULL"
    block = "counts_" + r["name"].replace("-", "_")
    rows = ["    { %s, %s }," % (c_text(name), field_symbol(r["name"], f)) for name, f in r["counts"].items()]
    tables.blocks.append("static const struct count_rule %s[] = {\n%s\n};" % (block, "\n".join(rows + ["    { NULL, FIELD_COUNT },"])))
    return block


def export_source(r, source):
    """(kind, field, child or None, rule) of a column: `field`, or {kind: field} with field.child for a member of an object."""
    kind, path = next(iter(source.items())) if isinstance(source, dict) else ("value", source)
    field, _, child = path.partition(".")
    if kind not in EXPORTS or field not in r["fields"]:
        raise SystemExit("spec/resources/%s: export: %s" % (r["name"], source))
    rule = r["fields"][field]
    rule = rule["fields"][child] if child else rule
    if kind == "names" and rule["type"] == "object[]":  # objects stand for what their id names
        rule = {**rule, "to": rule["fields"]["id"]["to"]}
    return kind, field, child or None, rule


def export_cells(tables, r):
    if "export" not in r:
        return {"export_columns": "NULL", "export_type": "FIELD_COUNT", "export_page": 0}
    rows = []
    for name, source in r["export"]["columns"].items():
        kind, field, child, rule = export_source(r, source)
        members = [w for pair in source.get("members", {}).items() for w in pair] if isinstance(source, dict) else []
        rows.append("    { %s, EXPORT_%s, %s, %s, %s, %s }," % (c_text(name), kind.upper(), field_symbol(r["name"], field), c_text(child),
                                                             tables.target(rule), tables.words(members)))
    block = "export_" + r["name"].replace("-", "_")
    rows.append("    { NULL, EXPORT_VALUE, FIELD_COUNT, NULL, RESOURCE_COUNT, NULL },")
    tables.blocks.append("static const struct export_column %s[] = {\n%s\n};" % (block, "\n".join(rows)))
    kind = r["export"].get("type")
    return {"export_columns": block, "export_type": field_symbol(r["name"], kind) if kind else "FIELD_COUNT",
            "export_page": r["export"].get("page", 100)}


def header(resources):
    lines = ["/* Generated from spec/resources. Do not edit. */", "#ifndef DOMAIN_CATALOG_TABLES_H", "#define DOMAIN_CATALOG_TABLES_H",
             "enum resource {"]
    lines += ["    RESOURCE_%s," % symbol(name) for name in resources] + ["    RESOURCE_COUNT", "};", "enum field {"]
    lines += ["    %s," % field_symbol(name, f) for name, r in resources.items() for f in r["fields"]]
    return "\n".join(lines + ["    FIELD_COUNT", "};", "#endif", ""])


def defaults(spec):
    rows = yaml.safe_load((spec / "defaults.yaml").read_text())["defaults"]
    body = ["    { RESOURCE_%s, %s, %s }," % (symbol(d["resource"]), c_text(d["key"]), c_text(json.dumps(d["body"]))) for d in rows]
    return ["const struct default_row catalog_default_rows[] = {", *body, "};", "const unsigned catalog_default_row_count = %d;" % len(rows)]


def rows(spec, resources):
    tables = Tables(resources)
    common = set(COMMON_HEAD) | set(COMMON_TAIL)
    fields = [tables.row(name + "_" + f, f, rule, f in common, f in r.get("not_listed", []), f in r.get("agent_view", []))
              for name, r in resources.items() for f, rule in r["fields"].items()]
    nouns = [resource_row(tables, r) for r in resources.values()]
    declared = ["check_hook %s;" % h for h in sorted(tables.hooks)] + ["derive_fn %s;" % d for d in sorted(tables.derives)]
    return declared, "\n".join(["/* Generated from spec/resources. Do not edit. */", *tables.blocks,
                      "const struct field_rule field_rules[FIELD_COUNT] = {", *fields, "};",
                      "const struct resource_rule resource_rules[RESOURCE_COUNT] = {", *nouns, "};",
                      "const char *const pattern_texts[] = { %s };" % ", ".join([*map(c_text, tables.patterns), "NULL"]),
                      "const int pattern_count = %d;" % len(tables.patterns), *defaults(spec), ""])


def hooks_header(declared):
    guard = "DOMAIN_CATALOG_HOOKS_H"
    return "\n".join(["/* Generated from spec/resources: the functions they name. Do not edit. */", "#ifndef " + guard, "#define " + guard,
                      '#include "domain/catalog/schema.h"', *declared, "#endif", ""])


def generate(spec, out):
    resources = load(spec)
    write(out / "domain/catalog/tables.h", header(resources))
    declared, text = rows(spec, resources)
    write(out / "domain/catalog/rows.h", text)
    write(out / "domain/catalog/hooks.h", hooks_header(declared))


def resource_operations(spec):
    import resource_api
    return resource_api.resource_operations(spec)


def resource_schemas(spec):
    import resource_api
    return resource_api.resource_schemas(spec)
