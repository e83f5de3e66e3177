"""The configuration: single entities, lists and bulk beside the raw loop and Stoplight Prism, what a list costs in a small and
in a large table, and the memory of many organisations. Large tables are written into the store while the server is down."""
import json
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

from harness import NODE, ROOT, ROUNDS, Cordboard, loaded, median

LIST_ENTITIES, BULK_ITEMS, BULK_SECONDS = 10000, 500, 6
SMALL, LARGE = 1000, 20000  # of one resource; the second is nearly LIMIT_entities_per_org_max
PRISM = ROOT / "bench/node_modules/@stoplight/prism-cli/dist/index.js"
PRISM_READY_S, PRISM_SECONDS = 120, 5
CLIENTS = (16, 256)


# ---- tables ----

def rows_of(db, kind):
    found = db.execute("SELECT CAST(org AS TEXT), CAST(id AS TEXT), CAST(body AS TEXT) FROM rows WHERE kind = ?", (kind.encode(),))
    return [(org, id, json.loads(body)) for org, id, body in found]


def put(db, kind, org, body):
    text = json.dumps({**body, "organizationId": org}, separators=(",", ":"))
    db.execute("INSERT INTO rows (kind, org, id, body) VALUES (?, ?, ?, ?)", tuple(x.encode() for x in (kind, org, body["id"], text)))


def made_id(n, space=0):
    return str(uuid.UUID(int=(0x01A00000_0000 + space) << 80 | 0x7000 << 64 | 0x8 << 60 | n))


def fill(data, kind, count):
    """So many entities like the one with the longest body, half of them active, one in a hundred with a certain description."""
    with sqlite3.connect(data / "cordboard.db") as db:
        org, _, like = max(rows_of(db, kind), key=lambda row: len(json.dumps(row[2])))
        for n in range(count):
            body = {**like, "id": made_id(n), "name": f"Bench {n:06}", "active": n % 2 == 0, "description": f"{n % (count // 100)}"}
            put(db, kind, org, {**body, "systemDefault": False})
    db.close()


def fill_organisations(data, count, users):
    with sqlite3.connect(data / "cordboard.db") as db:
        org, _, organisation = rows_of(db, "organization")[0]
        like = next(body for _, _, body in rows_of(db, "user") if body["email"].startswith("agent01"))
        for o in range(count):
            org = made_id(o, 1)
            put(db, "organization", org, {**organisation, "id": org, "tenantId": org, "name": f"Bench {o}"})
            for n in range(users):
                id = made_id(o * users + n, 2)
                put(db, "user", org, {**like, "id": id, "ciUserId": id, "email": f"agent{n}@bench{o}.example"})
    db.close()


def restarted(data, change, *words):
    """A server on the data folder as `change` has left it; the folder is made first."""
    Cordboard(data).stop()
    change(data, *words)
    return Cordboard(data)


# ---- rates ----

class Prism:
    """Answers from the document that Cordboard serves, one request after another."""

    def __init__(self, server, folder):
        document = folder / "openapi.json"
        with urllib.request.urlopen(server.url + "/openapi.json") as answer:
            document.write_bytes(answer.read())
        port = int(server.url.rsplit(":", 1)[1]) + 1
        self.url = f"http://127.0.0.1:{port}"
        words = [NODE, PRISM, "mock", "-p", str(port), "-v", "silent", document]
        self.child = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + PRISM_READY_S
        while not self.answers():
            if time.monotonic() > until or self.child.poll() is not None:
                sys.exit("prism did not start")
            time.sleep(0.2)

    def answers(self):
        try:
            urllib.request.urlopen(self.url)
        except urllib.error.HTTPError:
            return True  # there, though it does not know "/"
        except OSError:
            return False
        return True

    def stop(self):
        self.child.kill()
        self.child.wait()


def bulk_body(server, token, folder):
    rows, page = [], 0
    while len(rows) < BULK_ITEMS:
        rows += server.call(token, "GET", f"/organization/{server.org}/v2/auxiliary-code?filter=name%3D%3DBench*&page={page}")["data"]
        page += 1
    items = [{"itemIdentifier": n, "requestAction": "SAVE", "item": {"id": row["id"], "description": "In bulk"}}
             for n, row in enumerate(rows[:BULK_ITEMS])]
    file = folder / "bulk.json"
    file.write_text(json.dumps({"items": items}))
    return file


