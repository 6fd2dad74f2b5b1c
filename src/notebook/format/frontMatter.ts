/** The YAML block at the top of a notebook: title, hypothesis, severity and parameters. */
import { isMap, isNode, isScalar, LineCounter, parseDocument as parseYaml, type Document } from 'yaml';
import { z } from 'zod';
import { scalarTypes, type JsonValue } from '../../kql/types.ts';
import { severities } from '../finding.ts';
import type { DocumentProblem, FrontMatter } from '../huntDocument.ts';
import { parseParameterValue } from '../parameterValue.ts';
import { openingFence } from './fence.ts';
import { linesOf } from './lines.ts';

/** Where the front matter of a text stands: the YAML between the two `---` lines. */
export interface FrontMatterPlace {
  readonly bodyStart: number;
  readonly bodyEnd: number;
  /** End of the closing line. */
  readonly end: number;
}

const maxFrontMatterLength = 100_000;

/**
 * Finds front matter: a first line `---`, YAML that starts with a key, and a line `---` or `...`. A text that merely
 * begins with a thematic break has none. `unclosed` is set when only the last line is missing.
 */
export function findFrontMatter(text: string): FrontMatterPlace | 'unclosed' | undefined {
  if (!/^---[ \t]*(?:\r|\n|$)/.test(text)) return undefined;
  let bodyStart: number | undefined;
  let hasKey = false;
  for (const line of linesOf(text)) {
    const source = text.slice(line.start, line.textEnd);
    if (bodyStart === undefined) {
      bodyStart = line.end;
      continue;
    }
    if (/^(?:---|\.\.\.)[ \t]*$/.test(source)) {
      const isEmpty = text.slice(bodyStart, line.start).trim() === '' && source.startsWith('---');
      return hasKey || isEmpty ? { bodyStart, bodyEnd: line.start, end: line.end } : undefined;
    }
    if (!hasKey && source.trim() !== '' && !source.startsWith('#')) {
      if (!/^["']?[\p{L}_][\p{L}\p{N}_ -]*["']?[ \t]*:(?:[ \t]|$)/u.test(source)) return undefined;
      hasKey = true;
    }
    // No YAML key begins like a fence: past one, a `---` is the text of a cell and not the end of front matter.
    if (line.end > maxFrontMatterLength || openingFence(source) !== undefined) break;
  }
  return hasKey ? 'unclosed' : undefined;
}

const text = z.string();
const parameterName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const jsonValue: z.ZodType<JsonValue> = z.json();
const parameter = z.strictObject({
  type: z.enum(scalarTypes),
  default: jsonValue,
  description: text.optional(),
});

export interface ReadFrontMatter {
  readonly frontMatter: FrontMatter;
  readonly problems: readonly DocumentProblem[];
}

export const emptyFrontMatter: FrontMatter = { params: [] };

/** Reads front matter YAML that starts at `offset` of the file's text; what is wrong is reported and left out. */
export function readFrontMatter(file: string, place: FrontMatterPlace): ReadFrontMatter {
  const yaml = file.slice(place.bodyStart, place.bodyEnd);
  const lines = new LineCounter();
  const document = parseYaml(yaml, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const problems: DocumentProblem[] = [];
  const visibleEnd = yaml.trimEnd().length;
  const report = (message: string, position: number, length: number): void => {
    // What is missing at the end is missing in the last line of the YAML, not in the `---` after it.
    const start = Math.min(position, visibleEnd);
    const line = lines.linePos(start).line + 1;
    problems.push({ message: `Front matter: ${message}`, line, start: place.bodyStart + start, length });
  };
  const reportAt = (path: readonly (string | number)[], message: string): void => {
    const [start, end] = rangeAt(document, path);
    report(message, start, end - start);
  };

  for (const { message, pos } of document.errors) report(message, pos[0], Math.max(pos[1] - pos[0], 0));
  if (document.errors.length > 0 || document.contents === null)
    return { frontMatter: emptyFrontMatter, problems };
  if (!isMap(document.contents)) {
    reportAt([], 'expected keys such as `title:` and `params:`.');
    return { frontMatter: emptyFrontMatter, problems };
  }
  const content = plainContent(document, (message) => reportAt([], message));
  const field = <T>(name: string, schema: z.ZodType<T>, expected: string): T | undefined => {
    if (content[name] === undefined || content[name] === null) return undefined;
    const read = schema.safeParse(content[name]);
    if (!read.success) reportAt([name], `\`${name}\` must be ${expected}.`);
    return read.data;
  };
  const title = field('title', text, 'text');
  const hypothesis = field('hypothesis', text, 'text');
  const severity = field('severity', z.enum(severities), `one of ${severities.join(', ')}`);
  const declared = field('params', z.record(text, z.unknown()), 'a map of parameter names') ?? {};
  const params: FrontMatter['params'][number][] = [];
  for (const [name, value] of Object.entries(declared)) {
    const read = readParameter(name, value);
    if (read.ok) params.push(read.parameter);
    else reportAt(['params', name, ...read.path], read.message);
  }
  return {
    frontMatter: {
      ...(title !== undefined && { title }),
      ...(hypothesis !== undefined && { hypothesis }),
      ...(severity !== undefined && { severity }),
      params,
    },
    problems,
  };
}

type ReadParameter =
  | { readonly ok: true; readonly parameter: FrontMatter['params'][number] }
  | { readonly ok: false; readonly path: readonly string[]; readonly message: string };

function readParameter(name: string, value: unknown): ReadParameter {
  const refuse = (message: string, path: readonly string[] = []): ReadParameter => ({
    ok: false,
    path,
    message,
  });
  if (!parameterName.test(name))
    return refuse(`parameter \`${name}\` must be a KQL name: letters, digits and \`_\`.`);
  const read = parameter.safeParse(value);
  if (!read.success) {
    const issue = read.error.issues[0];
    const key = issue?.path[0];
    if (key === 'type')
      return refuse(`\`type\` of \`${name}\` must be one of ${scalarTypes.join(', ')}.`, ['type']);
    if (key === 'default') return refuse(`parameter \`${name}\` needs a \`default\`.`);
    return refuse(
      `parameter \`${name}\` takes \`type\`, \`default\` and \`description\`, as in { type: string, default: host-1 }.`,
    );
  }
  const { type, description } = read.data;
  const parsed = parseParameterValue(type, read.data.default);
  if (!parsed.ok) return refuse(`default of \`${name}\`: ${parsed.message}.`, ['default']);
  return {
    ok: true,
    parameter: { name, type, value: parsed.value, ...(description !== undefined && { description }) },
  };
}

function plainContent(document: Document, report: (message: string) => void): Record<string, unknown> {
  try {
    const content = z.record(text, z.unknown()).safeParse(document.toJS({ maxAliasCount: 10 }));
    if (content.success) return content.data;
  } catch (error) {
    // The library throws when aliases would expand beyond the limit.
    if (!(error instanceof ReferenceError)) throw error;
    report(`aliases are limited here (${error.message}).`);
  }
  return {};
}

/** Range of the deepest node on the path that exists: the value, or the key where the value is empty. */
function rangeAt(document: Document, path: readonly (string | number)[]): readonly [number, number] {
  let node: unknown = document.contents;
  let range: readonly [number, number] = [0, 0];
  for (const key of [undefined, ...path]) {
    if (key !== undefined) {
      if (!isMap(node)) break;
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (pair === undefined) break;
      if (isNode(pair.key) && pair.key.range) range = [pair.key.range[0], pair.key.range[1]];
      node = pair.value;
    }
    if (isNode(node) && !isMap(node) && node.range) range = [node.range[0], node.range[1]];
  }
  return range;
}
