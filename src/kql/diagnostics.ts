/** What Kusto's parser and binder say about a text, as located errors with the known names that are close. */
import { enrichments } from './enrichments.ts';
import type { KqlError } from './errors.ts';
import { scalarFunctions } from './functions/registry.ts';
import { closestNames } from './suggest.ts';
import { itemsOf } from './syntax/bridge.ts';
import type { BridgeCode, BridgeDiagnostic } from './syntax/bridge.ts';
import { SyntaxNode } from './syntax/syntaxNode.ts';
import type { Schema } from './types.ts';

/** A part of the text in which the services accept what the binder alone would refuse. */
interface ToleratedPlace {
  holds(start: number, code: string): boolean;
}

/**
 * Defender takes a bare column in `invoke FileProfile(SHA1)`, `search not("term")` takes a term, `count(x)` ignores its
 * argument, `make_timespan()` takes a fraction of a second, and plugins that compare windows of time take `'week'` for one and do without start and end: the services
 * run all of them.
 */
function toleratedPlaces(root: SyntaxNode): ToleratedPlace[] {
  const places: ToleratedPlace[] = [];
  const tolerate = (node: SyntaxNode, code: string): void => {
    const end = node.start + node.length;
    places.push({ holds: (start, found) => found === code && node.start <= start && start <= end });
  };
  const pending = [root];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.kind === 'InvokeOperator') {
      const call = node.child('Function');
      if (enrichments.has(call.child('Name').text)) tolerate(call.child('ArgumentList'), 'KS142');
    } else if (node.kind === 'EvaluateOperator') {
      const call = node.child('FunctionCall');
      if (periodPlugins.has(call.child('Name').text)) for (const code of periodErrors) tolerate(call, code);
    } else if (node.kind === 'SearchOperator') tolerate(node, 'KS107');
    else if (node.kind === 'FunctionCallExpression' && node.child('Name').text === 'count') {
      tolerate(node.child('ArgumentList'), 'KS107');
    } else if (node.kind === 'FunctionCallExpression' && clockFunctions.has(node.child('Name').text)) {
      tolerate(node.child('ArgumentList'), 'KS134');
    }
    if (isOverInnerNodes(node)) tolerate(node.child('ArgumentList'), 'KS142');
    if (node.kind === 'GraphMatchOperator' || node.kind === 'GraphShortestPathsOperator') {
      // What follows may sort and group by values that are computed of a walk: to the binder all of them are dynamic.
      const end = node.start + node.length;
      places.push({ holds: (start, found) => found === 'KS116' && start >= end });
    }
    pending.push(...node.children());
  }
  return places;
}

/** The binder loses the properties of inner nodes when they have only one; the translation checks the names itself. */
function isOverInnerNodes(node: SyntaxNode): boolean {
  if (node.kind !== 'FunctionCallExpression' || !/^(map|all|any)$/.test(node.child('Name').text))
    return false;
  const [first] = node.child('ArgumentList').list('Expressions');
  return first?.kind === 'FunctionCallExpression' && first.child('Name').text === 'inner_nodes';
}

/** Their seconds may have a fraction, which is no whole number to the binder. */
const clockFunctions: ReadonlySet<string> = new Set(['make_timespan', 'make_datetime']);

/** The plugins that check these arguments themselves. */
const periodPlugins: ReadonlySet<string> = new Set([
  'active_users_count',
  'activity_engagement',
  'activity_metrics',
  'new_activity_metrics',
  'sliding_window_counts',
]);

/** Too few arguments; no number, timespan or datetime; not constant. */
const periodErrors = ['KS120', 'KS138', 'KS129'] as const;

/** Codes of the binder's name errors, with the kind of name that was not found. */
const nameErrors: Readonly<Record<string, 'table' | 'function' | 'any'>> = {
  KS142: 'any',
  KS204: 'table',
  KS143: 'function',
  KS211: 'function',
};

/** Codes of what only a service has: its clusters, databases, external tables, materialized views and graph models. */
const elsewhere: ReadonlySet<string> = new Set([
  'KS207',
  'KS208',
  'KS209',
  'KS210',
  'KS260',
  'KS261',
  'KS262',
  'KS263',
]);

