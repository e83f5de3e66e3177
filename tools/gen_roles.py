"""spec/roles.yaml and spec/scopes.def -> domain/identity/roles.def: ROLE(symbol, title, bits of the scopes it may carry) and
PROFILE_ROLE(profile type, symbol)."""
import re

import yaml

from generate import write


def symbol(name):
    return name.replace("-", "_").upper()


def scope_symbols(spec):
    return dict(reversed(row) for row in re.findall(r'^SCOPE\((\w+),\s*"([^"]+)"', (spec / "scopes.def").read_text(), re.M))


def load(spec):
    """name -> role, `scopes` always a list, in the order of the file."""
    roles = {r["name"]: r for r in yaml.safe_load((spec / "roles.yaml").read_text())["roles"]}
    known = scope_symbols(spec)
    own = {s for r in roles.values() for s in r.get("own", [])}
    for r in roles.values():
        if r["scopes"] == "all":
            r["scopes"] = [s for s in known if s not in own]
        unknown = set(r["scopes"]) - set(known)
        if unknown:
            raise SystemExit("spec/roles.yaml: %s: no such scope: %s" % (r["name"], sorted(unknown)))
    return roles


def generate(spec, out):
    known = scope_symbols(spec)
    rows = ["/* Generated from spec/roles.yaml. Do not edit. */", "#ifndef ROLE", "#define ROLE(symbol, title, scopes)", "#endif",
            "#ifndef PROFILE_ROLE", "#define PROFILE_ROLE(type, symbol)", "#endif"]
    for r in load(spec).values():
        bits = " | ".join("UINT64_C(1) << SCOPE_" + known[s] for s in r["scopes"]) or "0"
        rows.append('ROLE(%s, "%s", %s)' % (symbol(r["name"]), r["title"], bits))
        rows += ['PROFILE_ROLE("%s", %s)' % (p, symbol(r["name"])) for p in r.get("profiles", [])]
    write(out / "domain/identity/roles.def", "\n".join(rows + ["#undef ROLE", "#undef PROFILE_ROLE", ""]))
