/**
 * Events of ArcSight's Common Event Format in SQL: a header of seven parts and an extension of `key=value` pairs, whose
 * values hold spaces. In the header `|` and `\` are escaped, in the extension `=`, `\` and line ends.
 */
import { stringLiteral } from '../../kql/sql/literal.ts';
import { headerNames } from './cefColumns.ts';

const part = String.raw`((?:[^|\\]|\\.)*)`;
const pattern = String.raw`(?s)^(.*?)(CEF): ?\d+\|${Array.from({ length: 6 }, () => `${part}\\|`).join('')}(.*)$`;

/** Whether a line holds a CEF event, bare or behind a syslog header. */
export function looksLikeCef(line: string): boolean {
  return /(^|\s|:)CEF: ?\d+\|/.test(line.slice(0, 400));
}

/** SQL of a struct with the parts of the event `raw`; all empty where it is none. */
export const eventParts = `regexp_extract(raw, ${stringLiteral(pattern)}, [${headerNames.map(stringLiteral).join(', ')}])`;

/** SQL of a part of the header as it was meant. */
export function headerText(text: string): string {
  return `CASE WHEN contains(${text}, '\\') THEN regexp_replace(${text}, '\\\\(.)', '\\1', 'g') ELSE ${text} END`;
}

/** Stand between the pairs and inside them once they are found; no log has them. */
const [pairMark, valueMark] = ['chr(30)', 'chr(31)'];

/** SQL of the list of pairs; the first is what stands before any key. A key follows a blank and precedes a `=`. */
export function pairsOf(extension: string): string {
  const plain = `' ' || translate(${extension}, ${pairMark} || ${valueMark}, '')`;
  return `string_split(regexp_replace(${plain}, '\\s([A-Za-z0-9_.\\-\\[\\]]+)=', ${pairMark} || '\\1' || ${valueMark}, 'g'), ${pairMark})`;
}

/** SQL of the keys, and of the values, of a list of pairs. */
export const keysOf = (pairs: string): string =>
  `list_transform(${pairs}[2:], lambda pair: split_part(pair, ${valueMark}, 1))`;
export const valuesOf = (pairs: string): string =>
  `list_transform(${pairs}[2:], lambda pair: ${extensionText(`split_part(pair, ${valueMark}, 2)`)})`;

function extensionText(text: string): string {
  // The backslash that is meant is put aside, or it would escape what follows.
  const aside = `replace(${text}, '\\\\', ${pairMark})`;
  const lineEnds = `replace(replace(${aside}, '\\n', chr(10)), '\\r', chr(13))`;
  const plain = `replace(regexp_replace(${lineEnds}, '\\\\([=|])', '\\1', 'g'), ${pairMark}, '\\')`;
  return `CASE WHEN contains(${text}, '\\') THEN ${plain} ELSE ${text} END`;
}
