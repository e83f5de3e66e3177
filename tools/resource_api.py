"""spec/resources as operations and JSON schemas, in the form of spec/operations/*.yaml: resource_operations(spec) is a list of
operations, resource_schemas(spec) a dict of named schemas (OpenAPI 3.1)."""
import gen_resources
from gen_resources import pascal, symbol
from part_schemas import part_schemas

READ = ["cjp:config_read", "cjp:config"]
WRITE = ["cjp:config_write", "cjp:config"]
ORG = {"name": "orgid", "in": "path", "required": True, "description": "Id of the organisation",
       "schema": {"type": "string", "format": "uuid"}}
ID = {"name": "id", "in": "path", "required": True, "description": "Id of the entity", "schema": {"type": "string", "format": "uuid"}}
FILTER = "RSQL: comparisons such as name==\"A*\" or id=in=(a,b), joined by ; (and) or , (or), grouped by parentheses"


def query(name, about, **schema):
    return {"name": name, "in": "query", "description": about, "schema": schema or {"type": "string"}}


PAGING = [query("page", "Page to show, counted from 0", type="integer", minimum=0, default=0),
          query("pageSize", "Rows of a page, at most 100", type="integer", minimum=1, default=100)]
ATTRIBUTES = query("attributes", "Fields to show, separated by commas; all when left out")
SINGLE = query("singleObjectResponse", "Show lists inside the one record that the filter leaves", type="boolean", default=False)


DRY_RUN = query("dryRun", "Only check, and answer 200 with the differences: {dryRun, action, changes: [{field, before, after}], entity} (ours)",
                type="boolean", default=False)
IF_MATCH = {"name": "If-Match", "in": "header", "schema": {"type": "string"},
            "description": "ETag of the version that was read; 412 when there is a newer one (ours)"}
ONCE = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 255},
        "description": "The same key within a day does it once and gets the same answer (ours)"}
OURS = {"create": [DRY_RUN, ONCE], "update": [DRY_RUN, IF_MATCH, ONCE], "patch": [DRY_RUN, IF_MATCH, ONCE],
        "delete": [DRY_RUN, IF_MATCH, ONCE], "bulk": [DRY_RUN, ONCE], "patch_bulk": [DRY_RUN, ONCE], "purge": [DRY_RUN, ONCE]}
# A dry run has a media type of its own, so that what an operation answers else stays one schema for generated clients.
DRY_RUN_MEDIA = "application/vnd.cordboard.dry-run+json"
ERRORS = {"bulk": [409], "patch_bulk": [409], "purge": [409], "create": [409], "update": [409, 412], "patch": [409, 412], "delete": [409, 412], "delete_all": [412]}
ETAG = {"ETag": {"description": "The entity's version, for If-Match (ours)", "schema": {"type": "string"}}}


def ref(name):
    return {"$ref": "#/components/schemas/" + name}


def spoken(r, plural=False):
    title = r["title"][0].lower() + r["title"][1:]
    if not plural:
        return title
    return title[:-1] + "ies" if title.endswith("y") else title + "s"


def article(words):
    return ("an " if words[0] in "aeiou" and not words.startswith("user") else "a ") + words


# op -> (method, tail of the path, id, handler, scopes, body, status, summary); {x} stands for the noun
COMMON = {
    "list_v1": ("GET", "", "list{X}", "list_v1", READ, "none", 200, "List {many}"),
    "list_v2": ("GET", "", "list{X}", "list_v2", READ, "none", 200, "List {many} with paging information"),
    "create": ("POST", "", "create{X}", "create", WRITE, "json", 201, "Create {one}"),
    "bulk": ("POST", "/bulk", "bulkSave{X}", "bulk", WRITE, "json", 207, "Create and delete {many} in bulk"),
    "patch_bulk": ("PATCH", "/bulk", "bulkPatch{X}", "patch_bulk", WRITE, "json", 207, "Change some fields of {many} in bulk"),
    "export": ("GET", "/bulk-export", "bulkExport{X}", "export", READ, "none", 200, "Export {many} with names instead of ids"),
    "purge": ("POST", "/purge-inactive-entities", "purge{X}", "purge", WRITE, "none", 200, "Delete {many} that are inactive for long"),
    "get": ("GET", "/{id}", "get{X}", "get", READ, "none", 200, "Get {one}"),
    "update": ("PUT", "/{id}", "update{X}", "update", WRITE, "json", 200, "Replace {one}"),
    "patch": ("PATCH", "/{id}", "patch{X}", "patch", WRITE, "json", 200, "Change some fields of {one}"),
    "delete": ("DELETE", "/{id}", "delete{X}", "delete", WRITE, "none", 204, "Delete {one}"),
    "incoming_references": ("GET", "/{id}/incoming-references", "listReferencesOf{X}", "incoming_references", READ, "none", 200,
                            "List what points at {one}"),
    "get_by": ("GET", None, "get{X}By{F}", None, READ, "none", 200, "Get {one} by {f}"),
    "values": ("GET", None, "list{F}Of{X}", "values", READ, "none", 200, "List the {f} of all {many}"),
    "count": ("GET", None, "count{F}{X}", "count", READ, "none", 200, "Count the {many} that are {f}"),
    "delete_all": ("DELETE", "", "deleteAll{X}", "delete_all", WRITE, "none", 200, "Delete all {many}"),
    "self": ("GET", None, "get{X}", "get_organization", READ, "none", 200, "Get {one}"),
}


