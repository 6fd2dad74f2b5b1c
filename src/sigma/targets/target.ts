/** A table that holds events of a rule's log source, and how the rule's fields are found in it. */
import type { ScalarType } from '../../kql/types.ts';

export interface Target {
  readonly table: string;
  /** KQL of which rows are events of the log source; undefined: all. */
  readonly where?: string | undefined;
  /** KQL of the field's value; undefined where the table has no place for it. */
  field(name: string): FieldValue | undefined;
  /** KQL of all text of the event, in which keywords are searched. */
  text(): string;
  /** KQL of the event's time, a datetime; undefined where the table has none. */
  readonly time?: string | undefined;
  /** KQL of the device, a text; undefined where the table has none. */
  readonly device?: string | undefined;
  /** Names of the table's columns, which a query must not overwrite. */
  readonly columns: ReadonlySet<string>;
  /** Fields that no event of the table has, though events of such logs can: what is asked of them is asked of nothing. */
  readonly absent: (name: string) => boolean;
  /** Values of the field that the table never has. */
  readonly lack?: (name: string) => Lack | undefined;
}

/** Values that a field never has in a table, though rules ask for them. */
export interface Lack {
  readonly values: RegExp;
  /** What they are, for people: `import hashes`. */
  readonly what: string;
}

export interface FieldValue {
  readonly kql: string;
  readonly type: ScalarType;
  /** It is a column as it stands, so that a query can name it. */
  readonly isColumn: boolean;
  /** KQL of whether the event has the field at all; absent: whether the value is not empty. */
  readonly present?: string;
}
