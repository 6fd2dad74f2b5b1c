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

export interface FieldNamesOptions {
  /**
   * Texts are compared in lower case, in columns that the query adds: cheaper where many rules ask of the same fields
   * than to fold the text for each.
   */
  readonly isFolding?: boolean;
}

export class FieldNames {
  readonly #target: Target;
  readonly isFolding: boolean;
  readonly #named = new Map<string, NamedField | undefined>();
  readonly #added = new Map<string, string>();
  readonly #folded = new Map<string, string>();
  #text: string | undefined;

  constructor(target: Target, { isFolding = false }: FieldNamesOptions = {}) {
    this.#target = target;
    this.isFolding = isFolding;
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

  /** All text of the event, as a field that every event has. */
  text(): NamedField {
    this.#text ??= this.#add('EventText', this.#target.text());
    return { kql: this.#text, isNumber: false, isTime: false, present: 'true' };
  }

  /** The column that holds the text of `kql` in lower case. */
  folded(kql: string): string {
    const known = this.#folded.get(kql);
    if (known !== undefined) return kqlName(known);
    const name = this.#free(`Lower_${kql.replaceAll(/[^A-Za-z0-9_]+/g, '_').replaceAll(/^_+|_+$/g, '')}`);
    this.#folded.set(kql, name);
    return kqlName(name);
  }

  /** KQL of what the column holds in lower case. */
  unfolded(column: string): string {
    const [source] = [...this.#folded].find(([, name]) => kqlName(name) === column) ?? [];
    return source ?? column;
  }

  /** The `extend` operators that add the columns, in the order in which they need each other; of those in lower case `folded`. */
  extensions(folded: (column: string) => boolean = () => true): readonly string[] {
    const added = [...this.#added].map(([name, kql]) => `${kqlName(name)} = ${kql}`);
    const inLowerCase = [...this.#folded]
      .filter(([, name]) => folded(kqlName(name)))
      .map(([kql, name]) => `${kqlName(name)} = tolower(${kql})`);
    return [added, inLowerCase]
      .filter((columns) => columns.length > 0)
      .map((columns) => `| extend ${columns.join(',\n    ')}`);
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
    const free = this.#free(name);
    this.#added.set(free, kql);
    return kqlName(free);
  }

  #free(name: string): string {
    const taken = new Set([...this.#added.keys(), ...this.#folded.values()]);
    let free = name;
    while (this.#target.columns.has(free) || taken.has(free)) free = `Event_${free}`;
    return free;
  }
}
