/** Windows event logs (EVTX): a row an event, its data as a dynamic. */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileImport } from '../../engine/local/fileImport.ts';
import { sqlTypes, stringLiteral } from '../../kql/sql/literal.ts';
import { DataError } from '../dataError.ts';
import { eventColumns } from '../evtx/eventColumns.ts';
import type { EvtxSummary } from '../evtx/convertEvtx.ts';
import type { ConvertedEvtx } from '../evtx/evtxMessages.ts';
import { convertInThread } from '../evtx/evtxThread.ts';
import type { LogFile } from '../resolvePaths.ts';
import { packingOf } from '../textFile.ts';
import type { OpenedFile, Reader, SourceColumn } from './reader.ts';

/** More than a record can unfold to; DuckDB makes its buffers by it. */
const maxRowBytes = 8 << 20;

const columns: readonly SourceColumn[] = eventColumns.map(({ name, type }) => ({
  name,
  type,
  form: 'physical',
}));
const keys = eventColumns.map(({ key }) => key).join(', ');

export const evtxReader: Reader = {
  format: 'evtx',
  endings: ['.evtx'],
  recognizes: ({ bytes }) => bytes.toString('latin1', 0, 8) === 'ElfFile\0',
  open: async (files, file, options) => {
    const folder = join(files.scratchFolder, `evtx-${randomUUID()}`);
    await mkdir(folder);
    const job = { path: file.path, packing: await packingOf(file.path), folder };
    const converted = await convertInThread(files, job, options.onBytes ?? (() => undefined));
    if (converted === undefined) {
      throw new DataError(
        'unreadable-file',
        `${file.shownPath} is not a Windows event log (EVTX): it has neither its header nor a chunk of events.`,
        file.pathIndex,
      );
    }
    await files.saveMemory();
    return opened(files, file, converted);
  },
};

function opened(
  files: FileImport,
  file: LogFile,
  { summary, rowsPaths, damagesPath }: ConvertedEvtx,
): OpenedFile {
  const rows = readJson(
    rowsPaths,
    eventColumns.map(({ key, type }) => [key, sqlTypes[type]]),
  );
  const isWhole = summary.damages === 0;
  return {
    columns,
    // What is damaged must come to the rejects, which only a relation of all rows gives.
    from: `(SELECT ${keys} FROM ${rows}${isWhole ? '' : " WHERE error('damaged') IS NULL"})`,
    notices: noticesOf(summary, file.shownPath),
    stage: async (relation) => {
      const damages = readJson(
        [damagesPath],
        [
          ['line', 'BIGINT'],
          ['reason', 'VARCHAR'],
          ['raw', 'VARCHAR'],
        ],
      );
      await files.execute(
        `CREATE VIEW "${relation}" AS
         SELECT NULL::BIGINT AS line, NULL::VARCHAR AS raw, NULL::VARCHAR AS reason, ${keys} FROM ${rows}
         UNION ALL BY NAME SELECT line, raw, reason FROM ${damages}`,
      );
    },
  };
}

function readJson(paths: readonly string[], fields: readonly (readonly [string, string])[]): string {
  const list = fields.map(([name, type]) => `${name}: '${type}'`).join(', ');
  return `read_json([${paths.map(stringLiteral).join(', ')}], format = 'newline_delimited', compression = 'uncompressed',
    maximum_object_size = ${maxRowBytes}, columns = {${list}})`;
}

function noticesOf(summary: EvtxSummary, shownPath: string): string[] {
  const notices: string[] = [];
  const { damages, damagedAt, damagedChunks } = summary;
  if (damagedChunks > 0) {
    const places = damagedAt.join(', ') + (damagedChunks > damagedAt.length ? ', ...' : '');
    const which =
      damagedChunks === 1 ? '1 damaged chunk, at byte' : `${damagedChunks} damaged chunks, at bytes`;
    notices.push(`${shownPath} has ${which} ${places}; all that could be read was.`);
  } else if (damages > 0) notices.push(`${shownPath} has damaged records; they are among the rejects.`);
  if (summary.isDirty) {
    notices.push(`${shownPath} was copied while Windows had it open; its last events may be missing.`);
  }
  if (summary.headerProblem !== undefined) notices.push(`${shownPath} ${summary.headerProblem}.`);
  if (summary.timesFromHeader > 0) {
    notices.push(
      `${summary.timesFromHeader} events of ${shownPath} name no time; theirs is when they were written.`,
    );
  }
  return notices;
}
