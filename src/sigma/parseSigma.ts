/** Reads Sigma from YAML: one or several documents in a text. */
import { z } from 'zod';
import { closestNames } from '../kql/suggest.ts';
import { readCorrelation, references } from './correlation.ts';
import { detectionMatcher } from './detection.ts';
import type { Placeholders } from './placeholders.ts';
import { levels, statuses, type About, type LogSource, type SigmaDocument } from './rule.ts';
import { attempt, failure, quotedNames, type Place, type SigmaError } from './sigmaError.ts';
import { entryOf, plainOf, readYaml, type YamlEntry, type YamlMap, type YamlNode } from './yamlNodes.ts';

export interface ParsedSigma {
  /** The documents without an error, in their order. */
  readonly documents: readonly SigmaDocument[];
  readonly errors: readonly SigmaError[];
}

/** Reads every document; what is wrong with one does not hide the others. */
export function parseSigma(text: string, placeholders: Placeholders = {}): ParsedSigma {
  const errors: SigmaError[] = [];
  const documents = readYaml(text).flatMap(({ root, errors: yamlErrors }) => {
    errors.push(...yamlErrors);
    if (root === undefined) return [];
    const before = errors.length;
    const read = attempt(() =>
      readDocument(root, { text, placeholders, report: (error) => errors.push(error) }),
    );
    if (!read.ok) errors.push(read.error);
    return read.ok && read.value !== undefined && errors.length === before ? [read.value] : [];
  });
  return { documents, errors: errors.sort((a, b) => a.start - b.start) };
}

interface ReadContext {
  readonly text: string;
  readonly placeholders: Placeholders;
  readonly report: (error: SigmaError) => void;
}

function readDocument(root: YamlNode, context: ReadContext): SigmaDocument | undefined {
  if (root.kind !== 'map') {
    throw failure('structure', 'A Sigma rule is a map with `title`, `logsource` and `detection`.', root);
  }
  if (entryOf(root, 'action') !== undefined && entryOf(root, 'detection') === undefined) {
    throw failure(
      'structure',
      '`action` is of Sigma 1, which shared parts among documents. Write each rule out.',
      entryOf(root, 'action')?.keyPlace ?? root,
    );
  }
  const about = aboutOf(root, context);
  const correlation = entryOf(root, 'correlation');
  if (correlation !== undefined) return readCorrelation(about, correlation, context.text);
  const filter = entryOf(root, 'filter');
  if (filter !== undefined) return readFilter(root, about, filter, context);
  return readRule(root, about, context);
}

function readRule(root: YamlMap, about: About, context: ReadContext): SigmaDocument | undefined {
  const detection = entryOf(root, 'detection');
  if (detection === undefined)
    throw missingKey(root, 'detection', ['title', 'logsource', 'detection'], context.text);
  if (detection.value.kind !== 'map') {
    throw failure(
      'structure',
      '`detection` takes selections by name, and a `condition`.',
      detection.keyPlace,
    );
  }
  const source = attempt(() => logSourceOf(root, context.text));
  if (!source.ok) context.report(source.error);
  const matcher = detectionMatcher(detection.value, { ...context, reserved: [] });
  if (matcher === undefined || !source.ok) return undefined;
  const { logSource, place } = source.value;
  return { kind: 'rule', about, logSource, logSourcePlace: place, matcher };
}

function readFilter(
  root: YamlMap,
  about: About,
  { value, keyPlace }: YamlEntry,
  context: ReadContext,
): SigmaDocument | undefined {
  if (value.kind !== 'map')
    throw failure('structure', '`filter` takes `rules`, selections and a `condition`.', keyPlace);
  const { logSource } = logSourceOf(root, context.text);
  const rules = entryOf(value, 'rules');
  const named = rules === undefined ? [] : references(rules);
  const matcher = detectionMatcher(value, { ...context, reserved: ['rules'] });
  if (matcher === undefined) return undefined;
  const isAny = named.length === 1 && named[0]?.name.toLowerCase() === 'any';
  return { kind: 'filter', about, logSource, rules: isAny ? [] : named, matcher };
}

