/** The whole text of an event, in which rules with keywords search. */
import { kqlName, kqlString } from '../../kql/kqlText.ts';
import type { TableSchema } from '../../kql/types.ts';

/** Names of members in JSON text: no keyword is meant for them. */
const memberNames = String.raw`"[^"\\]*":`;

/**
 * KQL of all texts of a row, one a line. Property bags give their values as text, without the escapes of JSON, so that a
 * keyword with backslashes or quotes is found in them.
 */
export function allText(table: TableSchema, system: ReadonlyMap<string, string> = new Map()): string {
  const own = new Set(system.values());
  const parts = table.columns.flatMap(({ name, type }) => {
    const column = kqlName(name);
    if (type === 'string') return [column];
    if (type === 'dynamic') return [bagText(column)];
    // Times and numbers of the log itself are no text of an event.
    return type === 'datetime' || type === 'timespan' || own.has(column) ? [] : [`tostring(${column})`];
  });
  return inLines(parts);
}

/** More arguments a function of Kusto does not take (64 beside the delimiter). */
const mostArguments = 60;

/** The texts in one, a line each. */
function inLines(texts: readonly string[]): string {
  const [only = '""'] = texts;
  if (texts.length <= 1) return only;
  if (texts.length <= mostArguments) return `strcat_delim("\\n", ${texts.join(', ')})`;
  const groups: string[] = [];
  for (let start = 0; start < texts.length; start += mostArguments) {
    groups.push(inLines(texts.slice(start, start + mostArguments)));
  }
  return inLines(groups);
}

function bagText(column: string): string {
  const values = `replace_regex(tostring(${column}), ${kqlString(memberNames)}, "")`;
  return `replace_string(replace_string(${values}, ${kqlString('\\"')}, ${kqlString('"')}), ${kqlString('\\\\')}, ${kqlString('\\')})`;
}
