"""Request schemas of spec/operations -> rows of struct body_rule: what type each member of a JSON body has, and the range
of numbers; and which query parameters are true or false. gen_routes.py puts them beside the operations. Resources check their own bodies, item by item in bulk, and have none."""

TYPES = {"string": "TEXT", "integer": "INTEGER", "boolean": "BOOLEAN", "object": "OBJECT"}
JSON = ("json", "optional-json")


class Rules:
    def __init__(self, schemas):
        self.schemas, self.blocks, self.named = schemas, [], {}

    def switches(self, op):
        """The C array of query parameters that are true or false."""
        names = tuple(p["name"] for p in op.get("parameters", []) if p["in"] == "query" and p["schema"].get("type") == "boolean")
        if names and names not in self.named:
            self.named[names] = "switches_%d" % len(self.named)
            self.blocks.append("static const char *const %s[] = { %s, NULL };" % (self.named[names], ", ".join('"%s"' % n for n in names)))
        return self.named[names] if names else "NULL"

    def resolve(self, schema):
        return self.schemas[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema

    def members(self, schema):
        """The C array of an object's members and how many they are."""
        schema = self.resolve(schema)
        parts = [self.resolve(part) for part in schema.get("allOf", [schema])]
        rows = [row for part in parts for name, member in part.get("properties", {}).items() for row in self.row(name, self.resolve(member))]
        if not rows:
            return "NULL", 0
        key = tuple(rows)
        if key not in self.named:
            self.named[key] = "body_rules_%d" % len(self.named)
            self.blocks.append("static const struct body_rule %s[] = {\n%s\n};" % (self.named[key], "\n".join(rows)))
        return self.named[key], len(rows)

    def row(self, name, schema):
        """One row; none for a member that may be of several types."""
        kinds = [t for t in [schema.get("type")] if isinstance(t, str)] or [t for t in schema.get("type", []) if t != "null"]
        is_list = kinds == ["array"]
        element = self.resolve(schema.get("items", {})) if is_list else {**schema, "type": kinds[0] if len(kinds) == 1 else None}
        kind = TYPES.get(element.get("type"))
        if schema.get("readOnly") or (not is_list and kind is None):
            return []
        rules, count = self.members(element) if kind == "OBJECT" else ("NULL", 0)
        low, high = element.get("minimum", "INT64_MIN"), element.get("maximum", "INT64_MAX")
        return ['    { "%s", BODY_%s, %s, %s, %s, %s, %d },' % (name, kind or "ANYTHING", "true" if is_list else "false", low, high, rules, count)]


def wanted(op):
    return op.get("described") and op["body"] in JSON and op["success"] != 207 and "request" in op and "content" not in op["request"]
