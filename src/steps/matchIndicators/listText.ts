/** Indicators from text: a list with one a line, as feeds and pasted lists are, or CSV. */
import { setImmediate } from 'node:timers/promises';
import { csvRecords, lines } from '../../data/csvRecords.ts';
import { readIndicator } from './indicator.ts';
import type { IndicatorList, Place } from './indicatorList.ts';
import { isDefanged } from './refang.ts';

/** Lines after which the event loop gets its turn. */
const linesAtOnce = 2000;

/** Reads text, CSV where its first line names a column of indicators. */
export async function readText(text: string, file: string, list: IndicatorList): Promise<void> {
  const header = csvHeader(text);
  if (header === undefined) await readLines(text, file, list);
  else await readCsv(text, header, file, list);
}

async function readLines(text: string, file: string, list: IndicatorList): Promise<void> {
  for await (const { number, text: line } of lines([text])) {
    if (number % linesAtOnce === 0) await setImmediate();
    readLine(line, { file, line: number }, list);
  }
}

/** Reads a line of a plain list. What stands behind an indicator, as a comment does, becomes its note. */
export function readLine(line: string, at: Place, list: IndicatorList): void {
  const entry = line.replace(/^\ufeff/, '').trim();
  if (entry === '' || isComment(entry)) return;
  const text = entry.replace(/^(?:[-*\u2022]|\d+[.)])\s+/, '');
  const whole = readIndicator(text);
  if (whole.ok) {
    list.add(whole.indicator, at);
    return;
  }
  const listed = text.split(/\s*[,;|\t]\s*/).filter((part) => part !== '');
  if (listed.length > 1 && listed.every((part) => readIndicator(part).ok)) {
    for (const part of listed) list.read(part, at);
    return;
  }
  const words = text.split(/[\s,;|]+/).filter((word) => word !== '' && word !== '#');
  const isHostsFile = /^(?:0\.0\.0\.0|127\.0\.0\.1|::1?)$/.test(words[0] ?? '');
  const found = words.flatMap((word, index) => {
    const read = readIndicator(word);
    return read.ok && (index === (isHostsFile ? 1 : 0) || isPlain(word, read.indicator.type))
      ? [read.indicator]
      : [];
  });
  if (found.length === 0) list.refuse(line, whole.reason, at);
  else {
    const note =
      found.length === 1 && words[0] !== undefined && readIndicator(words[0]).ok ? noteOf(text) : '';
    for (const indicator of found) list.add(indicator, at, note);
  }
}

const isComment = (entry: string): boolean => /^(?:#|\/\/|;|!|--\s)/.test(entry);

/** Inside a sentence only what can be nothing else counts: `report.pdf` is no domain. */
function isPlain(word: string, type: string): boolean {
  return type !== 'domain' || isDefanged(word);
}

function noteOf(text: string): string {
  return (/\s+(?:[#;,|\u2013-]|\/\/)?\s*(.*)$/s.exec(text)?.[1] ?? '').trim();
}

interface Header {
  readonly delimiter: string;
  readonly names: readonly string[];
  /** Places of the columns that hold indicators. */
  readonly values: readonly number[];
  /** Places of the columns that say something of them. */
  readonly notes: readonly number[];
  /** Line of the header. */
  readonly line: number;
}

const valueName =
  /^(?:(?:indicator|ioc|observable|artifact)(?:[ _-]?value)?|value|(?:dest|dst|src|source|destination)?[ _-]?(?:ip|ipv4|ipv6|ip[ _-]?address|domain|domain[ _-]?name|host|hostname|url|uri|md5|sha-?1|sha-?256|hash|e-?mail)(?:[ _-]?(?:addr|address|hash|name))?|cidr|range|network|fqdn|(?:md5|sha1|sha256)_hash|address)$/i;
const generalName = /^(?:(?:indicator|ioc|observable|artifact)(?:[ _-]?value)?|value)$/i;
const noteName =
  /^(?:comment|comments|description|desc|note|notes|threat|malware|family|malware_printable|tag|tags|category|campaign|label|labels|type|title)$/i;

/** The header, where the first line that is no comment names a column of indicators; feeds also write it as a comment. */
function csvHeader(text: string): Header | undefined {
  const first = text.slice(0, 65_536).split(/\r?\n/);
  for (const [index, line] of first.entries()) {
    const isRemark = isComment(line.trim());
    const names = line.replace(/^\ufeff/, '').replace(/^\s*#\s*/, '');
    for (const delimiter of [',', ';', '\t', '|']) {
      const header = headerOf(names.split(delimiter), delimiter, index + 1);
      // A remark that happens to hold one such word is no header.
      if (header !== undefined && (!isRemark || header.names.length > 1)) return header;
    }
    if (!isRemark && line.trim() !== '') return undefined;
  }
  return undefined;
}

function headerOf(cells: readonly string[], delimiter: string, line: number): Header | undefined {
  const names = cells.map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim(),
  );
  const placesOf = (pattern: RegExp): number[] =>
    names.flatMap((name, place) => (pattern.test(name) ? [place] : []));
  const general = placesOf(generalName);
  const values = general.length > 0 ? general : placesOf(valueName);
  return values.length === 0 ? undefined : { delimiter, names, values, notes: placesOf(noteName), line };
}

async function readCsv(text: string, header: Header, file: string, list: IndicatorList): Promise<void> {
  let count = 0;
  for await (const { line, raw, fields, problem } of csvRecords([text], header.delimiter)) {
    if (++count % linesAtOnce === 0) await setImmediate();
    if (line <= header.line || isComment(raw.trim()) || raw.trim() === '') continue;
    const at = { file, line };
    if (problem !== undefined) {
      list.refuse(raw, problem, at);
      continue;
    }
    const note = header.notes
      .map((place) => fields[place]?.trim() ?? '')
      .filter((part) => part !== '')
      .join('; ');
    const cells = header.values.map((place) => fields[place]?.trim() ?? '').filter((cell) => cell !== '');
    if (cells.length === 0) list.refuse(raw, 'its columns for indicators are empty', at);
    for (const cell of cells) list.read(cell, at, note);
  }
}
