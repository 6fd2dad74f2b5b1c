/** W3C extended logs: those of IIS in the shape of Sentinel's `W3CIISLog`, others under their own field names. */
import { fromText } from '../../engine/local/textConversion.ts';
import { stringLiteral } from '../../kql/sql/literal.ts';
import type { ScalarType } from '../../kql/types.ts';
import { DataError } from '../dataError.ts';
import type { LogFile } from '../resolvePaths.ts';
import { knownColumnTypes } from '../schemas/knownSchemas.ts';
import { openText } from '../textFile.ts';
import { isDirective, isFieldsLine, w3cHeader, type W3cBlock } from '../w3c/w3cHeader.ts';
import { byLayout, layoutsOf } from './layouts.ts';
import { LogLines, openLogLines, type LineFormat } from './logLines.ts';
import type { Reader, SourceColumn } from './reader.ts';

export const w3cReader: Reader = {
  format: 'w3c',
  endings: [],
  recognizes: ({ lines }) => lines.slice(0, 20).some((line) => /^#Fields ?:/i.test(line)),
  open: async (files, file) => {
    const text = await openText(files, file);
    const log = new LogLines(files, text);
    const directives = await log.query((from) => `SELECT raw FROM ${from} WHERE ${isDirective}`);
    const { blocks, isLocalTime } = w3cHeader(directives.map(({ raw }) => String(raw)));
    const isHeaderFirst = text.head.replace(/^[\ufeff\s]+/, '').startsWith('#');
    const format = formatOf(blocks, isHeaderFirst, file);
    const notices = isLocalTime
      ? [`${file.shownPath} says that its times are local, and not of which zone; they were read as UTC.`]
      : [];
    return openLogLines(files, log, format, () => [...text.notices, ...notices]);
  },
};

/** Columns of `W3CIISLog` by the field that IIS writes. */
const iisColumns: Readonly<Record<string, string>> = {
  's-sitename': 'sSiteName',
  's-computername': 'Computer',
  's-ip': 'sIP',
  'cs-method': 'csMethod',
  'cs-uri-stem': 'csUriStem',
  'cs-uri-query': 'csUriQuery',
  's-port': 'sPort',
  'cs-username': 'csUserName',
  'c-ip': 'cIP',
  'cs-version': 'csVersion',
  'cs(User-Agent)': 'csUserAgent',
  'cs(Cookie)': 'csCookie',
  'cs(Referer)': 'csReferer',
  'cs-host': 'csHost',
  'sc-status': 'scStatus',
  'sc-substatus': 'scSubStatus',
  'sc-win32-status': 'scWin32Status',
  'sc-bytes': 'scBytes',
  'cs-bytes': 'csBytes',
  'time-taken': 'TimeTaken',
};

/** Fields in which IIS's `+` surely was a blank: elsewhere it may be the URL's or the cookie's own. */
const spacedFields: ReadonlySet<string> = new Set(['cs(User-Agent)', 'cs-username']);

const timeFields: ReadonlySet<string> = new Set(['date', 'time', 'date-time']);

function formatOf(blocks: readonly W3cBlock[], isHeaderFirst: boolean, file: LogFile): LineFormat {
  const { layouts, layoutOf } = layoutsOf(blocks, isFieldsLine, isHeaderFirst);
  if (layouts.length === 0) {
    throw new DataError(
      'no-columns',
      `${file.shownPath} has no \`#Fields:\` line, which names the columns of a W3C log. Is its beginning cut off?`,
      file.pathIndex,
    );
  }
  const isIis = layouts.some((block) => block.isIis);
  const types = new Map<string, ScalarType>(isIis ? knownColumnTypes('W3CIISLog') : []);
  const names = new Set(layouts.flatMap(namesOf));
  const empty = isIis ? Object.values(iisColumns).filter((name) => !names.has(name)) : [];
  const columns = [...names, ...empty].map((name): SourceColumn => ({
    name,
    type: types.get(name),
    form: 'text',
  }));
  const width = byLayout(layouts, ({ fields }) => String(fields.length));
  return {
    columns: [{ name: 'TimeGenerated', type: 'datetime', form: 'physical' }, ...columns],
    before: layoutOf === undefined ? undefined : `${layoutOf} AS layout`,
    // IIS makes room for what it will write: a log that is in use ends in zero bytes.
    isRow: `NOT starts_with(raw, '#') AND rtrim(raw, chr(0)) <> ''`,
    steps: [
      `${byLayout(layouts, partsOf)} AS p`,
      `${byLayout(layouts, timeText)} AS time_text`,
      `${fromText('time_text', 'datetime')} AS t`,
    ],
    reason: `CASE ${layoutOf === undefined ? '' : "WHEN layout IS NULL THEN 'No #Fields: line stands before this row.'"}
      WHEN len(p) <> ${width} THEN 'The row has ' || len(p) || ' values, the header has ' || ${width} || ' fields.'
      WHEN t IS NULL AND time_text IS NOT NULL THEN 'The time ''' || left(time_text, 80) || ''' is none.' END`,
    values: [
      't',
      ...[...names].map((name) => byLayout(layouts, (block) => valueOf(name, block))),
      ...empty.map(() => 'NULL'),
    ],
  };
}

/** Names of the block's columns in the order of its fields; `undefined` for a field that is part of the time. */
function columnsOf({ fields, isIis }: W3cBlock): (string | undefined)[] {
  const taken = new Set<string>();
  return fields.map((field) => {
    if (timeFields.has(field.toLowerCase())) return undefined;
    const wanted =
      (isIis ? iisColumns[field] : undefined) ?? (field === 'TimeGenerated' ? 'TimeGenerated_' : field);
    let name = wanted;
    for (let n = 1; taken.has(name); n++) name = `${wanted}${n}`;
    taken.add(name);
    return name;
  });
}

function namesOf(block: W3cBlock): string[] {
  return columnsOf(block).filter((name) => name !== undefined);
}

function valueOf(name: string, block: W3cBlock): string {
  const place = columnsOf(block).indexOf(name);
  if (place < 0) return 'NULL';
  const text = `nullif(p[${place + 1}], '-')`;
  return block.isIis && spacedFields.has(block.fields[place] ?? '') ? withBlanks(text) : text;
}

/** The `+` before a robot's address is its own. */
function withBlanks(text: string): string {
  const kept = `regexp_replace(${text}, '([+(;])[+](https?:)', '\\1' || chr(31) || '\\2', 'g')`;
  return `CASE WHEN contains(${text}, '+') THEN replace(replace(${kept}, '+', ' '), chr(31), '+') ELSE ${text} END`;
}

/** SQL of the values of a row. */
function partsOf({ isCsv, isIis }: W3cBlock): string {
  const row = 'rtrim(raw, chr(0))';
  if (isCsv) {
    const quoted = `regexp_extract_all(',' || ${row}, ',("(?:[^"]|"")*"|[^,]*)', 1)`;
    return `CASE WHEN contains(raw, '"') THEN ${unquoted(quoted)} ELSE string_split(${row}, ',') END`;
  }
  const apart = `CASE WHEN contains(raw, chr(9)) THEN string_split(${row}, chr(9)) ELSE string_split_regex(trim(${row}), ' +') END`;
  if (isIis) return apart;
  const quoted = `regexp_extract_all(${row}, '"(?:[^"]|"")*"|[^\\s]+')`;
  return `CASE WHEN contains(raw, '"') AND NOT contains(raw, chr(9)) THEN ${unquoted(quoted)} ELSE ${apart} END`;
}

function unquoted(list: string): string {
  return `list_transform(${list}, lambda v: CASE WHEN starts_with(v, '"') AND len(v) > 1
    THEN replace(v[2:-2], '""', '"') ELSE v END)`;
}

/** SQL of the text of a row's time, in UTC as the format has it; NULL where the row has none. */
function timeText({ fields, day }: W3cBlock): string {
  const part = (name: string): string | undefined => {
    const place = fields.findIndex((field) => field.toLowerCase() === name);
    return place < 0 ? undefined : `nullif(nullif(p[${place + 1}], '-'), '')`;
  };
  const [date = day === '' ? undefined : stringLiteral(day), time] = [part('date'), part('time')];
  if (date !== undefined) return time === undefined ? date : `${date} || ' ' || ${time}`;
  return part('date-time') ?? 'NULL::VARCHAR';
}