def operation_id(r, row, pattern):
    name = pattern.replace("{X}", pascal(r["name"])).replace("{F}", pascal_field(row.get("by", row.get("field", ""))))
    version = row.get("version", "v2" if row["op"] == "list_v2" or "tail" in row else "")
    if row.get("everywhere"):
        return name + "OfAll"
    first = not version and row["op"] != "list_v1"
    default = next((o for o in r["operations"] if o["op"] == "get"), {}).get("version")
    return name if first or version == default and row["op"] != "list_v2" else name + (version or "v1").upper()


def pascal_field(name):
    return name[:1].upper() + name[1:]


def parent_path(r, row):
    """What stands before a sub-resource; `everywhere`: those of all parents."""
    if "parent" not in r:
        return ""
    owner = r["parent"]["path"] if "path" in r["parent"] else r["parent"]["resource"]
    return owner + ("/" if row.get("everywhere") else "/{%s}/" % r["parent"]["param"])


def path_of(r, row, tail):
    version = row.get("version", "v2" if row["op"] == "list_v2" else "") or ""
    base = "/organization/{orgid}/" + (version + "/" if version else "") + parent_path(r, row) + r.get("path", r["name"])
    if row["op"] == "self":
        return "/organization/{orgid}"
    if row["op"] in ("values", "count"):
        return base + "/" + row["path"]
    return base + ("/%s/{id}" % row["path"] if row["op"] == "get_by" else row.get("tail", tail))


def parameters(r, row):
    found = [ORG]
    if "parent" in r and not row.get("everywhere"):
        found.append({**ID, "name": r["parent"]["param"], "description": "Id of the %s it belongs to" % r["parent"]["resource"]})
    found += [ID] if "{id}" in path_of(r, row, COMMON[row["op"]][1] or "") else []
    if row["op"] == "get_by":
        found[-1] = {**ID, "description": "Its " + row["by"], "schema": {"type": "string"}}
    if row["op"] in ("list_v1", "list_v2"):
        only_id = row["op"] == "list_v1"
        found += [query("filter", FILTER + ("; only by id" if only_id else "")), ATTRIBUTES]
        found += [query("search", "Text to find, in any case")] if row.get("search") else []
        asked = {f["on_demand"]: name for name, f in r["fields"].items() if "on_demand" in f}
        asked.update({f["asked"][0]: name for name, f in r["fields"].items() if "derived" in f and "asked" in f})
        found += [] if only_id else [query(q, "Show " + name, type="boolean", default=False) for q, name in asked.items()]
        sort = {"type": "string", **({"default": r["sort"]} if "sort" in r else {})}
        found += [] if only_id else [query("search", "Text to find, in any case"), query("sort", "Field and direction: name,asc", **sort)]
        found += [query("agentView", "Only what desktops need of what is in use", type="boolean", default=False)] if "agent_view" in r else []
        found += PAGING + ([SINGLE] if not r.get("arrays_in_list", True) else [])
    if row["op"] == "list_v1" and "channelType" in r["fields"]:
        found += [{**query("channelTypes", "Only of these channels, separated by commas", type="array", items={"type": "string"}),
                   "explode": False, "deprecated": True}]
    if row["op"] == "list_v2" and r["name"] == "user":
        found += [query("userInQueue", "assigned: only agents of the queue queueId; unassigned: only the others", type="string"),
                  query("queueId", "The queue of userInQueue", type="string"),
                  query("dynamicSkillId", "The skill of checkIfUserHasDynamicSkill", type="string")]
    if row["op"] == "list_v2" and r["name"] == "auxiliary-code":
        found += [query("supervisedUserId", "Only idle codes that the desktop profile of this user offers", type="string")]
    if row["op"] == "list_v2" and "counts" in r:
        found += [query("includeAIMappingCount", "Show in meta how many of the organisation a feature is on for", type="boolean", default=False)]
    found += [query(name, about, type="boolean", default=False) for name, about in row.get("query", {}).items()]
    if row["op"] == "incoming_references":
        found += [query("type", "Only entities of this kind"), *PAGING]
    if row["op"] == "export":
        kind = r["export"].get("type")
        found += [{**query("type", "Which of them", type="string", enum=r["fields"][kind]["words"]), "required": True}] if kind else []
        found += [PAGING[0], query("pageSize", "Rows of a page, at most 100", type="integer", minimum=1, default=r["export"].get("page", 100))]
    if row["op"] == "purge":
        found += [query("nextStartId", "Id to begin with, from the answer before", type="string", default="")]
    found += OURS.get(row["op"], [])
    return found


