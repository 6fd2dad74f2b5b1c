/** Which of many texts the events of a table have, found with few passes over it. */
import { kqlName, kqlString } from '../kql/kqlText.ts';
import type { FieldNames } from './fieldNames.ts';
import { edge, patternOf, pieceOf, type Gate } from './gate.ts';
import type { Target } from './targets/target.ts';
import { TextIndex } from './textIndex.ts';

/** Runs a query of text columns; `isCut`: there may be more rows. */
export type AskTexts = (
  kql: string,
) => Promise<{ readonly rows: readonly (readonly string[])[]; readonly isCut: boolean }>;

/** Rows that one query brings: enough to meet what is common, little to look through. */
const mostRows = 1000;
/** A column of no more values is read as a whole. */
const mostValues = 5000;
/** A column is taken to repeat its values where the first rows do: so many of them, at most, are different. */
const mostDifferent = 0.6;
/** Searches of one call; what is not known after them may occur. */
const mostSearches = 12;
/** Texts are searched by no more characters at first, and as a whole once those are found (see `decisionTree.ts`). */
const pieceLength = 8;
/** All texts of a regular expression together have no more characters, for RE2's automaton to stay in its memory. */
const mostCharacters = 16_000;

/** Columns (KQL, in lower case) with the texts that are asked of them. */
export type AskedTexts = ReadonlyMap<string, ReadonlySet<string>>;

/** What is known of the texts of one table. */
export class OccurringTexts {
  readonly #target: Target;
  readonly #names: FieldNames;
  readonly #ask: AskTexts;
  readonly #columns = new Map<string, ColumnTexts>();

  constructor(target: Target, names: FieldNames, ask: AskTexts) {
    this.#target = target;
    this.#names = names;
    this.#ask = ask;
  }

  /** False: no event has the text. True: one has it, or may. */
  mayOccur(column: string, text: string): boolean {
    return this.#columns.get(column)?.known.get(text) ?? true;
  }

  /** Whether an event may have one of the texts. */
  mayPass(gate: Gate): boolean {
    return [...gate].some(([column, texts]) => texts.some((text) => this.mayOccur(column, text)));
  }

  isKnown(gate: Gate): boolean {
    return [...gate].every(([column, texts]) =>
      texts.every((text) => this.#columns.get(column)?.known.has(text)),
    );
  }

  /** Looks at the first rows, and at all values of the columns that have few. */
  async lookAtValues(asked: AskedTexts): Promise<void> {
    const columns = this.#wanted(asked);
    if (columns.length === 0) return;
    const names = columns.map(({ column }) => column);
    const { rows } = await this.#ask(
      this.#events(names, `| take ${mostRows}`, `| project ${names.join(', ')}`),
    );
    for (const [index, column] of columns.entries()) {
      const values = new Set(rows.map((row) => row[index] ?? ''));
      for (const value of values) column.learn(value);
      column.repeats = values.size <= rows.length * mostDifferent;
      if (column.repeats && !column.isSettled) await this.#readValues(column);
    }
  }