def kinds(server, token, folder):
    """name -> (path, script and its arguments)."""
    org = f"/organization/{server.org}"
    site = server.call(token, "GET", org + "/v2/site")["data"][0]
    query = urllib.parse.urlencode({"filter": "active==true", "pageSize": 100})
    return {
        "config_get": (f"{org}/site/{site['id']}", "get.lua", token),
        "config_list_100_of_10000": (f"{org}/v2/auxiliary-code?{query}", "get.lua", token),
        "config_post": (f"{org}/site", "post.lua", token, site["multimediaProfileId"]),
        "config_bulk_500": (f"{org}/auxiliary-code/bulk", "bulk.lua", token, str(bulk_body(server, token, folder))),
    }


def rate_of(bench, child, url, connections, name, script):
    bulk = "bulk" in name
    seconds = max(bench.seconds, BULK_SECONDS) if bulk else bench.seconds
    rounds = 1 if bulk or bench.quick else ROUNDS
    return median([loaded(child.pid, seconds, url, connections, *script)[0] for _ in range(rounds)])


def rates(bench, server, raw, raw_url, folder):
    """Prism last: it goes on with what it has queued when nobody waits any more."""
    token, ours = server.token("admin@demo.example"), {}
    for connections in CLIENTS:
        raw_rate = rate_of(bench, raw.child, raw_url, connections, "raw", ())
        bench.say(f"config_raw_epoll_{connections}", round(raw_rate), "requests/s")
        for name, (path, *script) in kinds(server, token, folder).items():
            rate = rate_of(bench, server.child, server.url + path, connections, name, script)
            ours[name, connections] = rate
            bench.say(f"{name}_{connections}", round(rate), "requests/s")
            bench.say(f"{name}_{connections}_of_raw", round(rate / raw_rate, 3), "ratio")
    for name, (path, *script) in kinds(server, token, folder).items():
        for connections in CLIENTS:
            prism = Prism(server, folder)
            rate = loaded(prism.child.pid, PRISM_SECONDS, prism.url + path, connections, *script)[0]
            bench.say(f"{name}_{connections}_of_prism", round(ours[name, connections] / rate, 1), "times")
            prism.stop()


# ---- what a list costs ----

LISTS = {
    "unfiltered": {"pageSize": 100},
    "filtered": {"pageSize": 100, "filter": "active==true"},
    "filtered_rare": {"pageSize": 10, "filter": "description==3"},
    "sorted_last_page": {"pageSize": 10, "sort": "name", "page": 99},
    "unindexed": {"pageSize": 10, "filter": "name==*7"},
}


def list_costs(bench, folder, count):
    """Processor microseconds of the server a request, for each kind of list."""
    server = restarted(folder / f"table{count}", fill, "site", count - 1)
    token, costs = server.token("admin@demo.example"), {}
    for name, query in LISTS.items():
        path = f"/organization/{server.org}/v2/site?{urllib.parse.urlencode(query)}"
        for _ in range(20):  # until its index is there
            server.call(token, "GET", path)
        rounds = 1 if bench.quick else ROUNDS
        costs[name] = median([loaded(server.child.pid, bench.seconds, server.url + path, 16, "get.lua", token)[1] for _ in range(rounds)])
    server.stop()
    return costs


def compare_lists(bench, folder):
    small, large = list_costs(bench, folder, SMALL), list_costs(bench, folder, LARGE)
    for name in LISTS:
        bench.say(f"list_{name}_{LARGE}_cpu", round(large[name], 1), "us/request")
        bench.say(f"list_{name}_{LARGE}_of_{SMALL}", round(large[name] / small[name], 2), "times")


# ---- memory ----

def memory(bench, folder):
    count, users = (50, 1000) if bench.quick else (1000, 1000)
    server = restarted(folder / "many", fill_organisations, count, users)
    bench.say(f"start_{count}_organisations_{users}_users", round(server.ready_ms), "ms")
    bench.say(f"rss_{count}_organisations_{users}_users", round(server.rss_kb() / 1024), "MB")
    server.stop()


def measure(bench, folder, raw, raw_url):
    server = restarted(folder / "lists", fill, "auxiliary-code", LIST_ENTITIES)
    rates(bench, server, raw, raw_url, folder)
    server.stop()
    compare_lists(bench, folder)
    memory(bench, folder)
