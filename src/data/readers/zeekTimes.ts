/** The times in Zeek's JSON logs. */
import { epochAsIso } from '../epochTicks.ts';
import type { SourceColumn } from './reader.ts';

/** Columns with times as datetimes, and the SQL that makes a column's value of its text. */
export interface TimedColumns {
  readonly columns: SourceColumn[];
  readonly value: (text: string, column: SourceColumn) => string;
}

/** Returns the columns of JSON objects, where they are Zeek's with its times: seconds since 1970 unless told to write ISO. */
export function withZeekTimes(columns: readonly SourceColumn[]): TimedColumns {
  const names = new Set(columns.map(({ name }) => name));
  const isZeek =
    names.has('ts') && ['uid', 'fuid', '_path', '@stream', '_write_ts'].some((name) => names.has(name));
  const isTime = ({ name }: SourceColumn): boolean => isZeek && ['ts', '_write_ts'].includes(name);
  return {
    columns: columns.map((column) =>
      isTime(column) ? { name: column.name, type: 'datetime', form: 'text' } : column,
    ),
    value: (text, column) => (isTime(column) ? epochAsIso(text) : text),
  };
}