  async #readValues(column: ColumnTexts): Promise<void> {
    const { rows, isCut } = await this.#ask(this.#valuesOf(column, `| take ${mostValues + 1}`));
    if (isCut || rows.length > mostValues) return;
    for (const [value = ''] of rows) column.learn(value);
    column.settle();
  }

  /** Searches all events until each of the texts is known to occur or not, or too much has been asked. */
  async search(asked: AskedTexts): Promise<void> {
    const columns = this.#wanted(asked);
    for (const column of columns.filter(({ repeats }) => repeats)) {
      await this.#searchIn([column], (conditions) =>
        this.#valuesOf(column, `| where ${conditions}`, `| take ${mostRows}`),
      );
    }
    const others = columns.filter(({ repeats }) => !repeats);
    await this.#searchIn(others, (conditions, names) =>
      this.#events(names, `| where ${conditions}`, `| take ${mostRows}`, `| project ${names.join(', ')}`),
    );
  }

  async #searchIn(
    columns: readonly ColumnTexts[],
    query: (conditions: string, columns: readonly string[]) => string,
  ): Promise<void> {
    for (let search = 0; search < mostSearches; search++) {
      const open = columns.filter(({ isSettled }) => !isSettled);
      if (open.length === 0) return;
      const conditions = open.flatMap((column) => column.conditions()).join('\n  or ');
      const names = open.map(({ column }) => column);
      const { rows, isCut } = await this.#ask(query(conditions, names));
      let isNew = false;
      for (const [index, column] of open.entries()) {
        for (const value of new Set(rows.map((row) => row[index] ?? ''))) {
          isNew = column.learn(value) || isNew;
        }
      }
      if (!isCut && rows.length < mostRows) {
        for (const column of open) column.settle();
        return;
      }
      if (!isNew) return;
    }
  }

  #events(folded: readonly string[], ...then: readonly string[]): string {
    const { table, where } = this.#target;
    return [
      kqlName(table),
      ...(where === undefined ? [] : [`| where ${where}`]),
      ...this.#names.extensions((column) => folded.includes(column)),
      ...then,
    ].join('\n');
  }

  /** Each value once, in lower case. */
  #valuesOf({ column }: ColumnTexts, ...then: readonly string[]): string {
    return this.#events(
      [],
      `| summarize by ${column} = ${this.#names.unfolded(column)}`,
      `| project ${column} = tolower(${column})`,
      ...then,
    );
  }

  /** The columns with texts that are not known yet, ready to look for them. */
  #wanted(asked: AskedTexts): readonly ColumnTexts[] {
    return [...asked].flatMap(([column, texts]) => {
      const known = this.#columns.get(column) ?? new ColumnTexts(column);
      this.#columns.set(column, known);
      known.want(texts);
      return known.isSettled ? [] : [known];
    });
  }
}

/** The texts of one column. */
class ColumnTexts {
  readonly column: string;
  readonly known = new Map<string, boolean>();
  /** Its values are fewer than the events by far. */
  repeats = false;
  /** All texts that are asked and not known, by the piece that is looked for. */
  #open = new Map<string, Set<string>>();
  #index = new TextIndex();

  constructor(column: string) {
    this.column = column;
  }

  get isSettled(): boolean {
    return this.#open.size === 0;
  }

  /** Looks for just these from now on. */
  want(texts: Iterable<string>): void {
    this.#open = new Map();
    this.#index = new TextIndex();
    for (const text of texts) if (!this.known.has(text)) this.#add(pieceOf(text, pieceLength), text);
  }

  /** Takes in what the value has; returns whether that is anything new. */
  learn(value: string): boolean {
    const ended = `${edge}${value}${edge}`;
    const pieces = this.#index.in(ended);
    for (const piece of pieces) {
      const texts = this.#open.get(piece);
      this.#open.delete(piece);
      this.#index.delete(piece);
      for (const text of texts ?? []) {
        if (ended.includes(text)) this.known.set(text, true);
        else this.#add(text, text);
      }
    }
    return pieces.size > 0;
  }

  /** All values are known: what was not found does not occur. */
  settle(): void {
    for (const texts of this.#open.values()) for (const text of texts) this.known.set(text, false);
    this.#open = new Map();
  }

  /** Conditions of which one holds for each event with one of the texts. */
  conditions(): readonly string[] {
    const groups: string[][] = [];
    let characters = Infinity;
    for (const piece of this.#open.keys()) {
      if (characters + piece.length > mostCharacters) {
        groups.push([]);
        characters = 0;
      }
      groups.at(-1)?.push(patternOf(piece));
      characters += piece.length;
    }
    return groups.map((patterns) => `${this.column} matches regex ${kqlString(`(?s)${patterns.join('|')}`)}`);
  }

  #add(piece: string, text: string): void {
    const texts = this.#open.get(piece);
    if (texts !== undefined) {
      texts.add(text);
      return;
    }
    this.#open.set(piece, new Set([text]));
    this.#index.add(piece);
  }
}
