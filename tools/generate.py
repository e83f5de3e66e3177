"""Runs every generator: tools/gen_<what>.py has a function generate(spec, out) that reads spec/ and writes below out/.

usage: generate.py SPEC_DIR OUT_DIR"""
import importlib
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent


def write(path, text):
    """Writes only what changed, so that nothing is built again for nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def main(spec, out):
    sys.path.insert(0, str(HERE))
    for generator in sorted(HERE.glob("gen_*.py")):
        importlib.import_module(generator.stem).generate(spec, out)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
