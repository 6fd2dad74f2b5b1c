/** The names under which a query speaks of a rule's fields: columns where they are, else columns that it adds. */
import { kqlName } from '../kql/kqlText.ts';
import type { FieldValue, Target } from './targets/target.ts';

export interface NamedField {
  /** KQL of the value. */
  readonly kql: string;
  readonly isNumber: boolean;
  readonly isTime: boolean;
  /** KQL of whether the event has the field. */
  readonly present: string;
}

export class FieldNames {
  readonly #target: Target;
  readonly #named = new Map<string, NamedField | undefined>();
  readonly #added = new Map<string, string>();
  #text: string | undefined;

  constructor(target: Target) {
    this.#target = target;
  }

  /** The field; undefined where the target has no place for it. */
  field(name: string): NamedField | undefined {
    const known = this.#named.get(name);
    if (known !== undefined || this.#named.has(name)) return known;
    const value = this.#target.field(name);
    const named = value && this.#name(name, value);
    this.#named.set(name, named);
    return named;
  }

  /** KQL of all text of the event. */
  text(): string {
    this.#text ??= this.#add('EventText', this.#target.text());
    return this.#text;
  }

  /** The columns that the query adds, `Name = KQL`, in the order of their first use. */
  added(): readonly string[] {
    return [...this.#added].map(([name, kql]) => `${kqlName(name)} = ${kql}`);
  }

  /** Names of the columns that the query adds. */
  addedNames(): readonly string[] {
    return [...this.#added.keys()];
  }

  #name(name: string, { kql, type, isColumn, present }: FieldValue): NamedField {
    const isNumber = type === 'long' || type === 'int';
    const isTime = type === 'datetime';
    const column = isColumn || isNumber || isTime ? kql : this.#add(name, kql);
    const isFilled = isNumber || isTime ? `isnotnull(${column})` : `isnotempty(${column})`;
    return { kql: column, isNumber, isTime, present: present ?? isFilled };
  }

  /** Adds a column under the name, or one like it where the table has such a column. */
  #add(name: string, kql: string): string {
    const { columns } = this.#target;
    let free = name;
    while (columns.has(free) || this.#added.has(free)) free = `Event_${free}`;
    this.#added.set(free, kql);
    return kqlName(free);
  }
}
