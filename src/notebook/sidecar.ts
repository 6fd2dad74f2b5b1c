/**
 * Stored results of a notebook: the folder `<name>.hunt.results/` beside it, with `index.json` and a Parquet file a
 * result.
 *
 * Contracts: the notebook file is never touched; a reader sees the old index or the new one, never half of one (files
 * are written under another name and renamed, the index last); a result's file never changes once written, so a result
 * that is open stays readable; a folder made by others is refused with a message, and no path in it is followed.
 */
import { createHash, randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ParameterValue } from '../kql/types.ts';
import type { CellOutcome, CellResult } from './cell.ts';
import { fingerprintsOf, type Fingerprint } from './fingerprint.ts';
import type { Finding } from './finding.ts';
import type { DocumentCell } from './huntDocument.ts';
import { codeCellOf } from './runAll.ts';
import {
  maxIndexBytes,
  readSidecarIndex,
  sidecarVersion,
  storedFileName,
  type SidecarIndex,
  type StorableOutcome,
  type StoredCell,
  type StoredResult,
} from './sidecarIndex.ts';
import { matchStored } from './sidecarMatching.ts';
import { StoredTable, type OpenParquet } from './storedTable.ts';

export { isStale, fingerprintsOf, type Fingerprint } from './fingerprint.ts';

const indexName = 'index.json';

/** The folder of a notebook's stored results: `port-scan.hunt.md` → `port-scan.hunt.results`. */
export function sidecarFolder(notebookPath: string): string {
  const name = basename(notebookPath).replace(/(?:\.hunt)?\.(?:md|markdown)$/i, '');
  return join(dirname(notebookPath), `${name}.hunt.results`);
}

export interface SaveRequest {
  readonly notebookPath: string;
  readonly cells: readonly DocumentCell[];
  readonly parameters: readonly ParameterValue[];
  /**
   * What each cell produced, aligned with `cells`; undefined where there is nothing to store. `made` is the cell's
   * fingerprint when it ran, if the cell or one before it may have been edited since; default: as it is now.
   */
  readonly outcomes: readonly (CellOutcome | undefined)[];
  readonly made?: readonly (Fingerprint | undefined)[];
  /** Findings that the hunter pinned. */
  readonly findings: readonly Finding[];
  readonly now?: () => Date;
}

/** Writes the results of a notebook and removes files that no result needs any more. */
export async function saveResults(request: SaveRequest): Promise<void> {
  const { cells, outcomes, made = [], findings, now = () => new Date() } = request;
  const folder = sidecarFolder(request.notebookPath);
  await mkdir(folder, { recursive: true });
  await refuseLinkedFolder(folder);
  const fingerprints = fingerprintsOf(cells, request.parameters);
  const stored: StoredCell[] = [];
  for (const [index, documentCell] of cells.entries()) {
    const cell = codeCellOf(documentCell);
    const outcome = outcomes[index];
    const fingerprint = made[index] ?? fingerprints[index];
    if (
      cell === undefined ||
      fingerprint === undefined ||
      outcome === undefined ||
      outcome.status === 'cancelled'
    )
      continue;
    stored.push({ ...fingerprint, language: cell.language, outcome: await storeOutcome(folder, outcome) });
  }
  const index: SidecarIndex = {
    version: sidecarVersion,
    savedAt: now().toISOString(),
    cells: stored,
    findings,
  };
  await writeWhole(join(folder, indexName), (path) =>
    writeFile(path, `${JSON.stringify(index, undefined, 1)}\n`),
  );
  await removeUnused(folder, index);
}

async function storeOutcome(folder: string, outcome: StorableOutcome): Promise<StoredCell['outcome']> {
  if (outcome.status === 'failed') return outcome;
  const results: StoredResult[] = [];
  for (const [index, result] of outcome.results.entries())
    results.push(await storeResult(folder, result, index));
  return { ...outcome, results };
}

async function storeResult(folder: string, result: CellResult, index: number): Promise<StoredResult> {
  const { table, publishedAs, render, provenance } = result;
  const file = fileNameOf(result, index);
  const path = join(folder, file);
  if (!(await isPlainFile(path))) await writeWhole(path, (temporary) => table.saveParquet(temporary));
  const { columns, rowCount, cut } = table;
  return { file, columns, rowCount, cut, publishedAs, render, provenance };
}

/** The same for the same run of the same text, so that a result that is stored already is not written again. */
function fileNameOf({ provenance }: CellResult, index: number): string {
  const { language, query, kql, startedAt, rowCount } = provenance;
  const content = createHash('sha256')
    .update(JSON.stringify([language, query, kql, rowCount]))
    .digest('hex');
  return `${content.slice(0, 16)}-${startedAt.replace(/\D/g, '')}-${index}.parquet`;
}