function logSourceOf(root: YamlMap, text: string): { readonly logSource: LogSource; readonly place: Place } {
  const entry = entryOf(root, 'logsource');
  if (entry === undefined) throw missingKey(root, 'logsource', ['logsource'], text);
  const shape = '`logsource` takes at least one of `category`, `product` and `service`.';
  const { value, keyPlace } = entry;
  if (value.kind !== 'map') throw failure('structure', shape, keyPlace);
  const read = (key: string): string | undefined => {
    const found = entryOf(value, key)?.value;
    if (found === undefined || (found.kind === 'scalar' && found.value === null)) return undefined;
    if (found.kind === 'scalar') return String(found.value).trim().toLowerCase();
    throw failure('structure', `\`${key}\` takes one name.`, found);
  };
  const logSource = { category: read('category'), product: read('product'), service: read('service') };
  if (Object.values(logSource).every((part) => part === undefined))
    throw failure('structure', shape, keyPlace);
  return { logSource, place: keyPlace };
}

function missingKey(root: YamlMap, key: string, wanted: readonly string[], text: string): Error {
  const keys = root.entries.map((entry) => entry.key);
  const suggestions = closestNames(
    key,
    keys.filter((each) => !wanted.includes(each)),
  );
  const close = root.entries.find((entry) => entry.key === suggestions[0]);
  const hint = close === undefined ? `Add \`${key}:\`.` : `Is \`${close.key}\` meant?`;
  const firstLine = text.slice(root.start, root.start + root.length).split('\n', 1)[0]?.length ?? 0;
  return failure(
    'structure',
    `The rule has no \`${key}\`. ${hint}`,
    close?.keyPlace ?? { start: root.start, length: firstLine },
  );
}

const texts = z
  .union([z.array(z.unknown()), z.string()])
  .transform((value) =>
    (typeof value === 'string' ? [value] : value).flatMap((each) => (typeof each === 'string' ? [each] : [])),
  );

/** What a document tells of itself. Keys that Sigma does not know are the author's own business. */
const aboutFields = {
  title: z.coerce.string().optional(),
  id: z.string().optional(),
  name: z.string().optional(),
  level: z.enum(levels).optional(),
  status: z.enum(statuses).optional(),
  author: z.coerce.string().optional(),
  description: z.string().optional(),
  tags: texts.optional(),
  falsepositives: texts.optional(),
} as const;

const allowedWords: Readonly<Record<string, readonly string[]>> = { level: levels, status: statuses };

function aboutOf(root: YamlMap, { report }: ReadContext): About {
  const read = <K extends keyof typeof aboutFields>(key: K): z.infer<(typeof aboutFields)[K]> => {
    const entry = entryOf(root, key);
    const plain = entry === undefined ? undefined : plainOf(entry.value);
    const parsed = aboutFields[key].safeParse(plain ?? undefined);
    if (parsed.success) return parsed.data as z.infer<(typeof aboutFields)[K]>;
    const words = allowedWords[key];
    const hint = words === undefined ? 'takes text' : `is one of ${quotedNames(words)}`;
    const suggestions = words === undefined || typeof plain !== 'string' ? [] : closestNames(plain, words);
    const place = entry === undefined ? root : entry.value.length > 0 ? entry.value : entry.keyPlace;
    report(
      failure('structure', `\`${key}\` ${hint}.`, place, suggestions.length > 0 ? { suggestions } : {}).error,
    );
    return undefined as z.infer<(typeof aboutFields)[K]>;
  };
  const [id, name, title] = [read('id'), read('name'), read('title')];
  return {
    title: title ?? name ?? id ?? 'Sigma rule',
    id,
    name,
    level: read('level'),
    status: read('status'),
    author: read('author'),
    description: read('description'),
    tags: read('tags') ?? [],
    falsePositives: read('falsepositives') ?? [],
  };
}
