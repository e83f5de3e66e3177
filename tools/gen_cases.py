"""spec/resources -> cases.json, what tests/contract drives the running server by: for each resource a body that can be created, its
operations, and bodies that break one rule each. The same rules as the C tables (gen_resources.py), read a second time by other code.

In bodies {"$ref": "site"} stands for the id of an entity of that resource, {"$fresh": ..} for one that nobody else has,
{"$foreign": ..} for one of another organisation. A case: field (its path, as errors name it), kind, change (fields to set) or
remove (field to leave out), says (what the error has to say). The kinds `edge` (just within a bound) and `ignored` (not for clients to set) are to be accepted,
`system` by an update only."""
import copy
import json
import re

import gen_resources
import resource_api
from generate import write

NOBODY = "01000000-0000-7000-8000-000000000000"
TEXTS = ["text", "Text1", "1234", "+1-4085550100", "09:00", "https://example.com/a", "a@example.com", "a", "1", "", "2026-05-01", "2026-05-01T00:00", "true"]
BREAKERS = ["!", "\u00a7", "a b", "x", " - ", "a@@", "..", "-", "9", "~" * 5, "a!"]
LONGEST = 70000  # what is longer is refused for the size of the body alone
MISSING = "should not be null"
GONE = object()  # the leaf to take out


# As sub-resources inside their parent have them too.
COMMON = [*gen_resources.COMMON_HEAD.values(), *gen_resources.COMMON_TAIL.values()]


def is_list(rule):
    return rule["type"].endswith("[]")


def base(rule):
    return rule["type"].removesuffix("[]")


def fits(rule, text):
    low, high = rule.get("length") or [None, None]
    if (low or 0) > len(text) or high is not None and len(text) > high:
        return False
    return "pattern" not in rule or re.search(rule["pattern"], text) is not None


def text(rule):
    """A text that keeps the rule."""
    for candidate in [rule.get("example"), rule.get("default"), *TEXTS, "a" * ((rule.get("length") or [0])[0] or 0)]:
        if isinstance(candidate, str) and candidate.strip() and fits(rule, candidate):
            return candidate
    raise SystemExit("gen_cases: no text for %s: give it an example" % rule)


def number(rule):
    low, high = rule.get("range") or [None, None]
    return rule["example"] if "example" in rule else low if low is not None else min(1, high) if high is not None else 1


class Maker:
    def __init__(self, resources):
        self.resources = resources

    def one(self, rule):
        """One value (an element, of a list) that keeps the rule."""
        kind = base(rule)
        if kind == "object":
            return self.complete({}, rule["fields"])
        if kind == "ref":
            return {"$ref": rule["to"]} if rule["to"] in self.resources else "text"
        if kind == "enum":
            return rule["words"][0]
        return {"string": text, "integer": number, "long": number, "boolean": lambda r: True}[kind](rule)

    def whole(self, rule):
        return [self.one(rule)] * max(1, (rule.get("items") or [0])[0] or 0) if is_list(rule) else self.one(rule)

    def complete(self, body, fields):
        """The body with what it needs and lacks."""
        for name, rule in fields.items():
            when = rule.get("required_if")
            needed = rule.get("required") or when and body.get(when["field"]) in when["is"]
            if name in body and "fields" in rule:
                for element in body[name] if is_list(rule) else [body[name]]:
                    self.complete(element, rule["fields"])
            elif name not in body and needed and not rule.get("hidden"):
                body[name] = self.whole(rule)
        return body

    def body(self, r):
        body = copy.deepcopy(r.get("example", {}))
        body.update({name: self.whole(r["fields"][name]) for name in r.get("cases_with", [])})
        return self.complete(body, r["fields"])


def put(value, steps, leaf):
    """value with another leaf; steps: names and indices below it."""
    if not steps:
        return leaf
    made = copy.deepcopy(value)
    at = made
    for step in steps[:-1]:
        at = at[step]
    if leaf is GONE:
        at.pop(steps[-1], None)
    else:
        at[steps[-1]] = leaf
    return made


