"""All operations -> openapi.json (OpenAPI 3.1) and api/rest/openapi.c, which the binary serves. What every operation shares
(error answers of its family, path parameters, security) is added here; spec/ says only what is special."""
import copy
import json
import re

import gen_routes
import resource_api
from generate import write

URL = "http://127.0.0.1:8080"
MARK = "@server-url@"
ABOUT = """A contact centre you can run yourself. It speaks the public API of Webex Contact Center: configuration, agents, tasks,
notifications, webhooks and Search, so that clients written for it work here too. Tags and operations marked as ours go
beyond that API and serve simulation and tests."""
TEXT = {"type": "string"}
TRACKING = {"type": "string", "description": "Names this call in the logs"}


def members(properties, **more):
    return {"type": "object", "required": list(properties), "properties": properties, **more}


def messages(about, **more):
    one = members({"description": TEXT})
    one["properties"].update(more)
    return {"type": "array", "description": about, "items": one}


ERRORS = {
    "config": ("ConfigError", members({"trackingId": TRACKING, "error": members({
        "key": {**TEXT, "description": "HTTP status"}, "reason": {**TEXT, "description": "All problems, joined"},
        "message": messages("One element a problem", referencedEntities={
            "type": "array", "items": TEXT, "description": "With 412: the resources that point at the entity"})})})),
    "desktop": ("DesktopError", members({
        "errorType": {**TEXT, "description": "Stable word"}, "errorMessage": TEXT, "errorData": TEXT,
        "reasonCode": {"type": "integer", "description": "HTTP status"}, "trackingId": TRACKING})),
    "search": ("SearchError", members({"trackingId": TRACKING, "error": members({
        "key": {**TEXT, "description": "HTTP status"}, "message": messages("All problems")})})),
    "subscription": ("SubscriptionError", members({"trackingId": TRACKING, "error": members({
        "key": {"type": "integer", "description": "HTTP status"}, "message": messages("All problems")})})),
    "oauth": ("OAuthError", members({
        "error": {**TEXT, "description": "Word of RFC 6749 or RFC 6750"}, "error_description": TEXT, "message": TEXT,
        "errors": messages("The same once more"), "trackingId": TRACKING})),
    "sandbox": ("Problem", members({
        "type": TEXT, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT, "code": {**TEXT, "description": "Stable word"},
        "trackingId": TRACKING}, description="RFC 9457")),
}
REFUSED = ("Refused", members({"timestamp": {**TEXT, "format": "date-time"}, "status": {"type": "integer"}, "error": TEXT,
                               "path": TEXT}, description="Answer to a request that reached no operation"))
STATUS = {
    400: "The request cannot be understood, or a field is wrong", 401: "No access token, or one that is not valid",
    403: "The token's scopes, role or organisation do not allow it", 404: "There is no such thing",
    409: "It does not fit the present state", 412: "It changed meanwhile, or others refer to it",
    413: "The body or the result is too large", 415: "The content type is not supported", 422: "A value cannot be processed",
    429: "Too much at once; Retry-After says when to come back", 500: "A fault of the server",
    503: "Starting, stopping or overloaded",
}
TRACKING_HEADER = {"trackingid": {"$ref": "#/components/headers/TrackingId"}}


def error_media(family):
    return "application/problem+json" if family == "sandbox" else "application/json"


def error_statuses(op, declared):
    found = {500} | set(op.get("errors", []))
    if op["body"] != "none" or op.get("parameters"):
        found.add(400)
    if op["body"] in ("json", "optional-json", "form", "upload"):
        found |= {413, 415}
    if op.get("once"):
        found.add(409)
    if op["auth"] != "none":
        found |= {401, 403, 429}
    if gen_routes.path_params(op):
        found.add(404)
    return sorted(s for s in found if str(s) not in declared)


