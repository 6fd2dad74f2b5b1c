/** What is sent before a cell's own text: the parameters of the notebook, and `let` statements of earlier cells. */
import { kqlLiteral, kqlName } from '../../kql/kqlText.ts';
import { neededLets, wordsOf } from '../../kql/neededLets.ts';
import type { Inspection } from '../../kql/translation.ts';
import type { ParameterValue } from '../../kql/types.ts';
import type { ParameterStyle, RemoteQuery } from './service.ts';

export interface Sent extends Pick<RemoteQuery, 'text' | 'parameters'> {
  /** Where the cell's own text begins. */
  readonly offset: number;
}

export interface PreludeOptions {
  readonly parameters: readonly ParameterValue[];
  readonly lets: readonly string[];
  readonly style: ParameterStyle;
}

/**
 * Returns what the service gets. Only what the text needs goes out: a statement over a table that the service does not
 * have must not fail a cell that never names it. Values are typed literals, as declarations with a default or as `let`.
 */
export function withPrelude(
  text: string,
  inspection: Pick<Inspection, 'parameters'>,
  { parameters, lets, style }: PreludeOptions,
): Sent {
  const needed = neededLets(text, lets);
  const names = wordsOf([text, ...needed].join('\n'));
  const own = new Set(inspection.parameters);
  const declared = parameters.filter(({ name }) => names.has(name) && !own.has(name));
  const statements = [
    ...declarations(declared, style),
    ...needed.map((statement) => statement.replace(/;?\s*$/, ';')),
  ];
  const options = statements.length === 0 ? '' : leadingOptions(text);
  const before =
    (options === '' ? '' : `${options}\n`) + statements.map((statement) => `${statement}\n`).join('');
  const given = parameters.filter(({ name }) => own.has(name));
  return {
    // Places in the text stay what they are.
    text: before + options.replace(/[^\n]/g, ' ') + text.slice(options.length),
    offset: before.length,
    parameters: Object.fromEntries(given.map((parameter) => [parameter.name, parameterText(parameter)])),
  };
}

function declarations(parameters: readonly ParameterValue[], style: ParameterStyle): readonly string[] {
  if (parameters.length === 0) return [];
  if (style === 'let') {
    return parameters.map(({ name, type, value }) => `let ${kqlName(name)} = ${kqlLiteral(value, type)};`);
  }
  const list = parameters.map(
    ({ name, type, value }) => `${kqlName(name)}:${type} = ${kqlLiteral(value, type)}`,
  );
  return [`declare query_parameters(${list.join(', ')});`];
}

/** The `set` statements with which the text begins; they come before all others. */
function leadingOptions(text: string): string {
  return (
    /^(?:(?:\s|\/\/[^\n]*\n)*set\s+\w+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^;"])*)?\s*;)*/.exec(text)?.[0] ?? ''
  );
}

/** Kusto's clients send a string as it is, and other types as literals. */
function parameterText({ type, value }: ParameterValue): string {
  return type === 'string' && typeof value === 'string' ? value : kqlLiteral(value, type);
}
