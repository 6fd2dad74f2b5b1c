/**
 * The index of a notebook's stored results: `index.json` in its sidecar folder. It may come from others, so it is
 * checked like any input: types, sizes, and file names that cannot leave the folder.
 */
import { z } from 'zod';
import { scalarTypes } from '../kql/types.ts';
import { runnableLanguages, type CellError, type CellOutcome } from './cell.ts';
import { maxFindingRows, severities, type Finding } from './finding.ts';

export const sidecarVersion = 1;
/** Larger than any index that is written: results themselves are in Parquet files. */
export const maxIndexBytes = 64 * 1024 * 1024;

/** A plain name in the sidecar folder; nothing with a separator, a drive or a dot at its start. */
export const storedFileName = z.string().regex(/^[a-z0-9-]{1,120}\.parquet$/);

const count = z.int().nonnegative();
const listOf = <T extends z.ZodType>(item: T, limit = 100_000) => z.array(item).max(limit).readonly();
const text = z.string();
const columns = listOf(z.strictObject({ name: text, type: z.enum(scalarTypes) }));

const finding: z.ZodType<Finding> = z.object({
  title: text,
  note: text,
  severity: z.enum(severities),
  techniques: listOf(text),
  origin: z.enum(['pinned', 'step']),
  columns,
  rows: listOf(listOf(z.json()), maxFindingRows),
  totalRows: count,
});

const provenance = z.object({
  query: text,
  language: z.enum(runnableLanguages),
  kql: text.optional(),
  engine: text,
  sources: listOf(z.object({ table: text, path: text, sha256: text, rows: count })),
  startedAt: z.iso.datetime(),
  durationMs: z.number().nonnegative(),
  rowCount: count,
});

const storedResult = z.object({
  file: storedFileName,
  columns,
  rowCount: count,
  cut: z.object({ atLeastRows: count, limit: text }).optional(),
  publishedAs: text.optional(),
  render: z.object({ kind: text, properties: z.record(text, text) }).optional(),
  provenance,
});

const loadedTable = z.object({
  name: text,
  rows: count,
  sources: listOf(z.object({ path: text, sha256: text, sizeBytes: count, rows: count })),
  rejects: z.object({ count, first: listOf(z.object({ file: text, line: count, reason: text })) }),
  notices: listOf(text),
});

const cellError: z.ZodType<CellError> = z.object({
  code: text,
  message: text,
  start: count,
  length: count,
  suggestions: listOf(text).optional(),
});

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const storedCell = z.object({
  content: hash,
  upstream: hash,
  language: z.enum(runnableLanguages),
  outcome: z.discriminatedUnion('status', [
    z.object({
      status: z.literal('ok'),
      results: listOf(storedResult),
      loaded: listOf(loadedTable),
      notices: listOf(text),
      findings: listOf(finding),
    }),
    z.object({ status: z.literal('failed'), errors: listOf(cellError) }),
  ]),
});

export const sidecarIndex = z.object({
  version: z.literal(sidecarVersion),
  savedAt: z.iso.datetime(),
  cells: listOf(storedCell),
  /** Findings that the hunter pinned; those of steps are with their cells. */
  findings: listOf(finding),
});

export type SidecarIndex = z.infer<typeof sidecarIndex>;
export type StoredCell = z.infer<typeof storedCell>;
export type StoredResult = z.infer<typeof storedResult>;
export type StorableOutcome = Exclude<CellOutcome, { readonly status: 'cancelled' }>;

/** Reads the text of an index, or says why it cannot be used. */
export function readSidecarIndex(
  source: string,
): { readonly ok: true; readonly index: SidecarIndex } | { readonly ok: false; readonly message: string } {
  let content: unknown;
  try {
    content = JSON.parse(source);
  } catch {
    return { ok: false, message: 'it is not JSON' };
  }
  const version = z.object({ version: z.number() }).safeParse(content);
  if (version.success && version.data.version !== sidecarVersion) {
    return {
      ok: false,
      message: `it has version ${version.data.version}; this version of Hunt Notebooks reads ${sidecarVersion}`,
    };
  }
  const read = sidecarIndex.safeParse(content);
  if (read.success) return { ok: true, index: read.data };
  const issue = read.error.issues[0];
  return { ok: false, message: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unexpected content'}` };
}
