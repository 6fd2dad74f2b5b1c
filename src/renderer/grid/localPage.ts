/**
 * Sorts, filters and pages rows that are all at hand, by the engine's rules: a small result answers at once, even
 * while the engine is busy with another cell.
 */
import type { Filter, Page, PageRequest, SortKey } from '../../engine/result.ts';
import type { Column, ScalarType, WireValue } from '../../kql/types.ts';
import { plainText } from '../cellText.ts';

type Row = readonly WireValue[];

/** Returns the page of `rows` that the request asks for. Rows with equal keys keep their order. */
export function localPage(columns: readonly Column[], rows: readonly Row[], request: PageRequest): Page {
  const matching = rows.filter((row) =>
    (request.filters ?? []).every((filter) => matchesFilter(columns, row, filter)),
  );
  const sorted = request.sort?.length ? sortRows(columns, matching, request.sort) : matching;
  return {
    offset: request.offset,
    rows: sorted.slice(request.offset, request.offset + request.limit),
    matchingRows: matching.length,
  };
}

function matchesFilter(columns: readonly Column[], row: Row, filter: Filter): boolean {
  const wanted = filter.text.toLowerCase();
  return columns.some(
    (column, index) =>
      (filter.column === undefined || filter.column === column.name) &&
      plainText(row[index] ?? null)
        .toLowerCase()
        .includes(wanted),
  );
}

function sortRows(columns: readonly Column[], rows: readonly Row[], sort: readonly SortKey[]): Row[] {
  const keys = sort.flatMap((key) => {
    const index = columns.findIndex((column) => column.name === key.column);
    const column = columns[index];
    return column ? [{ index, compare: comparers[column.type], sign: key.descending ? -1 : 1 }] : [];
  });
  return [...rows].sort((a, b) => {
    for (const { index, compare, sign } of keys) {
      const order = compareNullable(a[index] ?? null, b[index] ?? null, compare) * sign;
      if (order !== 0) return order;
    }
    return 0;
  });
}

type Comparer = (a: NonNullable<WireValue>, b: NonNullable<WireValue>) => number;

/** Kusto's default: null sorts lowest. */
function compareNullable(a: WireValue, b: WireValue, compare: Comparer): number {
  if (a === null || b === null) return Number(b === null) - Number(a === null);
  return compare(a, b);
}

const byText: Comparer = (a, b) => byOrder(plainText(a), plainText(b));
const byNumber: Comparer = (a, b) => byOrder(rank(a), rank(b));
const byInteger: Comparer = (a, b) => byOrder(integer(a), integer(b));
const bySpan: Comparer = (a, b) => byOrder(ticksOfTimespan(plainText(a)), ticksOfTimespan(plainText(b)));

const comparers: Record<ScalarType, Comparer> = {
  bool: byNumber,
  int: byNumber,
  long: byInteger,
  real: byNumber,
  decimal: byNumber,
  string: byText,
  guid: byText,
  datetime: byText,
  timespan: bySpan,
  dynamic: byText,
};

function byOrder<T extends string | number | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** NaN sorts lowest of all numbers, as in Kusto. */
function rank(value: WireValue): number {
  const number = Number(value);
  return Number.isNaN(number) ? -Infinity : number;
}

/** Longs past 2^53 arrive as text. */
function integer(value: WireValue): bigint {
  const text = plainText(value);
  return /^-?\d+$/.test(text) ? BigInt(text) : 0n;
}

/** Reads Kusto's timespan text `-1.02:03:04.5000000` as ticks of 100 ns; other text reads as 0. */
function ticksOfTimespan(text: string): bigint {
  const match = /^(-?)(?:(\d+)\.)?(\d+):(\d+):(\d+)(?:\.(\d{1,7}))?$/.exec(text);
  if (!match) return 0n;
  const [, sign, days, hours, minutes, seconds, fraction] = match;
  const wholeSeconds =
    ((BigInt(days ?? 0) * 24n + BigInt(hours ?? 0)) * 60n + BigInt(minutes ?? 0)) * 60n +
    BigInt(seconds ?? 0);
  const ticks = wholeSeconds * 10_000_000n + BigInt((fraction ?? '').padEnd(7, '0'));
  return sign ? -ticks : ticks;
}
