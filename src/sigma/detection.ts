/** The `detection` of a rule: its selections, and the condition over them, as one matcher. */
import { parseCondition, type Condition } from './condition.ts';
import type { Matcher } from './matcher.ts';
import { fieldMatcher } from './modifiers.ts';
import type { Placeholders } from './placeholders.ts';
import { attempt, failure, type Place, type SigmaError } from './sigmaError.ts';
import { entryOf, scalarText, type YamlMap, type YamlNode } from './yamlNodes.ts';

export interface DetectionContext {
  readonly text: string;
  readonly placeholders: Placeholders;
  /** Takes what is wrong; reading goes on, so that all of it is told at once. */
  readonly report: (error: SigmaError) => void;
  /** Keys of the map that are no selections. */
  readonly reserved: readonly string[];
}

/** Returns what the detection asks of an event; undefined where something is wrong, which is reported. */
export function detectionMatcher(map: YamlMap, context: DetectionContext): Matcher | undefined {
  const { report, reserved } = context;
  const selections = new Map<string, Matcher>();
  const entries = map.entries.filter(({ key }) => !['condition', ...reserved].includes(key));
  let isWhole = true;
  for (const { key, keyPlace, value } of entries) {
    // Old rules have a time frame beside their aggregation, which only a correlation can have today.
    if (key === 'timeframe') {
      report(
        failure(
          'structure',
          '`timeframe` belongs to a correlation rule: `correlation:` with `timespan`.',
          keyPlace,
        ).error,
      );
      isWhole = false;
      continue;
    }
    const read = attempt(() => selectionMatcher(value, keyPlace, context.placeholders));
    if (read.ok) selections.set(key, read.value);
    else {
      report(read.error);
      isWhole = false;
    }
  }
  const conditions = conditionTexts(map, context);
  const names = entries.map(({ key }) => key);
  const parsed = conditions.map(({ text, place }) => attempt(() => parseCondition(text, place, names)));
  for (const each of parsed) if (!each.ok) report(each.error);
  if (!isWhole || conditions.length === 0 || parsed.some(({ ok }) => !ok)) return undefined;
  const parts = parsed.flatMap((each) => (each.ok ? [matcherOf(each.value, selections)] : []));
  const [only] = parts;
  return parts.length === 1 ? only : { kind: 'or', parts };
}

/** The conditions: one, or a list of which any is enough. */
function conditionTexts(
  map: YamlMap,
  { text, report }: DetectionContext,
): readonly { readonly text: string; readonly place: Place }[] {
  const entry = entryOf(map, 'condition');
  if (entry === undefined) {
    report(
      failure(
        'structure',
        'The detection has no condition. Add `condition:` with the names of the selections that must match.',
        { start: map.start, length: firstLine(text, map) },
      ).error,
    );
    return [];
  }
  const nodes = entry.value.kind === 'list' ? entry.value.items : [entry.value];
  if (nodes.length === 0)
    report(
      failure(
        'condition',
        'The condition is empty. Name a selection: `condition: selection`.',
        entry.keyPlace,
      ).error,
    );
  return nodes.flatMap((node) => {
    if (node.kind === 'scalar') return [{ text: scalarText(node), place: exactPlace(node, text) }];
    report(failure('condition', 'A condition is text, such as `selection and not filter`.', node).error);
    return [];
  });
}

/** The place of the scalar's text without its quotes, where it stands in the rule letter by letter. */
export function exactPlace(node: YamlNode & { readonly kind: 'scalar' }, text: string): Place {
  const value = scalarText(node);
  for (const start of [node.start, node.start + 1]) {
    if (value !== '' && text.startsWith(value, start)) return { start, length: value.length };
  }
  return node.length === value.length ? { start: node.start, length: node.length + 1 } : node;
}

function firstLine(text: string, { start, length }: Place): number {
  return text.slice(start, start + length).split('\n', 1)[0]?.length ?? 0;
}

/** One selection: a map (all of it), a list of maps (any of them), or keywords. */
function selectionMatcher(node: YamlNode, keyPlace: Place, placeholders: Placeholders): Matcher {
  switch (node.kind) {
    case 'map':
      return mapMatcher(node, keyPlace, placeholders);
    case 'scalar':
      return fieldMatcher('', keyPlace, [node], placeholders);
    case 'list': {
      const keywords = node.items.filter(({ kind }) => kind === 'scalar');
      const maps = node.items.filter(({ kind }) => kind !== 'scalar');
      const parts = [
        ...(keywords.length > 0 ? [fieldMatcher('', keyPlace, keywords, placeholders)] : []),
        ...maps.map((item) => selectionMatcher(item, keyPlace, placeholders)),
      ];
      return joinedMatchers('or', parts, keyPlace);
    }
  }
}

function mapMatcher(map: YamlMap, keyPlace: Place, placeholders: Placeholders): Matcher {
  const parts = map.entries.map(({ key, keyPlace: place, value }) =>
    fieldMatcher(key, place, value.kind === 'list' ? value.items : [value], placeholders),
  );
  return joinedMatchers('and', parts, keyPlace);
}

function joinedMatchers(kind: 'and' | 'or', parts: readonly Matcher[], place: Place): Matcher {
  const [only] = parts;
  if (only === undefined)
    throw failure('structure', 'This selection is empty. Give it a field and a value, or a keyword.', place);
  return parts.length === 1 ? only : { kind, parts };
}

function matcherOf(condition: Condition, selections: ReadonlyMap<string, Matcher>): Matcher {
  const named = (name: string): Matcher => selections.get(name) ?? { kind: 'or', parts: [] };
  switch (condition.kind) {
    case 'selection':
      return named(condition.name);
    case 'not':
      return { kind: 'not', part: matcherOf(condition.part, selections) };
    case 'atLeast':
      return { kind: 'atLeast', count: condition.count, parts: condition.names.map(named) };
    case 'and':
    case 'or':
      return { kind: condition.kind, parts: condition.parts.map((part) => matcherOf(part, selections)) };
  }
}
