"""spec/operations/*.yaml and the operations of spec/resources -> api/rest/routes.h (prototypes of all handlers) and
server/routes.c (the table that the router is built from). An operation without a handler does not link.

Keys of an operation: id, method, path, handler, auth (token, none, optional), scopes (any of), roles (any of; left out: those that
default_roles says, or any within an organisation), instead (roles that need no scope), body (none, json, optional-json,
form, raw, upload: a file, so the body may be LIMIT_upload_bytes_max), success, and for the reference summary, description, parameters,
request, responses,
errors (statuses besides the usual ones), tag, deprecated. `resource`: name of the resource it acts on; `field`: the one of its
fields that the operation is about. `once: yes`: it heeds Idempotency-Key."""
import collections
import re

import yaml

import body_rules
import gen_resources
import gen_roles
from generate import write

FAMILIES = ("config", "desktop", "search", "subscription", "oauth", "sandbox")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
AUTHS = ("token", "none", "optional")
BODIES = ("none", "json", "optional-json", "form", "raw", "upload")
REQUIRED = {"id", "method", "path", "handler", "auth", "body", "success", "summary", "description", "responses"}
OPTIONAL = {"scopes", "roles", "instead", "parameters", "request", "errors", "tag", "deprecated", "resource", "field", "family", "audience",
            "described", "once"}
PARAM_MAX = 4

Spec = collections.namedtuple("Spec", "operations schemas tags scopes roles")


def stop(op, why):
    raise SystemExit("spec: operation %s: %s" % (op.get("id", "?"), why))


def read_scopes(spec):
    """name -> (symbol, what it allows)"""
    rows = re.findall(r'^SCOPE\((\w+),\s*"([^"]+)",\s*"([^"]+)"\)', (spec / "scopes.def").read_text(), re.M)
    return {name: (symbol, about) for symbol, name, about in rows}


def path_params(op):
    return re.findall(r"\{(\w+)\}", op["path"])


def default_roles(op):
    """Who may call the configuration family, as the contract has it: administrators; with the scope of agents, they too. Supervisors
    see what their collections show them."""
    scopes = set(op.get("scopes", []))
    if op["family"] != "config" or "roles" in op or not scopes & {"cjp:config", "cjp:config_read", "cjp:config_write"}:
        return {}
    if "cjp:config_write" in scopes:
        return {"roles": ["admin"]}
    return {"roles": ["admin", "admin-read-only", "supervisor"] + (["agent"] if "cjp:user" in scopes else [])}


def check(op, scopes, roles):
    missing, unknown = REQUIRED - set(op), set(op) - REQUIRED - OPTIONAL
    if missing or unknown:
        stop(op, "missing %s, unknown %s" % (sorted(missing), sorted(unknown)))
    if not re.fullmatch(r"[a-z][A-Za-z0-9]*", op["id"]) or not re.fullmatch(r"rest_[a-z0-9_]+", op["handler"]):
        stop(op, "id is camelCase, handler rest_<name>")
    for key, words in (("method", METHODS), ("auth", AUTHS), ("body", BODIES), ("family", FAMILIES)):
        if op[key] not in words:
            stop(op, "%s: %s" % (key, op[key]))
    wrong = [s for s in op.get("scopes", []) if s not in scopes] + [r for r in op.get("roles", []) + op.get("instead", []) if r not in roles]
    if wrong:
        stop(op, "unknown scope or role: %s" % wrong)
    if len(path_params(op)) > PARAM_MAX or not op["path"].startswith("/") or re.search("[^/]/$", op["path"]):
        stop(op, "path")


def check_unique(operations):
    ids, shapes, names = {}, {}, {}
    for op in operations:
        shape = re.sub(r"\{\w+\}", "{}", op["path"])
        for seen, key in ((ids, op["id"]), (shapes, (op["method"], shape))):
            if key in seen:
                stop(op, "same as %s: %s" % (seen[key], key))
            seen[key] = op["id"]
        if names.setdefault(shape, op["path"]) != op["path"]:
            stop(op, "its parameters are named otherwise in %s" % names[shape])


def load(spec):
    """Everything the generators want to know about operations, checked."""
    operations, schemas, tags = [], {}, {}
    scopes = read_scopes(spec)
    for file in sorted((spec / "operations").glob("*.yaml")):
        area = yaml.safe_load(file.read_text())
        tags.setdefault(area["area"], area.get("about"))
        operations += [{"family": area["family"], "tag": area["area"], "described": True, **op} for op in area["operations"]]
        schemas.update(area.get("schemas") or {})
    if hasattr(gen_resources, "resource_operations"):
        operations += [{"family": "config", **op} for op in gen_resources.resource_operations(spec)]
        schemas.update(gen_resources.resource_schemas(spec))
    operations = [{**op, **default_roles(op)} for op in operations]
    roles = gen_roles.load(spec)
    for op in operations:
        check(op, scopes, roles)
        tags.setdefault(op["tag"], None)
    check_unique(operations)
    return Spec(operations, schemas, tags, scopes, roles)


def bits(words, prefix, symbols):
    return " | ".join("UINT64_C(1) << %s%s" % (prefix, symbols[w]) for w in words) or "0"


def role_bits(names):
    return " | ".join("1u << ROLE_" + gen_roles.symbol(n) for n in names) or "0"


def row(op, scopes, rules):
    symbols = {name: symbol for name, (symbol, _) in scopes.items()}
    cells = {"id": '"%s"' % op["id"], "path": '"%s"' % op["path"], "method": "METHOD_" + op["method"],
             "handler": op["handler"], "auth": "AUTH_" + op["auth"].upper(),
             "scopes": bits(op.get("scopes", []), "SCOPE_", symbols), "roles": role_bits(op.get("roles", [])), "instead": role_bits(op.get("instead", [])),
             "family": "FAMILY_" + op["family"].upper(), "body": "BODY_" + op["body"].replace("-", "_").upper(),
             "success": op["success"],
             "resource": "RESOURCE_" + gen_resources.symbol(op["resource"]) if "resource" in op else -1,
             "field": gen_resources.field_symbol(op["resource"], op["field"]) if "field" in op else -1}
    cells["switches"] = rules.switches(op)
    cells["rules"], cells["rule_count"] = rules.members(op["request"]) if body_rules.wanted(op) else ("NULL", 0)
    return "    { %s }," % ", ".join(".%s = %s" % cell for cell in cells.items())


def header(operations):
    handlers = sorted({op["handler"] for op in operations})
    return "\n".join(["/* Generated from spec/operations and spec/resources. Do not edit. */", "#ifndef API_REST_ROUTES_H",
                      "#define API_REST_ROUTES_H", '#include "api/rest/operation.h"',
                      *["rest_handler %s;" % h for h in handlers],
                      "/* In room server, which alone links every handler. */",
                      "extern const struct operation operations[];", "extern const size_t operation_count;", "#endif", ""])


def table(found):
    rules = body_rules.Rules(found.schemas)
    rows = [row(op, found.scopes, rules) for op in found.operations]
    return "\n".join(["/* Generated from spec/operations and spec/resources. Do not edit. */", '#include "api/rest/routes.h"',
                      '#include "domain/catalog/tables.h"', *rules.blocks, "const struct operation operations[] = {", *rows, "};",
                      "const size_t operation_count = sizeof operations / sizeof *operations;", ""])


def generate(spec, out):
    found = load(spec)
    write(out / "api/rest/routes.h", header(found.operations))
    write(out / "server/routes.c", table(found))
