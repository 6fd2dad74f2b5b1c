/** Zeek's own logs of separated values, whose header lines name and type the fields. */
import { stringLiteral } from '../../kql/sql/literal.ts';
import { DataError } from '../dataError.ts';
import type { LogFile } from '../resolvePaths.ts';
import { openText } from '../textFile.ts';
import { isFieldsLine, isHeaderLine, zeekBlocks, type ZeekBlock } from '../zeek/zeekHeader.ts';
import { kustoType, zeekValue } from '../zeek/zeekValues.ts';
import { byLayout, layoutsOf } from './layouts.ts';
import { LogLines, openLogLines, type LineFormat } from './logLines.ts';
import type { Reader, SourceColumn } from './reader.ts';

export const zeekReader: Reader = {
  format: 'zeek',
  endings: [],
  recognizes: ({ lines }) =>
    lines.slice(0, 10).some((line) => /^#(separator[ \t]+\S|fields\tts\t)/.test(line)),
  open: async (files, file) => {
    const text = await openText(files, file);
    const log = new LogLines(files, text);
    const header = await log.query((from) => `SELECT raw FROM ${from} WHERE ${isHeaderLine}`);
    const blocks = zeekBlocks(header.map(({ raw }) => String(raw)));
    const isHeaderFirst = text.head.replace(/^[\ufeff\s]+/, '').startsWith('#');
    return openLogLines(files, log, formatOf(blocks, isHeaderFirst, file), () => text.notices);
  },
};

function formatOf(blocks: readonly ZeekBlock[], isHeaderFirst: boolean, file: LogFile): LineFormat {
  const { layouts, layoutOf } = layoutsOf(blocks, isFieldsLine, isHeaderFirst);
  if (layouts.length === 0) {
    throw new DataError(
      'no-columns',
      `${file.shownPath} has no \`#fields\` line, which names the columns of a Zeek log. Is its beginning cut off?`,
      file.pathIndex,
    );
  }
  const names = [...new Set(layouts.flatMap(({ fields }) => fields))];
  const fields = names.map((name, index) => fieldOf(name, index, layouts));
  const width = byLayout(layouts, (block) => String(block.fields.length));
  return {
    columns: [...fields.map(({ column }) => column), { name: '_path', type: 'string', form: 'text' }],
    before: layoutOf === undefined ? undefined : `${layoutOf} AS layout`,
    isRow: "NOT starts_with(raw, '#')",
    steps: [
      `string_split(raw, ${byLayout(layouts, ({ separator }) => stringLiteral(separator))}) AS p`,
      fields.map(({ value }, index) => `${value} AS v${index}`).join(', '),
    ],
    reason: `CASE ${layoutOf === undefined ? '' : "WHEN layout IS NULL THEN 'No #fields line stands before this row.'"}
      WHEN len(p) <> ${width} THEN 'The row has ' || len(p) || ' values, the header has ' || ${width} || ' fields.'
      ${fields.flatMap(({ complaint }) => complaint ?? []).join('\n')} END`,
    values: [
      ...fields.map((_field, index) => `v${index}`),
      byLayout(layouts, ({ path }) => stringLiteral(path)),
    ],
  };
}

interface Field {
  readonly column: SourceColumn;
  readonly value: string;
  /** SQL of a CASE branch that tells of a value that its type cannot have. */
  readonly complaint?: string;
}

/** The field of that name in all layouts; where their types differ, as text. */
function fieldOf(name: string, index: number, layouts: readonly ZeekBlock[]): Field {
  const placed = layouts.map((block) => {
    const place = block.fields.indexOf(name);
    return { text: place < 0 ? undefined : `p[${place + 1}]`, zeekType: block.types[place], block };
  });
  const here = placed.filter(({ text }) => text !== undefined);
  const types = new Set(here.map(({ zeekType }) => kustoType(zeekType)));
  const [type] = types.size === 1 ? types : [undefined];
  const value = byLayout(placed, ({ text, zeekType, block }) =>
    text === undefined ? 'NULL' : zeekValue(text, types.size === 1 ? zeekType : 'string', block),
  );
  const isText = type === undefined || type === 'string';
  const column: SourceColumn = { name, type, form: isText ? 'text' : 'physical' };
  if (isText || type === 'dynamic') return { column, value };
  const text = byLayout(placed, (field) => field.text ?? 'NULL');
  const unset = byLayout(placed, ({ block }) => stringLiteral(block.unsetField));
  const says = `'The value ''' || left(${text}, 80) || ${stringLiteral(`' of field ${name} is not a ${type}.`)}`;
  return { column, value, complaint: `WHEN v${index} IS NULL AND ${text} <> ${unset} THEN ${says}` };
}
