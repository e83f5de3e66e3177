// From the JSON schema of a request body: a body that fits it, and bodies that break one rule of it each.
import { NOBODY } from './catalogue.mjs';

const TEXTS = ['text', 'text text text text text text text text', 'https://example.com/hook', 'task:new', '1'];

function merged({ allOf }, resolve) {
  const parts = allOf.map(resolve);
  return { type: 'object', properties: Object.assign({}, ...parts.map((p) => p.properties)), required: parts.flatMap((p) => p.required ?? []) };
}
const kindOf = (schema) => [schema.type].flat().find((t) => t !== 'null');

// The smallest body that fits: what is required, and nothing else.
export function sample(schema, resolve) {
  const s = resolve(schema);
  if (s.allOf) return sample(merged(s, resolve), resolve);
  if ('example' in s || 'default' in s) return s.example ?? s.default;
  if (s.enum) return s.enum[0];
  if (s.format === 'uuid') return NOBODY;
  if (s.format === 'uri') return TEXTS[2];
  const made = {
    string: () => TEXTS.find((t) => t.length >= (s.minLength ?? 0) && t.length <= (s.maxLength ?? Infinity) && (!s.pattern || new RegExp(s.pattern).test(t))),
    integer: () => s.minimum ?? 1,
    boolean: () => true,
    array: () => Array.from({ length: s.minItems ?? 0 }, () => sample(s.items, resolve)),
    object: () => Object.fromEntries((s.required ?? []).map((name) => [name, sample(s.properties[name], resolve)])),
  };
  return made[kindOf(s) ?? 'object']?.();
}

// Wrong values of one schema: [kind, value].
function wrongs(s) {
  const text = 'a'.repeat(s.minLength ?? 1);
  const found = [];
  const kind = kindOf(s);
  if (kind) found.push(['type', kind === 'string' ? 7 : 'none']);
  if (s.enum) found.push(['word', 'no such word']);
  if (s.minLength) found.push(['short', text.slice(1)]);
  if (s.maxLength !== undefined) found.push(['long', 'a'.repeat(s.maxLength + 1)]);
  if (s.pattern) found.push(['pattern', ' '.repeat(s.minLength ?? 1) + '!']);
  if (s.format === 'uuid') found.push(['format', 'none']);
  if (s.minimum !== undefined) found.push(['range', s.minimum - 1]);
  if (s.maximum !== undefined) found.push(['range', s.maximum + 1]);
  if (s.minItems) found.push(['items', []]);
  if (s.maxItems !== undefined) found.push(['items', Array(s.maxItems + 1).fill('x')]);
  if (s.maxProperties !== undefined) found.push(['items', Object.fromEntries(Array.from({ length: s.maxProperties + 1 }, (_, i) => [`k${i}`, 'v']))]);
  return found;
}

// Bodies that break one rule of a member each: {field, kind, body}; given: values of members that have to be these.
export function breaking(schema, resolve, given = {}) {
  const s = resolve(schema).allOf ? merged(resolve(schema), resolve) : resolve(schema);
  const base = Object.fromEntries(Object.entries(sample(s, resolve)).map(([name, value]) => [name, given[name] ?? value]));
  const cases = (s.required ?? []).map((field) => ({ field, kind: 'missing', body: Object.fromEntries(Object.entries(base).filter(([name]) => name !== field)) }));
  for (const [field, raw] of Object.entries(s.properties ?? {})) {
    const member = resolve(raw);
    if (member.readOnly) continue;
    for (const [kind, value] of wrongs(member)) cases.push({ field, kind, body: { ...base, [field]: value } });
    if (kindOf(member) === 'array') {
      const element = resolve(member.items);
      for (const [kind, value] of wrongs(element)) cases.push({ field, kind: `element ${kind}`, body: { ...base, [field]: [value] } });
      if (kindOf(element) === 'object') for (const inner of breaking(element, resolve)) cases.push({ ...inner, field: inner.field, kind: `element ${inner.kind}`, body: { ...base, [field]: [inner.body] } });
    } else if (member.properties) for (const inner of breaking(member, resolve)) cases.push({ ...inner, body: { ...base, [field]: inner.body } });
  }
  return cases;
}
