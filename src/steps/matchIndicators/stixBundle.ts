/** Indicators from a STIX 2.1 (or 2.0) bundle: the patterns of its `indicator` objects. */
import { z } from 'zod';
import type { IndicatorList } from './indicatorList.ts';
import { readStixPattern } from './stixPattern.ts';

const bundle = z.looseObject({
  type: z.literal('bundle'),
  objects: z.array(z.unknown()).default([]),
});

const indicator = z.looseObject({
  type: z.literal('indicator'),
  pattern: z.string(),
  pattern_type: z.string().default('stix'),
  name: z.string().default(''),
  revoked: z.boolean().default(false),
});

const observableTypes: ReadonlySet<string> = new Set([
  'ipv4-addr',
  'ipv6-addr',
  'domain-name',
  'url',
  'file',
  'email-addr',
]);

const typed = z.looseObject({ type: z.string() });

/** Whether the JSON is a bundle. */
export function isStixBundle(json: unknown): boolean {
  return typed.safeParse(json).data?.type === 'bundle';
}

/** Reads the bundle's indicators. Throws an Error when it is no bundle. */
export function readStixBundle(json: unknown, file: string, list: IndicatorList): void {
  const { objects } = bundle.parse(json);
  objects.forEach((object, index) => {
    const at = { file, place: `objects[${index}]` };
    const type = typed.safeParse(object).data?.type ?? '';
    if (observableTypes.has(type)) {
      list.refuse(JSON.stringify(object), `${type} is what someone saw, not an indicator with a pattern`, at);
    }
    if (type !== 'indicator') return;
    const read = indicator.safeParse(object);
    if (!read.success) {
      list.refuse(
        JSON.stringify(object),
        `it is no valid indicator (${read.error.issues[0]?.message ?? ''})`,
        at,
      );
      return;
    }
    const { pattern, pattern_type: language, name, revoked } = read.data;
    if (revoked) list.refuse(pattern, 'its author revoked it', at);
    else if (language !== 'stix') list.refuse(pattern, `a ${language} pattern, not a STIX one`, at);
    else readPattern(pattern, name, at, list);
  });
}

function readPattern(
  pattern: string,
  name: string,
  at: { readonly file: string; readonly place: string },
  list: IndicatorList,
): void {
  try {
    const { usable, unusable } = readStixPattern(pattern);
    for (const { value, isPart } of usable) {
      const part = isPart ? 'part of a pattern with AND, so weaker evidence alone' : '';
      list.read(value, at, [name, part].filter((text) => text !== '').join('; '));
    }
    for (const { text, reason } of unusable) list.refuse(text, reason, at);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    list.refuse(pattern, `it is no STIX pattern: ${error.message}`, at);
  }
}