def answers(r, row, status):
    name = pascal(r["name"]) + ("Bare" if "without" in row else "")
    schema = {"list_v1": {"type": "array", "items": ref(name + "Row")}, "list_v2": ref(name + "Page"), "bulk": ref("BulkResponse"),
              "patch_bulk": ref("BulkResponse"), "export": ref(name + "ExportPage"), "purge": ref("PurgeResult"),
              "values": {"type": "array", "items": {"type": "string"}},
              "count": {"type": "object", "additionalProperties": {"type": "integer", "format": "int64"}},
              "incoming_references": ref("References")}.get(row["op"], ref(name + "Answer"))
    if row["op"] in ("delete", "delete_all"):
        return {str(status): {"description": "Deleted"}}
    return {str(status): {"description": "Result of each item" if row["op"] in ("bulk", "patch_bulk") else "Done", "schema": schema}}


def add_dry_run(made, status):
    """Beside the answer of the same status, else as any other that succeeds."""
    media = {DRY_RUN_MEDIA: {"schema": ref("DryRun")}}
    done = made["responses"][str(status)]
    if status != 200:  # the entity too: generated clients take a range for one more of the answers, and shall see one type
        whole = {"application/json": {"schema": done["schema"]}} if "schema" in done else {}
        made["responses"]["2XX"] = {"description": "With dryRun, always 200: what would change", "content": {**whole, **media}}
    elif "schema" in done:
        done["content"] = {"application/json": {"schema": done.pop("schema")}, **media}
    else:
        made["responses"]["200"] = {**done, "description": "Deleted; with dryRun what would be", "content": media}


def upload(r):
    """Request body of a resource with a blob: the entity and the file, as multipart or (ours in that it works) as JSON."""
    schema = {"type": "object", "required": [r["blob"]["info"], "audioFile"], "properties": {
        r["blob"]["info"]: ref(pascal(r["name"])),
        "audioFile": {"type": "string", "format": "binary", "description": "RIFF/WAVE: linear PCM or G.711. In JSON: base64"}}}
    return {"required": True, "content": {
        "multipart/form-data": {"schema": schema, "encoding": {r["blob"]["info"]: {"contentType": "application/json"},
                                                               "audioFile": {"contentType": "audio/wav"}}},
        "application/json": {"schema": schema}}}


