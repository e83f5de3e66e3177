"""Style that a machine can keep: check_style.py ROOT format|headers|sizes|tidy [BUILD_DIR]

format   clang-format changes nothing
headers  every header compiles alone
sizes    no source file over 600 lines, no function over 70
tidy     clang-tidy (.clang-tidy) finds nothing"""
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

FILE_LINES_MAX, FUNCTION_LINES_MAX = 600, 70
SOURCES = ("src", "tests/unit", "tests/conformance", "tests/sim", "fuzz", "bench")


def sources(root, endings):
    return sorted(p for top in SOURCES for p in (root / top).rglob("*") if p.suffix in endings)


def parallel(fn, items):
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return [line for lines in pool.map(fn, items) for line in lines]


def output_of(words):
    done = subprocess.run(words, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def check_format(root, _):
    code, text = output_of(["clang-format", "--dry-run", "-Werror", *map(str, sources(root, {".c", ".h"}))])
    return [text] if code else []


def compile_words(build):
    """Flags of one compiled file, without what names its input and output."""
    entry = json.loads((build / "compile_commands.json").read_text())[0]
    return [w for w in shlex.split(entry["command"]) if w.startswith(("-I", "-D", "-std"))]


def check_headers(root, build):
    flags = [*compile_words(build), f"-I{root / 'tests'}"]

    def alone(header):
        code, text = output_of(["cc", "-fsyntax-only", "-x", "c", *flags, str(header)])
        return [text] if code else []

    return parallel(alone, [h for h in sources(root, {".h"}) if h.name != "banned.h"])


def check_sizes(root, _):
    bad = []
    files = sources(root, {".c", ".h"}) + sorted((root / "tools").glob("*.py")) + sorted((root / "tests").glob("*/*.mjs"))
    for f in files:
        lines = f.read_text().splitlines()
        if len(lines) > FILE_LINES_MAX:
            bad.append(f"{f.relative_to(root)}: {len(lines)} lines")
        start = None
        for n, line in enumerate(lines, 1):
            if f.suffix == ".c" and line == "{":
                start = n
            elif f.suffix == ".c" and line == "}" and start:
                if n - start - 1 > FUNCTION_LINES_MAX:
                    bad.append(f"{f.relative_to(root)}:{start}: function of {n - start - 1} lines")
                start = None
    return bad


def check_tidy(root, build):
    wanted = set(sources(root, {".c"}))
    files = [e["file"] for e in json.loads((build / "compile_commands.json").read_text())
             if pathlib.Path(e["file"]) in wanted and "/src/" in e["file"]]

    def tidy(file):
        code, text = output_of(["clang-tidy", "--quiet", "-p", str(build), file])
        found = [line for line in text.splitlines() if re.search(r": (error|warning): ", line)]
        return found or ([text] if code else []) # a file that could not be looked at is no clean one

    return parallel(tidy, sorted(set(files)))


def main():
    root, what = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    build = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else root / "build/dev"
    bad = globals()[f"check_{what}"](root, build)
    print("\n".join(bad) if bad else f"{what}: nothing to say")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
