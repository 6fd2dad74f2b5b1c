/** KQL text to DuckDB SQL. Importing this module loads Kusto's language library (about half a second). */
import { Names, TableExpressions } from './context.ts';
import type { Context, Shared } from './context.ts';
import { errorsOf } from './diagnostics.ts';
import type { KqlError } from './errors.ts';
import { castTo } from './expressions/cast.ts';
import { nameOf } from './expressions/paths.ts';
import { constantScope } from './expressions/scope.ts';
import { scalarTypeNamed, translateExpression } from './expressions/translateExpression.ts';
import { globalsOf } from './globals.ts';
import { parameterConstant } from './parameters.ts';
import { errorAt, QueryError } from './queryError.ts';
import { renderOf } from './render.ts';
import { kusto } from './syntax/bridge.ts';
import { SyntaxNode } from './syntax/syntaxNode.ts';
import { bindLet } from './tables/letStatement.ts';
import { translateTable } from './tables/translateTable.ts';
import type { TranslatedQuery, Translation, TranslationRequest } from './translation.ts';

/** The text that the parser sees: earlier cells' `let` statements, then the user's text. */
export function wholeText(request: TranslationRequest): { readonly text: string; readonly offset: number } {
  const before = (request.lets ?? []).map((statement) => `${statement.replace(/;?\s*$/, '')};\n`).join('');
  return { text: before + request.text, offset: before.length };
}

/** Returns one SQL statement for each tabular statement of the text, or the errors at their places in it. */
export function translate(request: TranslationRequest): Translation {
  const { text, offset } = wholeText(request);
  try {
    const code = kusto.KustoCode.ParseAndAnalyze(text, globalsOf(request.schema, request.parameters));
    const errors = errorsOf(code, request.schema, offset);
    if (errors.length > 0) return { ok: false, errors };
    return translateStatements(new SyntaxNode(code.Syntax), request, text, offset);
  } catch (error) {
    return { ok: false, errors: [located(error, offset, request.text.length)] };
  }
}

function located(error: unknown, offset: number, length: number): KqlError {
  if (error instanceof QueryError) {
    const { start } = error.error;
    return { ...error.error, start: Math.max(0, start - offset) };
  }
  if (error instanceof RangeError) {
    const message = 'The query is nested too deeply to be translated. Split it with let statements.';
    return { kind: 'unsupported', code: 'too-deep', message, start: 0, length };
  }
  throw error;
}

function translateStatements(
  root: SyntaxNode,
  request: TranslationRequest,
  text: string,
  offset: number,
): Translation {
  const statements = root.kind === 'QueryBlock' ? root.list('Statements') : [];
  if (root.kind !== 'QueryBlock') {
    throw errorAt(root, 'unsupported', 'unsupported', 'Management commands are not run; write a query.');
  }
  const notices = new Set<string>();
  const queries: TranslatedQuery[] = [];
  const lets: string[] = [];
  statements.forEach((statement, index) => {
    if (statement.kind === 'ExpressionStatement') {
      queries.push(translateStatement(statement, statements.slice(0, index), request, notices, offset));
    } else if (statement.kind === 'LetStatement' && statement.start >= offset) {
      lets.push(text.slice(statement.start, statement.start + statement.length));
    } else if (!ignoredStatements.has(statement.kind)) {
      throw errorAt(statement, 'unsupported', 'unsupported', 'This kind of statement is not supported.');
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
]);

function translateStatement(
  statement: SyntaxNode,
  before: readonly SyntaxNode[],
  request: TranslationRequest,
  notices: Set<string>,
  offset: number,
): TranslatedQuery {
  const { schema, nowTicks } = request;
  const shared: Shared = { schema, nowTicks, notices, aliases: new Map() };
  const tables = new TableExpressions(schema.tables.map(({ name }) => name));
  const names = new Names();
  const context: Context = { shared, tables, names };
  for (const parameter of request.parameters ?? []) {
    const value = parameterConstant(parameter);
    names.set(parameter.name, { kind: 'scalar', value: () => value });
  }
  for (const earlier of before) {
    if (earlier.kind === 'QueryParametersStatement') bindParameters(earlier, context);
    else bindLet(earlier, context);
  }
  const expression = statement.child('Expression');
  const relation = translateTable(expression, context);
  const list = relation.columns.map(({ sql }) => sql).join(', ');
  const render = renderOf(expression);
  const publishAs = publishedName(expression);
  return {
    sql: tables.statement(`SELECT ${list === '' ? '*' : list} FROM ${relation.source}`),
    columns: relation.columns.map(({ name, type }) => ({ name, type })),
    ...(publishAs === undefined ? {} : { publishAs }),
    ...(render === undefined ? {} : { render }),
    isSorted: relation.isSorted,
    start: Math.max(0, statement.start - offset),
    length: statement.length,
  };
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

/** The name that a trailing `| as Name` gives the result. */
function publishedName(expression: SyntaxNode): string | undefined {
  let node = expression;
  while (node.kind === 'PipeExpression') {
    const operator = node.child('Operator');
    if (operator.kind === 'AsOperator') return nameOf(operator.child('Name'));
    if (operator.kind !== 'RenderOperator') return undefined;
    node = node.child('Expression');
  }
  return undefined;
}