def operation(r, row):
    method, tail, op_id, handler, scopes, body, status, summary = COMMON[row["op"]]
    status = row.get("status", status)
    words = {"one": article(spoken(r)), "many": spoken(r, True), "f": row.get("by", row.get("field", ""))}
    made = {"id": operation_id(r, row, op_id), "method": method, "path": path_of(r, row, tail), "family": "config",
            "handler": "rest_config_" + (row.get("handler") or handler or "get_by_" + symbol(row["by"]).lower()), "auth": "token", "scopes": scopes,
            "body": body, "success": status, "summary": summary.format(**words), "tag": r["tag"], "resource": r["name"],
            "description": r["about"] + (" Ours: the contract has no such operation." if row.get("ours") else ""),
            "parameters": parameters(r, row), "responses": answers(r, row, status)}
    if row.get("agents"):
        made["scopes"] = scopes + ["cjp:user"]
    if "roles" in row:
        made["roles"] = row["roles"]
    if "field" in row or "without" in row:
        made["field"] = row.get("field") or row["without"]
    if row.get("deprecated"):
        made["deprecated"] = True
    if row["op"] in ERRORS:
        made["errors"] = ERRORS[row["op"]]
    if row["op"] in ("create", "get", "update", "patch"):
        made["responses"][str(status)]["headers"] = ETAG
    if row["op"] in ("create", "update", "patch", "delete", "delete_all"):
        add_dry_run(made, status)
    if "blob" in r and row["op"] in ("create", "update"):
        made["body"], made["request"] = "upload", upload(r)
        made["handler"] = "rest_upload_" + row["op"]
    elif body == "json":
        bare = "Bare" if "without" in row else ""
        made["request"] = ref("%sBulkRequest" % pascal(r["name"]) if row["op"] == "bulk" else pascal(r["name"]) + bare)
        if row["op"] == "patch":
            made["request"] = ref(pascal(r["name"]) + "Changes")
        if row["op"] == "patch_bulk":
            made["request"] = ref(pascal(r["name"]) + "BulkPatch")
    return made


def resource_operations(spec):
    return [operation(r, row) for r in gen_resources.load(spec).values() for row in r["operations"]]


# ---- schemas

def bound(schema, low, high, pair):
    for key, value in zip((low, high), pair or []):
        if value is not None:
            schema[key] = value


def item_schema(rule):
    base = rule["type"].removesuffix("[]")
    if "entries" in rule:
        return ref(pascal(rule["entries"]))
    if base == "object":
        return object_schema(rule["fields"])
    schema = {"type": {"long": "integer", "enum": "string", "ref": "string"}.get(base, base)}
    if base in ("integer", "long"):
        schema["format"] = {"integer": "int32", "long": "int64"}[base]
    if base == "enum":
        schema["enum"] = rule["words"] + list(rule.get("spellings", {}))
    bound(schema, "minLength", "maxLength", rule.get("length"))
    bound(schema, "minimum", "maximum", rule.get("range"))
    if "pattern" in rule:
        schema["pattern"] = rule["pattern"]
    return schema


def field_schema(name, rule, common=()):
    schema = item_schema(rule)
    if rule["type"].endswith("[]"):
        schema = {"type": "array", "items": schema}
        bound(schema, "minItems", "maxItems", rule.get("items"))
        if rule.get("unique_items"):
            schema["uniqueItems"] = True
    schema["description"] = rule["about"] + (" (id of a %s)" % rule["to"] if "to" in rule else "")
    if "asked" in rule:
        schema["description"] += "; with %s" % " or ".join(rule["asked"])
    for key in ("default", "example"):
        if key in rule:
            schema[key] = rule[key]
    if name in common or rule.get("read_only") or "derived" in rule and "entries" not in rule:
        schema["readOnly"] = True
    return schema


def object_schema(fields, common=()):
    schema = {"type": "object", "properties": {n: field_schema(n, f, common) for n, f in fields.items()}}
    required = [n for n, f in fields.items() if f.get("required")]
    return {**schema, "required": required} if required else schema


def whole_schema(r):
    common = set(gen_resources.COMMON_HEAD) - {"id"} | set(gen_resources.COMMON_TAIL)
    also = {name: schema if "$ref" in schema else {**schema, "readOnly": True} for name, schema in r.get("also", {}).items()}
    shown = {n: f for n, f in r["fields"].items() if not f.get("hidden")}
    schema = object_schema(shown, common)
    schema["properties"].update(also)
    return {**schema, "description": r["about"], **({"example": r["example"]} if "example" in r else {})}


LINKS = {"type": "array", "description": "Always empty", "items": {"type": "object", "properties": {
         **{name: {"type": "string"} for name in ("href", "hreflang", "title", "type", "deprecation", "profile", "name")},
         "templated": {"type": "boolean"}}}}
