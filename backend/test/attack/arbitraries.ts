import fc from 'fast-check';
import type { Schema } from './openapi.ts';

const SHORT_TEXT_MAX = 40;
const FEW = 3;

/** Values as the schema wants them. Ids are mostly taken from those that exist: with others nothing happens. */
export function valueOf(schema: Schema, ids: readonly string[]): fc.Arbitrary<unknown> {
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((one) => valueOf(one, ids)));
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'string':
      return textOf(schema, ids);
    case 'integer':
      return fc.integer({
        min: Math.max(schema.minimum ?? -(2 ** 31), -(2 ** 31)),
        max: Math.min(schema.maximum ?? 2 ** 31 - 1, 2 ** 31 - 1),
      });
    case 'number':
      return fc.double({ noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array': {
      const [item = {}] = [schema.items ?? {}].flat();
      const minLength = schema.minItems ?? 0;
      return fc.array(valueOf(item, ids), { minLength, maxLength: Math.max(minLength, Math.min(schema.maxItems ?? FEW, FEW)) });
    }
    case 'object': {
      const fields = Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, one]) => [name, valueOf(one, ids)]));
      return fc.record(fields, { requiredKeys: schema.required ?? [] });
    }
    default:
      return fc.jsonValue({ maxDepth: 3 });
  }
}

function textOf({ pattern, minLength = 0, maxLength = SHORT_TEXT_MAX }: Schema, ids: readonly string[]): fc.Arbitrary<string> {
  if (pattern?.includes('{12}'))
    return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...ids) }, { weight: 1, arbitrary: fc.uuid() });
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  const most = Math.max(minLength, Math.min(maxLength, SHORT_TEXT_MAX));
  return fc.oneof(
    { weight: 6, arbitrary: fc.string({ unit: 'grapheme', minLength, maxLength: most }) },
    // Exactly as long as it may be, and one longer.
    {
      weight: 1,
      arbitrary: fc.constantFrom('x'.repeat(Math.min(maxLength, 10_000)), 'x'.repeat(Math.min(maxLength, 10_000) + 1)),
    },
  );
}