class Document:
    def __init__(self, found):
        self.found = found
        self.responses, self.schemas = {}, dict(found.schemas)
        self.schemas.update(dict([REFUSED]))

    def refused(self):
        self.responses["Refused"] = {"description": "Refused before it reached the operation", "headers": TRACKING_HEADER, "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/" + REFUSED[0]}}}}
        return {"$ref": "#/components/responses/Refused"}

    def error(self, family, status):
        schema, body = ERRORS[family]
        name = "%s%d" % (schema, status)
        self.schemas[schema] = body
        headers = dict(TRACKING_HEADER)
        if status == 429:
            headers["Retry-After"] = {"description": "Seconds to wait", "schema": {"type": "integer"}}
        self.responses[name] = {"description": STATUS[status], "headers": headers, "content": {
            error_media(family): {"schema": {"$ref": "#/components/schemas/" + schema}}}}
        return {"$ref": "#/components/responses/" + name}

    def refusal(self, op, status, fragment):
        """A refusal that is described in words only has the body of its family."""
        if not re.fullmatch("[45]..", str(status)) or set(fragment) != {"description"}:
            return fragment
        common = self.responses[self.error(op["family"], int(status))["$ref"].rsplit("/", 1)[1]]
        return {**common, **fragment}

    def answers(self, op):
        out = {str(status): answer(self.refusal(op, status, fragment), status) for status, fragment in op["responses"].items()}
        for status in error_statuses(op, out):
            out[str(status)] = self.error(op["family"], status)
        if not any(s.startswith("4") for s in out):
            out["400"] = self.refused()
        return dict(sorted(out.items()))

    def operation(self, op):
        made = {"operationId": op["id"], "tags": [op["tag"]], "summary": op["summary"], "description": op["description"]}
        if op.get("deprecated"):
            made["deprecated"] = True
        parameters = all_parameters(op)
        if parameters:
            made["parameters"] = parameters
        if op["body"] != "none":
            made["requestBody"] = request_body(op)
        made["responses"] = self.answers(op)
        made["security"] = security(op)
        return made

    def paths(self):
        out = {}
        for op in self.found.operations:
            out.setdefault(op["path"], {})[op["method"].lower()] = self.operation(op)
        return dict(sorted(out.items()))

    def write(self, version):
        paths = self.paths()
        tags = [{"name": name, "description": about or name} for name, about in sorted(self.found.tags.items())]
        return {
            "openapi": "3.1.0",
            "info": {"title": "Cordboard", "version": version, "summary": "A contact centre you can run yourself",
                     "description": " ".join(ABOUT.split()), "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
                     "contact": {"name": "Cordboard", "url": URL}},
            "servers": [{"url": MARK, "description": "This server"}],
            "tags": tags, "paths": paths,
            "components": {"securitySchemes": schemes(self.found.scopes), "headers": {"TrackingId": {
                "description": "The request's TrackingId, or one made for it", "schema": TEXT}},
                "responses": dict(sorted(self.responses.items())), "schemas": dict(sorted(self.schemas.items()))}}


def answer(fragment, status):
    if "$ref" in fragment:
        return fragment
    common = {} if str(status) == "101" else TRACKING_HEADER  # a WebSocket handshake is none of HTTP's answers
    made = {"description": fragment["description"], "headers": {**common, **fragment.get("headers", {})}}
    if "content" in fragment:
        made["content"] = fragment["content"]
    elif "schema" in fragment:
        made["content"] = {"application/json": {k: fragment[k] for k in ("schema", "example", "examples") if k in fragment}}
    return made


def all_parameters(op):
    given = op.get("parameters", []) + ([resource_api.ONCE] if op.get("once") else [])
    named = {p["name"] for p in given if p.get("in") == "path"}
    missing = [{"name": n, "in": "path", "required": True, "description": path_words(n), "schema": path_schema(n)}
               for n in gen_routes.path_params(op) if n not in named]
    return missing + given


def path_words(name):
    return "The organisation; the token's" if name.lower() == "orgid" else "Which one"


def path_schema(name):
    return {"type": "string", "format": "uuid"} if name.lower() == "orgid" else {"type": "string", "maxLength": 256}


def request_body(op):
    request = op.get("request", {"type": "object"})
    if "content" in request:
        return request
    media = {"form": "application/x-www-form-urlencoded", "raw": "application/octet-stream"}.get(op["body"], "application/json")
    return {"required": op["body"] == "json", "content": {media: {"schema": request}}}


