/** A baseline as a file that a team shares. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DataError } from '../../data/dataError.ts';
import { resolvePaths } from '../../data/resolvePaths.ts';
import { StepError } from '../step.ts';
import type { FileAccess } from '../step.ts';

const version = 1;

/** Larger ones are a grouping too fine to be normal. */
export const maxRows = 200_000;

const row = z.tuple([z.string(), z.string(), z.int().min(1), z.int().min(1), z.number(), z.number()]);

const baselineFile = z.object({
  huntBaseline: z.literal(version),
  table: z.string(),
  item: z.array(z.string()),
  per: z.array(z.string()),
  /** Period that it was learned from, as ISO instants; `to` is the last event. */
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  learnedAt: z.iso.datetime(),
  /** What it was learned from: the engine, and where it has any, the events. */
  source: z.string(),
  days: z.int().min(1),
  events: z.int().min(1),
  /** Entity, item, days, count, median a day, MAD a day. */
  rows: z.array(row).min(1).max(maxRows),
});

export type Baseline = z.infer<typeof baselineFile>;

/** Identifies what a baseline is about. */
export type Subject = Pick<Baseline, 'table' | 'item' | 'per'>;

/** Returns the file of a baseline: JSON, an item a line, so that versions differ line by line. */
export function baselineText(baseline: Omit<Baseline, 'huntBaseline'>): string {
  const { rows, ...facts } = baseline;
  const head = JSON.stringify({ huntBaseline: version, ...facts }, null, 1).slice(0, -2);
  // One row a line, so that a change of the baseline is a small change of the file.
  return `${head},\n "rows": [\n${rows.map((one) => JSON.stringify(one)).join(',\n')}\n]}\n`;
}

/** Reads a saved baseline. Throws {@link StepError} at `from` when it is none, empty, newer, or about something else. */
export async function readBaseline(path: string, files: FileAccess): Promise<Baseline> {
  const json = await jsonOf(path, files);
  const kind = z.looseObject({ huntBaseline: z.number(), rows: z.array(z.unknown()) }).safeParse(json);
  if (!kind.success)
    fail(`${path} is no baseline. Name a file that \`save\` of this step wrote.`, 'no-baseline');
  if (kind.data.huntBaseline > version) {
    fail(
      `${path} is a baseline of version ${kind.data.huntBaseline}; this version reads ${version}. Update the extension, or learn again.`,
      'newer-baseline',
    );
  }
  if (kind.data.rows.length === 0)
    fail(`${path} is empty: nothing was learned. Learn again with \`save\`.`, 'empty-baseline');
  const read = baselineFile.safeParse(json);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  return fail(
    `${path} is a damaged baseline: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}. Learn again with \`save\`.`,
    'damaged-baseline',
  );
}

/** Throws {@link StepError} when the baseline was learned from another table, item or grouping. */
export function refuseForeign(path: string, baseline: Subject, subject: Subject): void {
  const shown = ({ table, item, per }: Subject): string =>
    `${item.join(' and ')} of ${table} per ${per.length === 0 ? 'nothing' : per.join(' and ')}`;
  if (shown(baseline) === shown(subject)) return;
  fail(
    `${path} was learned from ${shown(baseline)}, but this cell is about ${shown(subject)}. Write the same \`in\`, \`item\` and \`per\`, or learn a baseline for these.`,
    'foreign-baseline',
  );
}

async function jsonOf(path: string, { folder, allowPath }: FileAccess): Promise<unknown> {
  try {
    const [file] = await resolvePaths({ paths: [path], folder, allowPath });
    return file === undefined ? undefined : JSON.parse(await readFile(file.path, 'utf8'));
  } catch (error) {
    if (error instanceof DataError) throw new StepError(error.message, ['from'], error.code);
    if (error instanceof SyntaxError) return fail(`${path} is no JSON: ${error.message}.`, 'no-baseline');
    throw error;
  }
}

function fail(message: string, code: string): never {
  throw new StepError(message, ['from'], code);
}
