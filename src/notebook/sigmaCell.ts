/** A `sigma` cell: rules as YAML that run over the session's tables. */
import type { ParameterValue, Schema, WireValue } from '../kql/types.ts';
import type { Placeholders } from '../sigma/placeholders.ts';
import { sigmaQueries, type LooksAt, type SigmaQuery } from '../sigma/sigmaQuery.ts';
import type { SigmaError } from '../sigma/sigmaError.ts';
import { severityOf } from '../sigma/techniques.ts';
import { lookedAtQuery } from '../steps/shared/lookedAt.ts';
import type { CellError, CellResult, CodeCell } from './cell.ts';
import { maxFindingRows, type Finding } from './finding.ts';
import { namedQueries, type NamedQueries } from './sigmaCellName.ts';

/**
 * The queries of a cell, one a rule, with its result named as it says. Placeholders of the rules take the notebook's parameters of their names. With
 * `orReference`, a rule for which no table is there compiles for the published table of its log source.
 */
export function queriesOfSigmaCell(
  cell: CodeCell,
  schema: Schema,
  parameters: readonly ParameterValue[],
  orReference = false,
): NamedQueries {
  const compiled = sigmaQueries(cell.text, { schema, placeholders: placeholdersOf(parameters), orReference });
  return compiled.ok
    ? namedQueries(cell.text, compiled.queries)
    : { ok: false, errors: sigmaCellErrors(compiled.errors) };
}

function placeholdersOf(parameters: readonly ParameterValue[]): Placeholders {
  const textOf = (value: WireValue): string => (typeof value === 'string' ? value : JSON.stringify(value));
  return Object.fromEntries(
    parameters.map(({ name, value }) => [
      name,
      (Array.isArray(value) ? (value as readonly WireValue[]) : [value]).map(textOf),
    ]),
  );
}

/** What is wrong with the cell, without running it. A table that a run may yet find is no mistake of the rule. */
export function diagnoseSigmaCell(
  cell: CodeCell,
  schema: Schema,
  parameters: readonly ParameterValue[],
): readonly CellError[] {
  if (cell.text.trim() === '') return [];
  const queries = queriesOfSigmaCell(cell, schema, parameters, true);
  return queries.ok ? [] : queries.errors;
}

/** The errors of a rule as those of its cell. */
function sigmaCellErrors(errors: readonly SigmaError[]): readonly CellError[] {
  return errors.map(({ kind, message, start, length, suggestions, missingTable }) => ({
    code: `sigma-${kind}`,
    message,
    start,
    length,
    ...(suggestions !== undefined && suggestions.length > 0 && { suggestions }),
    ...(missingTable !== undefined && { missingTable }),
  }));
}

/** The whole cell as KQL, one statement a rule. */
export function kqlOfQueries(queries: readonly SigmaQuery[]): string {
  return queries.map(({ title, kql }) => `// ${title.replaceAll(/\s+/g, ' ')}\n${kql}`).join(';\n\n');
}

/** The finding that a rule's result stands for; undefined where it matched nothing. */
export async function sigmaFinding(
  { title, level, techniques }: SigmaQuery,
  { table }: CellResult,
  signal?: AbortSignal,
): Promise<Finding | undefined> {
  if (table.rowCount === 0) return undefined;
  const { rows } = await table.page({ offset: 0, limit: maxFindingRows }, signal);
  return {
    title,
    note: '',
    severity: severityOf(level),
    techniques,
    origin: 'step',
    columns: table.columns,
    rows,
    totalRows: table.rowCount,
  };
}

/** KQL that tells what a rule looked at, for when it finds nothing. */
export function lookedAtOfRule({ looksAt }: SigmaQuery): string | undefined {
  return lookedAtQuery(
    looksAt.map((events: LooksAt) => ({
      table: events.table,
      time: events.time,
      device: events.device,
      needs: [],
      taken: { what: events.what, where: events.where ?? 'true' },
    })),
  );
}