def security(op):
    if op["auth"] == "none":
        return []
    needs = [{"oauth2": [scope]} for scope in op.get("scopes", [])] or [{"bearer": []}]
    if needs != [{"bearer": []}] and op.get("instead"):  # some roles need no scope
        needs.append({"bearer": []})
    return needs + ([{}] if op["auth"] == "optional" else [])


def schemes(scopes):
    named = {name: about for name, (_, about) in scopes.items()}
    return {
        "oauth2": {"type": "oauth2", "description": "Authorisation code with PKCE, or a token from the command line", "flows": {
            "authorizationCode": {"authorizationUrl": MARK + "/v1/authorize", "tokenUrl": MARK + "/v1/access_token",
                                  "refreshUrl": MARK + "/v1/access_token", "scopes": named}}},
        "bearer": {"type": "http", "scheme": "bearer", "description": "Any valid access token"}}


def references(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def check_words(node, where=""):
    """An unquoted comma in a YAML flow mapping splits a description: what follows becomes a key without a value."""
    if isinstance(node, dict):
        for key, value in node.items():
            if value is None and " " in key:
                raise SystemExit("spec: quote the text that contains '%s' (%s)" % (key, where))
            check_words(value, where + "/" + key)
    elif isinstance(node, list):
        for value in node:
            check_words(value, where)


def check_references(document):
    for ref in references(document):
        at = document
        for step in ref.removeprefix("#/").split("/"):
            at = at.get(step) if isinstance(at, dict) else None
        if at is None:
            raise SystemExit("spec: %s leads nowhere" % ref)


def used_schemas(document):
    """Drops schemas that nothing refers to."""
    schemas = document["components"]["schemas"]
    while True:
        used = {r.rsplit("/", 1)[1] for r in references(document)}
        unused = [name for name in schemas if name not in used]
        if not unused:
            return
        for name in unused:
            del schemas[name]


def placeholder(schema):
    """A value that fits where spec/ gives none: ids above all."""
    if "example" in schema or "default" in schema or "enum" in schema:
        return schema.get("example", schema.get("default", schema.get("enum", [None])[0]))
    if schema.get("type") == "string":
        return "01932f3e-6a00-7000-8000-000000000001" if schema.get("format") == "uuid" else "text"
    return {"integer": 1, "number": 1, "boolean": True, "array": [], "object": {}}.get(schema.get("type"))


def complete_examples(schemas):
    """References are left out of a resource's example, because only a running server knows their targets."""
    for schema in schemas.values():
        if isinstance(schema.get("example"), dict):
            complete_example(schema, schema["example"])


def complete_example(schema, example):
    """The required members of an object, of the objects in it and in its lists."""
    for element in example if isinstance(example, list) else [example]:
        inner = schema.get("items", schema)
        for name in inner.get("required", []) if isinstance(element, dict) else []:
            element.setdefault(name, placeholder(inner["properties"].get(name, {})))
        for name, value in element.items() if isinstance(element, dict) else []:
            complete_example(inner.get("properties", {}).get(name, {}), value)


def c_array(name, text):
    codes = [str(byte) for byte in text.encode("ascii")]
    lines = [",".join(codes[i:i + 40]) for i in range(0, len(codes), 40)]
    return "const char %s[] = {\n%s,0\n};\nconst size_t %s_len = %d;" % (name, ",\n".join(lines), name, len(codes))


def generate(spec, out):
    version = re.search(r"project\(\w+ VERSION ([\d.]+)", (spec.parent / "CMakeLists.txt").read_text()).group(1)
    document = copy.deepcopy(Document(gen_routes.load(spec)).write(version))
    check_words(document)
    check_references(document)
    used_schemas(document)
    complete_examples(document["components"]["schemas"])
    text = json.dumps(document, separators=(",", ":"))
    head, tail = text.split('"%s"' % MARK, 1)
    write(out / "api/rest/openapi.c", "\n".join([
        "/* Generated from spec/. Do not edit. */", '#include "api/rest/openapi.h"', c_array("openapi_head", head + '"'),
        c_array("openapi_tail", '"' + tail.replace(MARK, "")), ""]))
    write(out / "openapi.json", json.dumps(document, indent=1).replace(MARK, URL) + "\n")
