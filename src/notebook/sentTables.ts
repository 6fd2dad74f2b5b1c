/**
 * Results of an engine, for later cells on that engine: a detection step that reads what another found runs there, too.
 * They are sent along as `let Name = datatable(...)`. Contract: only rows that came from the very engine go back to it;
 * nothing else of the session leaves.
 */
import type { Engine } from '../engine/engine.ts';
import type { ResultTable } from '../engine/result.ts';
import { kqlLiteral, kqlName } from '../kql/kqlText.ts';
import type { Schema, TableSchema } from '../kql/types.ts';

/** Rows and characters of a result that are sent along; services refuse queries of more than about a megabyte. */
const maxRows = 5000;
const maxCharacters = 512 * 1024;

interface Kept {
  readonly engine: Engine;
  readonly name: string;
  readonly table: ResultTable;
}

export type SentTables =
  | { readonly ok: true; readonly lets: readonly string[]; readonly notices: readonly string[] }
  | { readonly ok: false; readonly message: string; readonly name: string };

/** Which engine each published result came from. */
export class PublishedResults {
  readonly #kept = new Map<string, Kept>();
  /** The same object until something changes, so that what the binder derives from it can be kept. */
  readonly #schemas = new WeakMap<Schema, Schema>();

  /** Notes what the name shows now. */
  set(name: string, engine: Engine, table: ResultTable): void {
    this.#kept.set(name.toLowerCase(), { engine, name, table });
    this.#schemas.delete(engine.schema());
  }

  /** The name shows something else now. */
  forget(name: string): void {
    const kept = this.#kept.get(name.toLowerCase());
    if (kept === undefined) return;
    this.#kept.delete(name.toLowerCase());
    this.#schemas.delete(kept.engine.schema());
  }

  /** The engine's own tables, and its results that can be sent along. */
  schemaOf(engine: Engine): Schema {
    const own = engine.schema();
    const results = this.#of(engine).map(({ name, table }): TableSchema => ({
      name,
      columns: table.columns,
    }));
    if (results.length === 0) return own;
    const schema = this.#schemas.get(own) ?? { ...own, tables: [...own.tables, ...results] };
    this.#schemas.set(own, schema);
    return schema;
  }

  /** Statements that declare the results without their rows, to check a text. */
  declarations(engine: Engine): readonly string[] {
    return this.#of(engine).map(({ name, table }) => `let ${kqlName(name)} = ${datatable(table, [])}`);
  }

  /** What to say of a text that reads results which a service cut. */
  cutNotices(text: string): readonly string[] {
    return [...this.#kept.values()].flatMap(({ name, table }) => {
      const { cut, rowCount } = table;
      if (cut === undefined || !reads(text, name)) return [];
      const [rows, least] = [rowCount, cut.atLeastRows].map((count) => count.toLocaleString('en-US'));
      return [
        `${name}, which this cell reads, is cut: ${rows} of at least ${least} rows, limit ${cut.limit}.`,
      ];
    });
  }

  /** Statements with the rows of the results that the text names. */
  async lets(engine: Engine, text: string, signal: AbortSignal | undefined): Promise<SentTables> {
    const lets: string[] = [];
    const notices: string[] = [];
    for (const { name, table } of this.#of(engine)) {
      if (!reads(text, name)) continue;
      const { rows } = await table.page({ offset: 0, limit: maxRows }, signal);
      const values = rows.flatMap((row) =>
        table.columns.map(({ type }, index) => kqlLiteral(row[index] ?? null, type)),
      );
      const statement = `let ${kqlName(name)} = ${datatable(table, values)}`;
      if (table.rowCount > maxRows || statement.length > maxCharacters) {
        const message = `${name} has ${table.rowCount.toLocaleString('en-US')} rows, too many to send them along to ${engine.name}. Run the cell with \`// engine: local\`, or publish fewer rows.`;
        return { ok: false, message, name };
      }
      lets.push(statement);
      const rowsText = table.rowCount === 1 ? '1 row' : `${table.rowCount.toLocaleString('en-US')} rows`;
      const cut =
        table.cut === undefined ? '' : `, which were cut: there are at least ${table.cut.atLeastRows}`;
      notices.push(`${name} was sent along to ${engine.name}: ${rowsText}${cut}.`);
    }
    return { ok: true, lets, notices };
  }

  #of(engine: Engine): readonly Kept[] {
    if (engine.kind === 'local') return [];
    const tables = new Set(engine.schema().tables.map(({ name }) => name.toLowerCase()));
    return [...this.#kept].flatMap(([key, kept]) =>
      kept.engine.name === engine.name && !tables.has(key) ? [kept] : [],
    );
  }
}

function datatable({ columns }: ResultTable, values: readonly string[]): string {
  const list = columns.map(({ name, type }) => `${kqlName(name)}:${type}`).join(', ');
  return `datatable(${list}) [${values.join(', ')}]`;
}

/** Whether the text names the table, other than as the name of its own result. */
function reads(text: string, name: string): boolean {
  return new RegExp(`(?<!\\bas\\s+|[\\w$])${escapePattern(name)}(?![\\w$])`).test(text);
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
