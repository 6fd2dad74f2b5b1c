/** The request's text, parsed and bound: with earlier cells' `let` statements before it and discovered columns in it. */
import { binderFailure } from './binderFailure.ts';
import { completedText } from './discoveredColumns.ts';
import { errorsOf } from './diagnostics.ts';
import type { KqlError } from './errors.ts';
import { globalsOf } from './globals.ts';
import { kusto } from './syntax/bridge.ts';
import type { BridgeCode } from './syntax/bridge.ts';
import { SyntaxNode } from './syntax/syntaxNode.ts';
import type { DiscoveredColumns, TranslationRequest } from './translation.ts';
import type { ScalarType } from './types.ts';

interface Place {
  readonly start: number;
  readonly length: number;
}

export interface BoundText {
  readonly root: SyntaxNode;
  /** What the binder refuses, at places of the user's text. */
  readonly errors: readonly KqlError[];
  /** Names that the text uses after a plugin and that no row of its input holds; they are empty columns. */
  readonly missing: readonly string[];
  /** Returns the place in the user's text. */
  place(place: Place): Place;
  /** The place is in the user's text, not in an earlier cell's statements. */
  isOwn(place: Place): boolean;
  /** Returns the user's text at a place of the bound one. */
  sourceText(place: Place): string;
  /** Returns the place in earlier statements and text, joined, before any column was written into it. */
  joinedPlace(place: number): number;
}

/** The text that the parser sees: earlier cells' `let` statements, then the user's text. */
export function wholeText(request: TranslationRequest): { readonly text: string; readonly offset: number } {
  const before = (request.lets ?? []).map((statement) => `${statement.replace(/;?\s*$/, '')};\n`).join('');
  return { text: before + request.text, offset: before.length };
}

/** A name used after a plugin may be met only when those before it are known, so binding is repeated this often. */
const maxRounds = 8;

/** Returns the bound text. Names that only missing members of bags could explain become empty columns. */
export function bindText(request: TranslationRequest): BoundText {
  const discovered = request.discovered ?? [];
  const first = bound(request, discovered, []);
  if (discovered.length === 0) return first;
  const dynamic = withMissing(request, discovered, first, 'dynamic');
  if (dynamic.errors.length === 0) return dynamic;
  const text = withMissing(request, discovered, first, 'string');
  return text.errors.length === 0 ? text : dynamic;
}

function withMissing(
  request: TranslationRequest,
  discovered: readonly DiscoveredColumns[],
  first: Bound,
  type: ScalarType,
): BoundText {
  let known = discovered;
  let missing: readonly string[] = [];
  let result = first;
  for (let round = 0; round < maxRounds; round++) {
    const unknown = new Map(result.unknownNames().filter(([name]) => !missing.includes(name)));
    if (unknown.size === 0) break;
    missing = [...missing, ...unknown.keys()];
    known = known.map(({ place, columns }) => {
      const names = [...unknown].filter(([, plugin]) => plugin === place).map(([name]) => ({ name, type }));
      return { place, columns: [...columns, ...names] };
    });
    result = bound(request, known, missing);
  }
  return result;
}

interface Bound extends BoundText {
  /** Unknown names, each with the place of the plugin before it. */
  unknownNames(): readonly (readonly [string, number])[];
}

function bound(
  request: TranslationRequest,
  discovered: readonly DiscoveredColumns[],
  missing: readonly string[],
): Bound {
  const { text, offset } = wholeText(request);
  const completed = completedText(text, discovered);
  const { code, failure } = analysed(completed.text, request);
  const refused = [...errorsOf(code, request.schema), ...failure];
  const place = ({ start, length }: Place): Place => {
    const from = Math.max(0, completed.original(start) - offset);
    const to = Math.max(from, completed.original(start + length) - offset);
    return { start: from, length: to - from };
  };
  return {
    root: new SyntaxNode(code.Syntax),
    errors: refused.map((error) => ({ ...error, ...place(error) })),
    missing,
    place,
    isOwn: ({ start }) => completed.original(start) >= offset,
    sourceText: ({ start, length }) =>
      text.slice(completed.original(start), completed.original(start + length)),
    joinedPlace: (at) => completed.original(at),
    unknownNames: () =>
      refused.flatMap(({ code: errorCode, message, start }) => {
        const name = errorCode === 'KS142' ? /'([^']+)'/.exec(message)?.[1] : undefined;
        const plugin = completed.pluginBefore(start);
        return name === undefined || plugin === undefined ? [] : [[name, plugin] as const];
      }),
  };
}

/** The text as the binder sees it, or only parsed where the binder fails. */
function analysed(
  text: string,
  { schema, parameters }: TranslationRequest,
): { readonly code: BridgeCode; readonly failure: readonly KqlError[] } {
  const globals = globalsOf(schema, parameters);
  try {
    return { code: kusto.KustoCode.ParseAndAnalyze(text, globals), failure: [] };
  } catch (error) {
    if (error instanceof RangeError) throw error;
    const code = kusto.KustoCode.Parse(text, globals);
    return { code, failure: [binderFailure(new SyntaxNode(code.Syntax), text.length)] };
  }
}
