/** What to say of a result that is not all: every cut reads `N of at least M rows, limit L`. */
import type { Landed } from '../local/landing.ts';
import type { ResultTable } from '../result.ts';
import type { RemoteService, ServiceError } from './service.ts';

export interface Cut {
  readonly cut?: NonNullable<ResultTable['cut']>;
  readonly notices: readonly string[];
}

/** Returns the cut of a table of so many rows, given what the service said beside them. */
export function cutOf(
  rowCount: number,
  errors: readonly ServiceError[],
  { product, limit, silentRowLimit }: Pick<RemoteService, 'product' | 'limit' | 'silentRowLimit'>,
): Cut {
  const [error] = errors;
  if (error !== undefined) {
    const isLimit = isResultLimit(error);
    // The service had at least one row more than it gave.
    const atLeastRows = rowCount + 1;
    const reached = isLimit ? (statedLimit(error) ?? limit) : limit;
    const told = isLimit
      ? ''
      : ` ${product} stopped early: ${error.message.replace(/\s+/g, ' ').slice(0, 400)}`;
    return {
      cut: { atLeastRows, limit: reached },
      notices: [`${sentence(rowCount, atLeastRows, reached)}${told} ${next}`],
    };
  }
  if (silentRowLimit === undefined || rowCount < silentRowLimit) return { notices: [] };
  const atLeastRows = rowCount;
  return {
    cut: { atLeastRows, limit },
    notices: [`${sentence(rowCount, atLeastRows, limit)} ${next}`],
  };
}

const next = 'Filter or summarize to see all; what is counted or joined here counts only these rows.';

function sentence(rowCount: number, atLeastRows: number, limit: string): string {
  return `${count(rowCount)} of at least ${count(atLeastRows)} rows, limit ${limit}.`;
}

/** Whether the service said that the result is larger than it gives. */
function isResultLimit({ code, message }: ServiceError): boolean {
  return /E_QUERY_RESULT_SET_TOO_LARGE|80DA0003|ResultSizeLimit|PayloadTooLarge|ResponseSizeLimit|exceed\w* .*(?:record|size|row)\w* limit|set limit of/i.test(
    `${code} ${message}`,
  );
}

/** The limit in the service's own words: `... the set limit of 500000 records`. */
function statedLimit({ message }: ServiceError): string | undefined {
  const match = /limit of (\d+)\s*(records?|rows?|bytes|[KMG]B)?/i.exec(message);
  if (match === null) return undefined;
  const amount = Number(match[1]);
  const unit = match[2]?.toLowerCase() ?? 'rows';
  if (unit === 'bytes')
    return amount % 1024 ** 2 === 0 ? `${amount / 1024 ** 2} MB` : `${count(amount)} bytes`;
  return /b$/.test(unit) ? `${amount} ${unit.toUpperCase()}` : `${count(amount)} rows`;
}

/** What to say of values that came as text that their type cannot read. */
export function misreadNotices(misread: Landed['misread'], product: string): readonly string[] {
  return misread.map(({ column, count: values }) => {
    const shown = values === 1 ? '1 value' : `${count(values)} values`;
    return `${shown} of ${column} from ${product} cannot be held here and ${values === 1 ? 'is' : 'are'} null. Convert the column with tostring() to see them.`;
  });
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
