/** What can be written in a `hunt` cell at a place, and what a word there means: from the steps' own zod schemas. */
import { z } from 'zod';
import type { Schema } from '../../kql/types.ts';
import type { Step } from '../../steps/step.ts';
import { stepKeyAt, stepPlaceAt } from './stepPlace.ts';

export interface StepSuggestion {
  readonly label: string;
  readonly kind: 'verb' | 'argument' | 'value' | 'table';
  readonly insertText: string;
  readonly detail?: string;
  /** Markdown. */
  readonly docs?: string;
  readonly start: number;
  readonly length: number;
}

type SchemaNode = z.core.JSONSchema.BaseSchema;

/** Returns what fits at the offset, given the steps and the tables of the session. */
export function completeStep(
  text: string,
  offset: number,
  steps: readonly Step[],
  tables: Schema,
): StepSuggestion[] {
  const place = stepPlaceAt(text, offset);
  if (place === undefined) return [];
  const { start, length, path, expects, siblings } = place;
  const at = { start, length };
  if (expects.kind === 'key' && path.length === 0)
    return topLevel(steps, siblings).map((item) => ({ ...item, ...at }));
  const [verb, ...inside] = path;
  if (expects.kind === 'value' && verb === undefined) return [];
  const step = steps.find((candidate) => candidate.verb === verb);
  if (step === undefined) return [];
  const node = nodeAt(argumentSchema(step), inside);
  if (expects.kind === 'key') return argumentsOf(node, siblings).map((item) => ({ ...item, ...at }));
  return valuesOf(nodeAt(node, [expects.key]), tables).map((item) => ({ ...item, ...at }));
}

/** Returns the documentation of the verb or argument at the offset, as Markdown. */
export function describeStepWord(
  text: string,
  offset: number,
  steps: readonly Step[],
): { readonly docs: string; readonly start: number; readonly length: number } | undefined {
  const key = stepKeyAt(text, offset);
  const [verb, ...inside] = key?.path ?? [];
  const step = steps.find((candidate) => candidate.verb === verb);
  if (key === undefined || step === undefined) return undefined;
  const docs = inside.length === 0 ? step.docs : nodeAt(argumentSchema(step), inside)?.description;
  return docs === undefined ? undefined : { docs, start: key.start, length: key.length };
}

type Suggestion = Omit<StepSuggestion, 'start' | 'length'>;

function topLevel(steps: readonly Step[], siblings: readonly string[]): Suggestion[] {
  const written = steps.find(({ verb }) => siblings.includes(verb));
  const canPublish = written?.kind !== 'action' && !siblings.includes('as');
  const publish: Suggestion = {
    label: 'as',
    kind: 'argument',
    insertText: 'as: ',
    detail: 'name of the result for later cells',
  };
  const verbs = steps.map(({ verb, summary, docs }): Suggestion => {
    return { label: verb, kind: 'verb', insertText: `${verb}:\n  `, detail: summary, docs };
  });
  return [...(written === undefined ? verbs : []), ...(canPublish ? [publish] : [])];
}

function argumentsOf(node: SchemaNode | undefined, siblings: readonly string[]): Suggestion[] {
  return alternativesOf(node).flatMap(({ properties = {}, required = [] }) =>
    Object.entries(properties)
      .filter(([name]) => !siblings.includes(name))
      .map(([name, child]) => ({
        label: name,
        kind: 'argument' as const,
        insertText: `${name}: `,
        detail: required.includes(name) ? 'required' : undefined,
        docs: typeof child === 'object' ? child.description : undefined,
      })),
  );
}

function valuesOf(node: SchemaNode | undefined, tables: Schema): Suggestion[] {
  const alternatives = alternativesOf(node);
  const fixed = alternatives.flatMap(({ enum: allowed = [], type, const: only }) => [
    ...allowed.map(String),
    ...(typeof only === 'string' ? [only] : []),
    ...(type === 'boolean' ? ['true', 'false'] : []),
  ]);
  const takesName = alternatives.some(
    (alternative) => alternative.type === 'string' && alternative.enum === undefined,
  );
  return [
    ...fixed.map((label): Suggestion => ({ label, kind: 'value', insertText: label })),
    ...(takesName ? tables.tables : []).map(({ name, columns }): Suggestion => {
      return { label: name, kind: 'table', insertText: name, detail: `table, ${columns.length} columns` };
    }),
  ];
}

function argumentSchema(step: Step): SchemaNode {
  return z.toJSONSchema(step.arguments, { io: 'input', unrepresentable: 'any' });
}

function nodeAt(node: SchemaNode | undefined, path: readonly string[]): SchemaNode | undefined {
  const [key, ...rest] = path;
  if (key === undefined || node === undefined) return node;
  for (const { properties, additionalProperties } of alternativesOf(node)) {
    const child = properties?.[key] ?? additionalProperties;
    if (typeof child === 'object') return nodeAt(child, rest);
  }
  return undefined;
}

/** The alternatives of a union, and the items of a list as what the list holds. */
function alternativesOf(node: SchemaNode | undefined): SchemaNode[] {
  if (node === undefined) return [];
  const unions = [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])];
  const items = typeof node.items === 'object' && !Array.isArray(node.items) ? [node.items] : [];
  const inner = [...unions, ...items].flatMap((child) =>
    typeof child === 'object' ? alternativesOf(child) : [],
  );
  return inner.length > 0 ? [...inner, ...(node.properties === undefined ? [] : [node])] : [node];
}
