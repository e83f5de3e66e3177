"""spec/demo.yaml -> server/demo_rows.def: DEMO_ORGANIZATION, DEMO_PASSWORD and one DEMO_ROW(resource, id, json) a row.

Ids are UUIDv7 in form: a fixed time that rises by a millisecond a row, and the first bits of SHA-256("resource/name")."""
import hashlib
import json

import yaml

from generate import write

EPOCH_MS = 1767225600000  # 2026-01-01T00:00:00Z


def demo_id(order, resource, name):
    digest = hashlib.sha256(f"{resource}/{name}".encode()).hexdigest()
    time = f"{EPOCH_MS + order:012x}"
    return f"{time[:8]}-{time[8:]}-7{digest[:3]}-8{digest[3:6]}-{digest[6:18]}"


def name_of(body):
    return body.get("name") or body["email"]


def c_text(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def resolve(value, ids):
    """References to rows of the demo become ids; those to system defaults are left for the server to find."""
    if isinstance(value, dict):
        return {k: resolve(v, ids) for k, v in value.items()}
    if isinstance(value, list):
        return [resolve(v, ids) for v in value]
    if isinstance(value, str) and value.startswith("$"):
        return ids.get(value[1:], value)
    return value


def generate(spec, out):
    demo = yaml.safe_load((spec / "demo.yaml").read_text())
    org = demo["organization"]
    ids = {f"{row['resource']}/{name_of(row['body'])}": demo_id(n, row["resource"], name_of(row["body"]))
           for n, row in enumerate(demo["rows"], 1)}
    lines = ["/* Generated from spec/demo.yaml. Do not edit. */",
             f"DEMO_ORGANIZATION({c_text(demo_id(0, 'organization', org['name']))}, {c_text(org['name'])}, {c_text(org['timezone'])})",
             f"DEMO_PASSWORD({c_text(demo['password'])})"]
    for row in demo["rows"]:
        key = f"{row['resource']}/{name_of(row['body'])}"
        body = json.dumps(resolve(row["body"], ids), ensure_ascii=False)
        symbol = row["resource"].replace("-", "_").upper()
        lines.append(f"DEMO_ROW(RESOURCE_{symbol}, {c_text(ids[key])}, {c_text(body)})")
    write(out / "server/demo_rows.def", "\n".join(lines) + "\n")