/** Writes under another name and renames, so that no reader sees half a file. */
async function writeWhole(path: string, write: (temporaryPath: string) => Promise<void>): Promise<void> {
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
  try {
    await write(temporary);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function removeUnused(folder: string, { cells }: SidecarIndex): Promise<void> {
  const used = new Set(
    cells.flatMap(({ outcome }) => (outcome.status === 'ok' ? outcome.results.map(({ file }) => file) : [])),
  );
  for (const name of await readdir(folder)) {
    if (used.has(name) || !storedFileName.safeParse(name).success) continue;
    // Windows keeps a file that is still shown; the next save removes it.
    await rm(join(folder, name), { force: true }).catch(() => undefined);
  }
}

export interface LoadRequest {
  readonly notebookPath: string;
  readonly cells: readonly DocumentCell[];
  readonly parameters: readonly ParameterValue[];
  /** Opens a result's file when its rows are first asked for. */
  readonly open: OpenParquet;
}

export interface LoadedCell {
  readonly outcome: StorableOutcome;
  /** What the cell was when it ran. */
  readonly made: Fingerprint;
  /** The cell or something it depends on changed since. */
  readonly isStale: boolean;
}

export interface LoadedResults {
  /** Aligned with the request's cells. */
  readonly cells: readonly (LoadedCell | undefined)[];
  readonly findings: readonly Finding[];
  /** Why stored results are not shown, for the user; empty when all is well or nothing is stored. */
  readonly problems: readonly string[];
}

/** The stored results of a notebook, matched to its cells. Never rejects for what the folder holds. */
export async function loadResults(request: LoadRequest): Promise<LoadedResults> {
  const folder = sidecarFolder(request.notebookPath);
  const nothing = request.cells.map(() => undefined);
  const read = await readIndex(folder);
  if (read === undefined) return { cells: nothing, findings: [], problems: [] };
  if (typeof read === 'string') {
    const problem = `The stored results in ${basename(folder)} are not shown: ${read}.`;
    return { cells: nothing, findings: [], problems: [problem] };
  }
  const fingerprints = fingerprintsOf(request.cells, request.parameters);
  const current = request.cells.map(({ language }, index) => {
    const fingerprint = fingerprints[index];
    return fingerprint === undefined ? undefined : { ...fingerprint, language };
  });
  const problems: string[] = [];
  const cells: (LoadedCell | undefined)[] = [];
  for (const match of matchStored(current, read.cells)) {
    const stored = match === undefined ? undefined : read.cells[match.storedIndex];
    if (match === undefined || stored === undefined) {
      cells.push(undefined);
      continue;
    }
    const missing = await missingFile(folder, stored);
    if (missing !== undefined) {
      problems.push(`A stored result is missing (${missing}); run its cell again.`);
      cells.push(undefined);
      continue;
    }
    const { content, upstream } = stored;
    cells.push({
      outcome: opened(folder, stored, request.open),
      made: { content, upstream },
      isStale: match.isStale,
    });
  }
  return { cells, findings: read.findings, problems };
}

function opened(folder: string, { outcome }: StoredCell, open: OpenParquet): StorableOutcome {
  if (outcome.status === 'failed') return outcome;
  const results = outcome.results.map((stored): CellResult => {
    const { publishedAs, render, provenance } = stored;
    const table = new StoredTable(join(folder, stored.file), stored, open);
    return {
      table,
      ...(publishedAs !== undefined && { publishedAs }),
      ...(render !== undefined && { render }),
      provenance,
    };
  });
  return { ...outcome, results };
}

/** The index, undefined when none is stored, or why it is refused. */
async function readIndex(folder: string): Promise<SidecarIndex | string | undefined> {
  const path = join(folder, indexName);
  try {
    await refuseLinkedFolder(folder);
    const { size } = await lstat(path);
    if (!(await isPlainFile(path))) return `${indexName} is not a plain file`;
    if (size > maxIndexBytes) return `${indexName} is too large (${size} bytes)`;
    const read = readSidecarIndex(await readFile(path, 'utf8'));
    return read.ok ? read.index : `${indexName} is refused: ${read.message}`;
  } catch (error) {
    if (isMissing(error)) return undefined;
    return error instanceof Error ? error.message : String(error);
  }
}

async function missingFile(folder: string, { outcome }: StoredCell): Promise<string | undefined> {
  if (outcome.status === 'failed') return undefined;
  for (const { file } of outcome.results) if (!(await isPlainFile(join(folder, file)))) return file;
  return undefined;
}

async function isPlainFile(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isFile();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** A link could lead anywhere; a results folder is a plain folder. */
async function refuseLinkedFolder(folder: string): Promise<void> {
  if (!(await lstat(folder)).isDirectory()) throw new Error(`${basename(folder)} is not a plain folder`);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
