/** Table names from file names. */
import { DataError } from './dataError.ts';

const endings = /\.(csv|tsv|tab|txt|json|jsonl|ndjson|log|syslog|cef|parquet|evtx|gz|gzip|zst|zstd|zip)$/i;

/**
 * The time in the name of a log that Zeek rotated, `conn.00:00:00-01:00:00.log.gz` or `conn.2024-05-01-00-00-00.log`; tools
 * of Windows write `_` for the colons.
 */
const rotation =
  /(?<=.)[.-](\d{2}[:_]\d{2}[:_]\d{2}-\d{2}[:_]\d{2}[:_]\d{2}|\d{4}-\d{2}-\d{2}[-_]\d{2}[-.:_]\d{2}[-.:_]\d{2})$/;

/**
 * Returns a KQL identifier made from the file's name without its endings and the time of a rotation: `a/Logon-Events.csv.gz`
 * gives `Logon_Events`.
 */
export function tableNameFromFile(path: string): string {
  let name = path.split(/[\\/]/).at(-1) ?? '';
  while (endings.test(name)) name = name.replace(endings, '');
  const identifier = name
    .replace(rotation, '')
    .replace(/[^\p{L}\p{N}_]+/gu, '_')
    .replace(/^_+|_+$/g, '')
    .replace(/^(?=\d)/, '_');
  if (identifier === '') {
    throw new DataError(
      'table-name',
      `No table name can be made from the file name '${path}'. Name the table: \`load: { Table: ${path} }\`.`,
    );
  }
  return identifier;
}

/** Refuses a table name that no KQL query could write, or that this load would read itself. */
export function checkTableName(name: string): void {
  if (name.trim() === '' || name.length > 1024 || /[\u0000-\u001f]/.test(name)) {
    throw new DataError('table-name', `'${name}' is not a table name. Use letters, digits and underscores.`);
  }
  if (name.endsWith('_rejects')) {
    throw new DataError(
      'table-name',
      `'${name}' is a name for rows that could not be read; choose a name that does not end in \`_rejects\`.`,
    );
  }
}