class Cases:
    """The cases of one resource."""

    def __init__(self, maker, r):
        self.maker, self.r, self.base, self.found = maker, r, maker.body(r), []

    def add(self, kind, path, top, steps, leaf, says, **more):
        """One wrong (or just right) leaf, set into a good value of the top field."""
        name = top[0]
        case = {"field": path, "kind": kind, "says": says, **more}
        if leaf is GONE and not steps:
            case["remove"] = name
        else:
            case["change"] = {name: put(top[1], steps, leaf), **case.pop("with", {})}
        self.found.append(case)

    def all(self):
        for name, rule in self.r["fields"].items():
            if rule.get("hidden") or name in gen_resources.COMMON_HEAD or name in gen_resources.COMMON_TAIL:
                continue
            if name == self.r.get("blob", {}).get("field"):  # neither taken nor ignored: tests/scenario/audio.test.mjs
                continue
            good = self.base[name] if self.base.get(name) not in (None, []) else self.maker.whole(rule)
            if rule.get("read_only") or "derived" in rule and "entries" not in rule:
                self.add("ignored", name, (name, good), [], self.other(rule), None)
                if name == "systemDefault":
                    self.found[-1].update(kind="system", says="User not Allowed to create system default entity")
            else:
                self.field(name, rule, (name, good), [], True)
        return self.found

    def other(self, rule):
        """A value of the right type that the server would not choose."""
        kind = base(rule)
        value = {"boolean": True, "integer": 4711, "long": 4711, "enum": rule.get("words", [""])[-1], "ref": NOBODY}.get(kind, "sent by a client")
        value = self.maker.one(rule) if kind == "object" else value
        return [value] if is_list(rule) else value

    def field(self, path, rule, top, steps, outer):
        """Everything that can be wrong with one field, at the top or inside an object."""
        self.presence(path, rule, top, steps, outer)
        if outer and rule.get("immutable"):
            self.fixed(path, rule, top)
        if is_list(rule):
            self.add("type", path, top, steps, "none", path + ": should be a list")
            self.counts(path, rule, top, steps)
            inner = path + "[0]" if base(rule) == "object" else path
            self.value(inner, rule, top, [*steps, 0], False)
        else:
            self.value(path, rule, top, steps, True)

    def presence(self, path, rule, top, steps, outer):
        if rule.get("required") and not rule.get("made_id"):
            says = "%s: %s" % (path, MISSING)
            self.add("missing", path, top, steps, GONE, says, retained=bool(rule.get("retain")))
            self.add("null", path, top, steps, None, says, retained=bool(rule.get("retain")))
            if base(rule) in ("string", "enum", "ref") and not is_list(rule):
                self.add("blank", path, top, steps, " ", says)
        if outer and "required_if" in rule:
            when = rule["required_if"]
            for word in when["is"]:
                case = {"field": path, "kind": "missing", "says": "%s: %s" % (path, MISSING), "retained": bool(rule.get("retain")),
                        "remove": path, "change": {when["field"]: word}}
                self.found.append(case)

    def fixed(self, path, rule, top):
        kind = base(rule)
        if kind == "ref":
            other = {"$fresh": rule["to"]}
        elif kind == "enum":
            other = next(w for w in rule["words"] if w != top[1])
        else:
            other = next((t for t in [top[1] + "2", "2" + top[1], *TEXTS] if fits(rule, t)), None)
        says = "This configuration cannot be changed" if rule["immutable"] == "original" else "should not be modified"
        self.add("immutable", path, top, [], other, "%s: %s" % (path, says), **{"from": top[1]})

    def counts(self, path, rule, top, steps):
        low, high = rule.get("items") or [None, None]
        element = self.maker.one(rule)
        if low:
            says = rule.get("items_text") or "%s: should have at least %d elements" % (path, low)
            self.add("items", path, top, steps, [element] * (low - 1), says)
        if high is not None:
            self.add("items", path, top, steps, [element] * (high + 1), "%s: should not have more than %d elements" % (path, high))

    def value(self, path, rule, top, steps, single):
        kind = base(rule)
        wrong = {"string": (7, "text"), "enum": (7, "text"), "ref": (7, "text"), "integer": ("many", "a whole number"),
                 "long": (1.5, "a whole number"), "boolean": ("yes", "true or false"), "object": ("none", "an object")}[kind]
        self.add("type", path, top, steps, wrong[0], "%s: should be %s" % (path, wrong[1]))
        getattr(self, kind if kind != "long" else "integer", lambda *a: None)(path, rule, top, steps)

    def string(self, path, rule, top, steps):
        low, high = rule.get("length") or [None, None]
        good = text(rule)
        pad = next((c for c in "a1" if fits({k: v for k, v in rule.items() if k != "length"}, good + c * 5)), "a")
        if low and (low > 1 or not rule.get("required")):
            self.add("short", path, top, steps, good[:low - 1], "%s: should not be less than %d characters" % (path, low))
        if high is not None and high < LONGEST:
            self.add("long", path, top, steps, good + pad * (high + 1 - len(good)), "%s: should not be more than %d characters" % (path, high))
            longest = good + pad * (high - len(good))
            if fits(rule, longest):
                self.add("edge", path, top, steps, longest, None)
        if "pattern" in rule:
            broken = [b for b in [good + x for x in BREAKERS] + BREAKERS if b.strip() and len(b) >= (low or 0) and (high is None or len(b) <= high)
                      and not re.search(rule["pattern"], b)]
            says = "%s: %s" % (path, rule.get("pattern_text", "should match"))
            for b in broken[:2]:
                self.add("pattern", path, top, steps, b, says)

    def integer(self, path, rule, top, steps):
        low, high = rule.get("range") or [None, None]
        ends = gen_resources.INT32 if base(rule) == "integer" else (None, None)
        for bound, step, words in ((low if low is not None else ends[0], -1, "less"), (high if high is not None else ends[1], 1, "more")):
            if bound is None:
                continue
            self.add("range", path, top, steps, bound + step, "%s: should not be %s than %d" % (path, words, bound))
            self.add("edge", path, top, steps, bound, None)

    def enum(self, path, rule, top, steps):
        self.add("word", path, top, steps, "NO_SUCH_WORD", "%s: should be one of" % path)

    def ref(self, path, rule, top, steps):
        if rule["to"] not in self.maker.resources:
            return
        says = path + ": not found for given orgId."
        for kind, id in (("reference", NOBODY), ("reference", "none"), ("tenant", {"$foreign": rule["to"]})):
            if id == "none" and rule.get("or_text"):
                continue
            self.add(kind, path, top, steps, id, says)

    def object(self, path, rule, top, steps):
        for name, child in rule["fields"].items():
            if any(child is c for c in COMMON) or child.get("read_only") or child.get("owner") or child.get("made_id") or "derived" in child:
                continue
            good = self.maker.whole(child)
            value = top[1]
            for step in steps:
                value = value[step]
            inner = value if name in value and value[name] not in (None, []) else None
            ready = top if inner is not None else (top[0], put(top[1], [*steps, name], good))
            self.field("%s.%s" % (path, name), child, ready, [*steps, name], False)