SHARED = {
    "PageMeta": {"type": "object", "description": "Which part of a list this is", "properties": {
        "orgid": {"type": "string", "format": "uuid", "minLength": 32, "maxLength": 36, "pattern": gen_resources.UUID["pattern"], "description": "The organisation"},
        "page": {"type": "integer", "description": "This page, counted from 0"},
        "pageSize": {"type": "integer", "description": "Rows of a page"},
        "totalPages": {"type": "integer", "description": "Pages of the list"},
        "totalRecords": {"type": "integer", "description": "Rows of the list"},
        "links": {"type": "object", "description": "Addresses of other pages", "required": ["self", "first", "last"], "properties": {
            "self": {"type": "string", "description": "This page"}, "first": {"type": "string", "description": "The first page"},
            "last": {"type": "string", "description": "The last page"}, "prev": {"type": "string", "description": "The page before, if there is one"},
            "next": {"type": "string", "description": "The page after, if there is one"}}},
        "referencedEntities": {"type": "array", "items": {"type": "string"}, "description": "Kinds of entities that point here"},
        "currentEntity": {"type": "string", "description": "Kind of the entity asked about"}}},
    "Reference": {"type": "object", "description": "An entity that points here", "properties": {
        "id": {"type": "string"}, "name": {"type": "string"}, "version": {"type": "integer"},
        "createdDate": {"type": "string", "description": "When it was made (epoch ms)"},
        "lastModifiedDate": {"type": "string", "description": "When it last changed (epoch ms)"},
        "additionalAttributes": {"type": "object", "description": "entityType: what it is", "additionalProperties": True}}},
    "References": {"type": "object", "description": "Who points at an entity", "properties": {
        "description": {"type": "string"}, "meta": ref("PageMeta"), "data": {"type": "array", "items": ref("Reference")}}},
    "ReleaseResult": {"type": "object", "description": "Which entities let go", "properties": {
        "code": {"type": "integer", "format": "int32", "description": "HTTP status"},
        "details": {"type": "object", "description": "What became of those that referred to it", "properties": {
            "changed": {"type": "array", "items": {"type": "string"}, "description": "Ids of those without the reference now"},
            "deleted": {"type": "array", "items": {"type": "string"}, "description": "Ids of those that could not be without it"},
            "refused": {"type": "array", "description": "Those that could not be changed", "items": {"type": "object", "properties": {
                "id": {"type": "string"}, "reason": {"type": "string"}}}}}},
        "links": LINKS}},
    "PurgeResult": {"type": "object", "description": "What a purge did", "properties": {
        "code": {"type": "integer", "description": "HTTP status"},
        "details": {"type": "object", "description": "purged: ids of those that are gone; nextStartId: where the next call goes on, missing at the end",
                    "properties": {"purged": {"type": "array", "items": {"type": "string"}}, "nextStartId": {"type": "string"}}},
        "links": LINKS}},
    "DryRun": {"type": "object", "description": "What a change would do (ours)", "required": ["dryRun", "action"], "properties": {
        "dryRun": {"type": "boolean", "description": "Always true"}, "action": {"type": "string", "enum": ["CREATE", "UPDATE", "DELETE"]},
        "count": {"type": "integer", "description": "Entities that would be deleted, where that is all of them"},
        "changes": {"type": "array", "items": {"type": "object", "required": ["field"], "properties": {
            "field": {"type": "string"}, "before": {"description": "Value before; missing when it was not set"},
            "after": {"description": "Value after; missing when it is not set any more"}}}},
        "entity": {"type": "object", "description": "The entity as it would be", "additionalProperties": True}}},
    "BulkResponse": {"type": "object", "description": "Result of each item of a bulk request", "properties": {
        "items": {"type": "array", "items": {"type": "object", "properties": {
            "itemIdentifier": {"type": "integer"}, "status": {"type": "integer", "description": "HTTP status of this item"},
            "operationType": {"type": "string", "enum": ["CREATE", "UPDATE", "DELETE", "GET"]},
            "href": {"type": "string", "description": "Path of the entity"},
            "apiError": ref("ConfigError")}}}}},
}


def page_schema(name, counts=None):
    meta = SHARED["PageMeta"]
    more = {n: {"type": "integer", "format": "int64", "description": "Entities with %s INCLUDED" % f} for n, f in (counts or {}).items()}
    return {"type": "object", "description": "One page of a list", "properties": {
        "meta": {**meta, "properties": {**meta["properties"], **more}} if more else ref("PageMeta"),
        "data": {"type": "array", "items": ref(name + "Row")}}}


def answer_schema(r, name):
    """An entity as it is answered: what the server notes, and what has a default, is always there."""
    always = [n for n, f in r["fields"].items() if n in gen_resources.COMMON_HEAD or n in gen_resources.COMMON_TAIL
              or "default" in f and not f.get("hidden") and "asked" not in f]
    return {"description": r["about"], "allOf": [ref(name), {"type": "object", "required": always}]}


