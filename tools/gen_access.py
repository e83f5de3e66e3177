"""spec/operations, spec/resources, spec/roles.yaml, spec/scopes.def, spec/access.yaml -> access.json: for every operation what it takes
to call it, and for every cell of operation x bearer (profile types, machines, the operator) x scope whether it is allowed. The test that walks them against a running
server (tests/contract/access.test.mjs) knows nothing else; the C tables that enforce it are not asked."""
import json

import yaml

import gen_roles
import gen_routes
from generate import write


def carried(role, scope):
    """What a token with this one scope may do in the hands of a role: cjp:config shrinks to reading where only that is left."""
    if scope == "cjp:config" and scope not in role["scopes"]:
        scope = "cjp:config_read"
    return {scope} & set(role["scopes"])


def allowed(op, role, scope):
    if op["auth"] != "token":
        return True
    if op.get("roles") and role["name"] not in op["roles"] or not op.get("roles") and role["name"] == "operator":
        return False
    needs = set(op.get("scopes", []))
    return not needs or role["name"] in op.get("instead", []) or bool(needs & carried(role, scope))


def exception(rules, op, profile, scope):
    for rule in rules:
        if op["id"] in rule["operations"] and profile in rule.get("profiles", [profile]) and scope in rule.get("scopes", [scope]):
            rule["used"] = True
            return rule["expect"]
    return None


def generate(spec, out):
    found = gen_routes.load(spec)
    rules = yaml.safe_load((spec / "access.yaml").read_text())["exceptions"]
    admin, operator = found.roles["admin"], found.roles["operator"]
    profiles = {p: r for r in found.roles.values() for p in r.get("profiles", [])}
    profiles.update({"MACHINE": admin, "OPERATOR": operator})
    scopes = list(gen_roles.scope_symbols(spec))
    operations = []
    for op in found.operations:
        cells = {}
        for profile, role in profiles.items():
            # What no token can hold needs no cell: a person gets a token as an administrator and may be something else since.
            for scope in operator["scopes"] if role is operator else admin["scopes"]:
                other = exception(rules, op, profile, scope)
                cells.setdefault(profile, {})[scope] = other or ("allowed" if allowed(op, role, scope) else "refused")
        operations.append({"id": op["id"], "method": op["method"], "path": op["path"], "auth": op["auth"], "body": op["body"],
                           "success": op["success"], "resource": op.get("resource"), "cells": cells})
    idle = [r["operations"] for r in rules if not r.get("used") or not r.get("reason")]
    if idle:
        raise SystemExit("spec/access.yaml: without reason, or of no operation: %s" % idle)
    names = {op["id"] for op in found.operations}
    unknown = [o for r in rules for o in r["operations"] if o not in names]
    if unknown:
        raise SystemExit("spec/access.yaml: no such operation: %s" % unknown)
    write(out / "access.json", json.dumps({"profiles": {p: r["name"] for p, r in profiles.items()}, "scopes": scopes,
                                           "operations": operations}))
