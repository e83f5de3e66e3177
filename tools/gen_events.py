"""spec/events.yaml -> domain/event/types.def, one EVENT(symbol, name, journaled, living) row an event type;
living: it has the snapshot of a task or an agent."""
import yaml

from generate import write


def generate(spec, out):
    events = yaml.safe_load((spec / "events.yaml").read_text())["events"]
    rows = ["/* Generated from spec/events.yaml. Do not edit. */"]
    for e in events:
        symbol = e["name"].replace(".", "_").replace("-", "_").upper()
        living = bool({"task", "agent"} & set(e["body"]))
        rows.append('EVENT(%s, "%s", %d, %d)' % (symbol, e["name"], not e.get("notice", False), living))
    rows.append("#undef EVENT")
    write(out / "domain/event/types.def", "\n".join(rows) + "\n")