const graphModels: ReadonlySet<string> = new Set(['KS260', 'KS261', 'KS262', 'KS263']);

/** Functions that name data of a service's other resources; the binder knows none of them. */
const elsewhereFunctions = /'(?:workspace|app|resource|adx|arg)'/;

function isElsewhere({ Code, Message }: BridgeDiagnostic): boolean {
  return elsewhere.has(Code) || (Code === 'KS211' && elsewhereFunctions.test(Message));
}

/** Returns the errors of the text: the parser's first, since the binder guesses around them, then by place. */
export function errorsOf(code: BridgeCode, schema: Schema): KqlError[] {
  const reported = itemsOf(code.GetDiagnostics()).filter(({ Severity }) => Severity === 'Error');
  const places = new Set(itemsOf(code.GetSyntaxDiagnostics()).map(placeOf));
  const kindOf = (diagnostic: BridgeDiagnostic): keyof typeof rank =>
    places.has(placeOf(diagnostic)) ? 'syntax' : 'semantic';
  const tolerated = reported.length === 0 ? [] : toleratedPlaces(new SyntaxNode(code.Syntax));
  return reported
    .filter(({ Start, Code }) => !tolerated.some((place) => place.holds(Start, Code)))
    .map((diagnostic) =>
      isElsewhere(diagnostic)
        ? elsewhereError(diagnostic)
        : { ...errorOf(diagnostic, code, schema), kind: kindOf(diagnostic) },
    )
    .sort((a, b) => rank[a.kind] - rank[b.kind] || a.start - b.start || a.length - b.length);
}

const rank = { syntax: 0, semantic: 1, unsupported: 1, runtime: 1 } as const;

function elsewhereError({ Code, Message, Start, Length }: BridgeDiagnostic): KqlError {
  const message = graphModels.has(Code)
    ? `${Message} Graph models and their snapshots live in Azure Data Explorer and Fabric; here make-graph builds a graph of tables.`
    : `${Message} The local engine reads only the tables of its session.`;
  return { kind: 'unsupported', code: Code, message, start: Start, length: Length };
}

function placeOf({ Code, Start, Length }: BridgeDiagnostic): string {
  return `${Code} ${Start} ${Length}`;
}

function errorOf(diagnostic: BridgeDiagnostic, code: BridgeCode, schema: Schema): Omit<KqlError, 'kind'> {
  const what = nameErrors[diagnostic.Code];
  const error = {
    code: diagnostic.Code,
    message: diagnostic.Message,
    start: diagnostic.Start,
    length: diagnostic.Length,
  };
  const wanted = what === undefined ? undefined : /'([^']+)'/.exec(diagnostic.Message)?.[1];
  if (wanted === undefined) return error;
  const known =
    what === 'table'
      ? schema.tables.map(({ name }) => name)
      : what === 'function'
        ? scalarFunctions.keys()
        : namesNear(code, diagnostic.Start, schema);
  const suggestions = closestNames(wanted, known);
  if (suggestions.length === 0) return error;
  const names = suggestions.map((name) => `'${name}'`).join(', ');
  return { ...error, message: `${diagnostic.Message} Did you mean ${names}?`, suggestions };
}

/** Columns of every table that flows past the place, names of `let` statements, tables and functions. */
function namesNear(code: BridgeCode, place: number, schema: Schema): Set<string> {
  const names = new Set<string>();
  const pending = [new SyntaxNode(code.Syntax)];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const surrounds = node.start <= place && place <= node.start + node.length;
    if (node.kind === 'LetStatement') names.add(node.child('Name').text);
    if (node.kind === 'PipeExpression' && surrounds) {
      for (const { name } of node.child('Expression').columns ?? []) names.add(name);
    }
    if (surrounds || node.kind === 'LetStatement') pending.push(...node.children());
  }
  if (names.size === 0)
    for (const table of schema.tables) for (const { name } of table.columns) names.add(name);
  for (const { name } of schema.tables) names.add(name);
  for (const name of scalarFunctions.keys()) names.add(name);
  return names;
}
