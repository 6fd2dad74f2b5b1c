/** KQL text to DuckDB SQL. Importing this module loads Kusto's language library (about half a second). */
import { bindText } from './boundText.ts';
import type { BoundText } from './boundText.ts';
import { Names, TableExpressions } from './context.ts';
import type { Context, Shared } from './context.ts';
import type { KqlError } from './errors.ts';
import { castTo } from './expressions/cast.ts';
import { nameOf } from './expressions/paths.ts';
import { constantScope } from './expressions/scope.ts';
import { scalarTypeNamed, translateExpression } from './expressions/translateExpression.ts';
import { resultsOf } from './operators/fork.ts';
import type { ResultTranslator } from './operators/fork.ts';
import { bindGraphTables } from './operators/graph/graphResults.ts';
import { parameterConstant } from './parameters.ts';
import { ProbeNeeded } from './plugins/plugin.ts';
import { errorAt, QueryError, unsupportedAt } from './queryError.ts';
import { renderOf } from './render.ts';
import type { SyntaxNode } from './syntax/syntaxNode.ts';
import { bindLet } from './tables/letStatement.ts';
import { bindPattern } from './tables/pattern.ts';
import type { ExternalData, TranslatedQuery, Translation, TranslationRequest } from './translation.ts';

/** Returns one SQL statement for each tabular statement of the text, or the errors at their places in it. */
export function translate(request: TranslationRequest): Translation {
  let source: BoundText | undefined;
  try {
    source = bindText(request);
    if (source.errors.length > 0) return { ok: false, errors: source.errors };
    return translateStatements(source, request);
  } catch (error) {
    if (error instanceof ProbeNeeded && source !== undefined) return probeOf(error, source);
    return { ok: false, errors: [located(error, source, request.text.length)] };
  }
}

/** A caller that cannot run probes shows the error. */
function probeOf({ sql, place, plugin }: ProbeNeeded, source: BoundText): Translation {
  const { start, length } = source.place({ start: place - 1, length: 1 });
  const message = `The columns of '${plugin}()' depend on the data, which is not read here. State them: evaluate ${plugin}(...) : (Name: type, ...).`;
  return {
    ok: false,
    errors: [{ kind: 'unsupported', code: 'schema-depends-on-data', message, start, length }],
    probe: { sql, place: source.joinedPlace(place) },
  };
}

function located(error: unknown, source: BoundText | undefined, length: number): KqlError {
  if (error instanceof QueryError && source !== undefined)
    return { ...error.error, ...source.place(error.error) };
  if (error instanceof RangeError) {
    const message = 'The query is nested too deeply to be translated. Split it with let statements.';
    return { kind: 'unsupported', code: 'too-deep', message, start: 0, length };
  }
  throw error;
}

function translateStatements(source: BoundText, request: TranslationRequest): Translation {
  const { root } = source;
  const statements = root.kind === 'QueryBlock' ? root.list('Statements') : [];
  if (root.kind !== 'QueryBlock') {
    throw errorAt(root, 'unsupported', 'unsupported', 'Management commands are not run; write a query.');
  }
  const notices = new Set(
    source.missing.map((name) => `No row that a plugin unpacks has a '${name}'; the column is empty here.`),
  );
  const queries: TranslatedQuery[] = [];
  const lets: string[] = [];
  statements.forEach((statement, index) => {
    if (statement.kind === 'ExpressionStatement') {
      for (const result of resultsOf(statement.child('Expression'))) {
        // What a later statement shows by its name is shown there.
        if (isNamed(result.publishAs, statements.slice(index + 1))) continue;
        queries.push(
          translateResult(result, statement, statements.slice(0, index), request, notices, source),
        );
      }
    } else if (statement.kind === 'LetStatement' && source.isOwn(statement)) {
      lets.push(source.sourceText(statement));
    } else if (!ignoredStatements.has(statement.kind)) {
      throw unsupportedAt(
        statement.at(0) ?? statement,
        refusedStatements[statement.kind] ?? 'This statement',
      );
    }
  });
  return { ok: true, queries, lets, notices: [...notices] };
}

/** Statements that declare something for others, or set options of a service. */
const ignoredStatements: ReadonlySet<string> = new Set([
  'LetStatement',
  'QueryParametersStatement',
  'SetOptionStatement',
  'EmptyStatement',
  'PatternStatement',
]);