def row_schema(whole):
    """Lists leave fields out: arrays of some resources, and with `attributes` any."""
    return {**{k: v for k, v in whole.items() if k not in ("required", "example")}, "description": whole["description"] + " As lists show it."}


def export_column(r, source):
    kind, _, _, rule = gen_resources.export_source(r, source)
    pairs = {"type": "array", "items": {"type": "object", "properties": {"teamName": {"type": "string"}, "siteName": {"type": "string"}}}}
    groups = {"type": "array", "items": {"type": "object", "properties": {
        "agentGroups": pairs, "order": {"type": "integer"}, "duration": {"type": "integer"}}}}
    names = {"type": "array", "items": {"type": "string"}} if rule["type"].endswith("[]") else {"type": "string"}
    if kind == "rows":
        inner = {name: {k: v for k, v in field_schema("", rule["fields"][f]).items() if k != "default"} for name, f in source["members"].items()}
        return {"type": "array", "items": {"type": "object", "properties": inner}, "description": rule["about"]}
    made = {"value": field_schema("", rule), "text": {"type": "string"}, "names": names, "teams": pairs, "groups": groups}[kind]
    return {**{k: v for k, v in made.items() if k not in ("readOnly", "default")}, "description": rule["about"]}


def is_always_there(r, source):
    _, field, child, rule = gen_resources.export_source(r, source)
    return bool(r["fields"][field].get("required") and (not child or rule.get("required")))


def export_schema(r):
    columns = r["export"]["columns"]
    return {"type": "object", "description": r["about"] + " One row of its export.",
            "properties": {name: export_column(r, source) for name, source in columns.items()},
            "required": [name for name, source in columns.items() if is_always_there(r, source)]}


def export_page_schema(name):
    return {"type": "object", "description": "One page of an export", "properties": {
        "totalResources": {"type": "integer", "description": "Rows of the export"},
        "pageNumber": {"type": "integer", "description": "This page, counted from 0"},
        "pageSize": {"type": "integer", "description": "Rows of a page"},
        "rel": {"type": "string", "enum": ["next", "last"], "description": "Whether pages follow"},
        "resources": {"type": "array", "items": ref(name + "Export")}}}


def bulk_schema(name, about="Entities to save or delete, each on its own", actions=("SAVE", "DELETE")):
    item = {"type": "object", "properties": {
        "itemIdentifier": {"type": "integer", "description": "Comes back with the item's result"}, "item": ref(name),
        "requestAction": {"type": "string", "enum": list(actions), "default": "SAVE"}}}
    return {"type": "object", "description": about,
            "properties": {"items": {"type": "array", "items": item}}, "required": ["items"]}


def resource_schemas(spec):
    found = {}
    for r in gen_resources.load(spec).values():
        name, ops = pascal(r["name"]), {o["op"] for o in r["operations"]}
        found[name], found[name + "Answer"] = whole_schema(r), answer_schema(r, name)
        if "list_v2" in ops or "list_v1" in ops:
            found[name + "Row"] = row_schema(found[name])
        if "list_v2" in ops:
            found[name + "Page"] = page_schema(name, r.get("counts"))
        bare = {o["without"] for o in r["operations"] if "without" in o}
        if bare:
            whole = found[name]
            found[name + "Bare"] = {**whole, "properties": {n: f for n, f in whole["properties"].items() if n not in bare}}
            found[name + "BareAnswer"] = answer_schema(r, name + "Bare")
            found[name + "BareRow"], found[name + "BarePage"] = row_schema(found[name + "Bare"]), page_schema(name + "Bare")
        if "bulk" in ops:
            found[name + "BulkRequest"] = bulk_schema(name)
        if "export" in ops:
            found[name + "Export"], found[name + "ExportPage"] = export_schema(r), export_page_schema(name)
        if "patch_bulk" in ops:
            found[name + "BulkPatch"] = bulk_schema(name + "Changes", "Changes to entities, each on its own", ["SAVE"])
        if "patch" in ops or "patch_bulk" in ops:
            found[name + "Changes"] = {**{k: v for k, v in found[name].items() if k not in ("required", "example")},
                                       "description": "Fields to change; the others stay"}
    return {**found, **part_schemas(found), **SHARED}
