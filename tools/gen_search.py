"""spec/search.graphqls -> api/search/sdl.inc: the schema's text as bytes, so that the binary carries it."""
from generate import write


def generate(spec, out):
    data = (spec / "search.graphqls").read_bytes()
    lines = (", ".join(str(b) for b in data[i:i + 32]) for i in range(0, len(data), 32))
    write(out / "api/search/sdl.inc", "/* Generated from spec/search.graphqls. Do not edit. */\n" + ",\n".join(lines) + "\n")
