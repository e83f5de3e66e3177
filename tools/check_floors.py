"""Fails when a source file includes a header of a floor it may not see (tools/floors.txt), or names an adapter outside
src/server/ and the adapter's own room."""
import pathlib
import re
import sys

ADAPTERS = re.compile(r'\s*#\s*include\s+"((?:store|facts)/(?:memory|sqlite|postgres|duckdb|clickhouse))/')


def main(root):
    may = {}
    for line in (root / "tools/floors.txt").read_text().splitlines():
        floor, _, below = line.partition(":")
        may[floor.strip()] = {floor.strip(), *below.split()}
    bad = []
    for f in sorted((root / "src").rglob("*.[ch]")):
        rel = f.relative_to(root / "src")
        floor = rel.parts[0]
        for n, line in enumerate(f.read_text().splitlines(), 1):
            m = re.match(r'\s*#\s*include\s+"([a-z]+)/', line)
            if m and m[1] in may and m[1] not in may[floor]:
                bad.append(f"{f.relative_to(root)}:{n}: {floor}/ may not include {m[1]}/")
            m = ADAPTERS.match(line)
            if m and floor != "server" and not str(rel).startswith(m[1]):
                bad.append(f"{f.relative_to(root)}:{n}: only server/ may name the adapter {m[1]}")
    print("\n".join(bad) or "floors hold")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
