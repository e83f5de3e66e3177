"""spec/events.yaml -> domain/event/types.def, one EVENT(symbol, name, journaled) row an event type."""
import yaml

from generate import write


def generate(spec, out):
    events = yaml.safe_load((spec / "events.yaml").read_text())["events"]
    rows = ["/* Generated from spec/events.yaml. Do not edit. */"]
    for e in events:
        symbol = e["name"].replace(".", "_").replace("-", "_").upper()
        rows.append('EVENT(%s, "%s", %d)' % (symbol, e["name"], not e.get("notice", False)))
    rows.append("#undef EVENT")
    write(out / "domain/event/types.def", "\n".join(rows) + "\n")
