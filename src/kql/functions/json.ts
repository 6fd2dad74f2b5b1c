/** JSON text that comes from logs. */
import { z } from 'zod';
import type { JsonValue } from '../types.ts';

const jsonValue: z.ZodType<JsonValue> = z.json();

/**
 * The JSON value that `text` holds, or undefined when it is no JSON or, unless it `mayRound`, holds a number that JavaScript would round:
 * such text is left to DuckDB, which keeps its digits.
 */
export function jsonFromText(text: string, mayRound = false): JsonValue | undefined {
  if (!mayRound && /\d{16}/.test(text)) return undefined;
  try {
    const parsed = jsonValue.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