const refusedStatements: Readonly<Record<string, string>> = {
  AliasStatement: 'A name for a database of another cluster (`alias database`)',
  RestrictStatement: 'Access restricted within a query (`restrict access to`)',
};

function translateResult(
  result: ResultTranslator,
  statement: SyntaxNode,
  before: readonly SyntaxNode[],
  request: TranslationRequest,
  notices: Set<string>,
  source: BoundText,
): TranslatedQuery {
  const { schema, nowTicks, spills = false } = request;
  const external: ExternalData[] = [];
  const shared: Shared = {
    schema,
    nowTicks,
    spills,
    notices,
    external,
    options: optionsOf(before),
    aliases: new Map(),
    readTables: new Set(),
  };
  const tables = new TableExpressions(schema.tables.map(({ name }) => name));
  const names = new Names();
  const context: Context = { shared, tables, names };
  for (const parameter of request.parameters ?? []) {
    const value = parameterConstant(parameter);
    names.set(parameter.name, { kind: 'scalar', value: () => value });
  }
  for (const earlier of before) {
    if (earlier.kind === 'QueryParametersStatement') bindParameters(earlier, context);
    else if (earlier.kind === 'PatternStatement') bindPattern(earlier, context);
    else if (earlier.kind === 'ExpressionStatement') bindGraphTables(earlier.child('Expression'), context);
    else bindLet(earlier, context);
  }
  const expression = statement.child('Expression');
  const relation = result(context);
  const list = relation.columns.map(({ sql }) => sql).join(', ');
  const render = renderOf(expression);
  const publishAs = result.publishAs ?? publishedName(expression);
  return {
    sql: tables.statement(`SELECT ${list === '' ? '*' : list} FROM ${relation.source}`),
    columns: relation.columns.map(({ name, type }) => ({ name, type })),
    ...(publishAs === undefined ? {} : { publishAs }),
    ...(render === undefined ? {} : { render }),
    ...(external.length === 0
      ? {}
      : { external: external.map((missing) => ({ ...missing, ...source.place(missing) })) }),
    isSorted: relation.isSorted,
    ...source.place(statement),
  };
}

/** What `set` statements say; an option without a value is true, which no function here reads. */
function optionsOf(statements: readonly SyntaxNode[]): ReadonlyMap<string, SyntaxNode> {
  return new Map(
    statements
      .filter(({ kind }) => kind === 'SetOptionStatement')
      .flatMap((statement) => {
        const value = statement.optional('ValueClause')?.child('Expression');
        return value === undefined ? [] : [[nameOf(statement.child('Name')), value] as const];
      }),
  );
}

function bindParameters(statement: SyntaxNode, context: Context): void {
  for (const parameter of statement.list('Parameters')) {
    const declared = parameter.child('NameAndType');
    const name = nameOf(declared.child('Name'));
    const type = scalarTypeNamed(declared.child('Type'));
    const given = context.names.get(name);
    const fallback = parameter.optional('DefaultValue')?.child('Value');
    if (given?.kind === 'scalar') {
      const value = castTo(given.value(), type);
      context.names.set(name, { kind: 'scalar', value: () => value });
    } else if (fallback !== undefined) {
      const value = castTo(translateExpression(fallback, constantScope(context)), type);
      context.names.set(name, { kind: 'scalar', value: () => value });
    } else {
      throw errorAt(parameter, 'semantic', 'missing-parameter', `The parameter '${name}' has no value.`);
    }
  }
}

/** The name stands in one of the statements. */
function isNamed(name: string | undefined, statements: readonly SyntaxNode[]): boolean {
  if (name === undefined) return false;
  const pending = [...statements];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.kind === 'NameReference' && nameOf(node) === name) return true;
    pending.push(...node.children());
  }
  return false;
}

/** The name that a trailing `| as Name` gives the result. */
export function publishedName(expression: SyntaxNode): string | undefined {
  let node = expression;
  while (node.kind === 'PipeExpression') {
    const operator = node.child('Operator');
    if (operator.kind === 'AsOperator') return nameOf(operator.child('Name'));
    if (operator.kind !== 'RenderOperator') return undefined;
    node = node.child('Expression');
  }
  return undefined;
}