def operations(r):
    """The rows of a resource as the document has them, with the kind of each."""
    rows = []
    for row in r["operations"]:
        made = resource_api.operation(r, row)
        rows.append({"op": row["op"], "id": made["id"], "method": made["method"], "path": made["path"], "status": made["success"],
                     "without": row.get("without"), "by": row.get("by"), "everywhere": bool(row.get("everywhere"))})
    return rows


def targets(fields, found=None):
    """Resources that others can be held by: name of the top field -> what it points at."""
    return {name: rule["to"] for name, rule in fields.items() if base(rule) == "ref" and "derived" not in rule and not rule.get("hidden")
            and not rule.get("read_only")}


def describe(maker, r):
    varied = {key[0]: {k: r["fields"][key[0]][k] for k in ("pattern", "length") if k in r["fields"][key[0]]} for key in r.get("unique", [])}
    free = next((n for n in r["own"] if n == "description"), None)
    return {"title": r["title"], "parent": r.get("parent"), "upload": r.get("blob", {}).get("info"), "unique": varied, "body": maker.body(r), "operations": operations(r),
            "free": free, "searched": [n for n, f in r["fields"].items() if f.get("search") and base(f) == "string"], "immutable": [n for n, f in r["fields"].items() if f.get("immutable")], "bulkUpdates": any(o.get("updates") for o in r["operations"]),
            "references": {n: {"to": t, "list": is_list(r["fields"][n])} for n, t in targets(r["fields"]).items() if t in maker.resources},
            "cases": Cases(maker, r).all()}


def generate(spec, out):
    resources = gen_resources.load(spec)
    maker = Maker(resources)
    write(out / "cases.json", json.dumps({name: describe(maker, r) for name, r in resources.items()}, indent=1) + "\n")
