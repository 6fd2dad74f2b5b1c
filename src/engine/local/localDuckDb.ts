/** The local engine: KQL and SQL over the session's tables in one embedded DuckDB. */
import { randomUUID } from 'node:crypto';
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { KqlError } from '../../kql/errors.ts';
import { identifier, physicalNames } from '../../kql/sql/identifier.ts';
import { sqlTypes, stringLiteral } from '../../kql/sql/literal.ts';
import { translateWithProbes, type ProbedColumn } from '../../kql/probing.ts';
import { sayingWhoCan } from '../../kql/remoteEngines.ts';
import type { ExternalData, KqlService, TranslatedQuery, Translation } from '../../kql/translation.ts';
import type { Column, Schema, TableSchema } from '../../kql/types.ts';
import type { QueryOptions, QueryOutcome, QueryResult } from '../engine.ts';
import type { ResultTable } from '../result.ts';
import { isAbortError, unlessAborted } from './abort.ts';
import { differenceOf, type Difference, type Labels } from './difference.ts';
import { attachSql, buildImport, type FileImport } from './fileImport.ts';
import { copyForeignResult } from './foreignResult.ts';
import { friendlyView } from './friendly.ts';
import { openLanding, type Landing } from './landing.ts';
import type { AttachedTable, CheckOutcome, LocalEngine, SqlBindable } from './localEngine.ts';
import type { LateRegistration } from './lateRegistration.ts';
import { LocalResult, resultTableName } from './localResult.ts';
import { rowsOf } from './rows.ts';
import { outOfMemory } from './failureReadings.ts';
import { runtimeError } from './runtimeError.ts';
import { removeDatabase, type Budget, type SessionDatabase } from './sessionDatabase.ts';
import { runSqlCell } from './sqlCell.ts';
import { TableCatalog } from './tableCatalog.ts';

interface Parts {
  readonly database: SessionDatabase;
  /** Registers the functions that a statement needs. */
  readonly register: LateRegistration;
  readonly folder: string;
  /** What reading files may use, beside the session itself. */
  readonly importBudget: Budget;
  readonly kql: KqlService;
  /** The service ends with the engine. */
  readonly ownsKql: boolean;
  readonly now: () => bigint;
  readonly externalData: 'refuse' | 'empty';
}

export class LocalDuckDb implements LocalEngine {
  readonly kind = 'local';
  readonly name: string;
  readonly #parts: Parts;
  readonly #catalog = new TableCatalog();
  /** What each published name shows, by lower-case name. */
  readonly #published = new Map<string, LocalResult>();
  /** Tables of each attached import that are still in use, by the import's alias. */
  readonly #imports = new Map<string, Set<string>>();
  /** Detached imports whose files are still there. */
  readonly #leftOver = new Set<string>();
  #results = 0;
  #importCount = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.name = `local (DuckDB ${parts.database.version})`;
  }

  schema(): Schema {
    return this.#catalog.schema();
  }

  get kql(): KqlService {
    return this.#parts.kql;
  }

  async diagnose(kql: string, options: QueryOptions = {}): Promise<readonly KqlError[]> {
    const checked = await this.check(kql, options);
    return checked.ok ? [] : checked.errors;
  }

  async query(kql: string, options: QueryOptions = {}): Promise<QueryOutcome> {
    const outcome = await this.#runTranslated(await this.#translate(kql, options), options);
    if (outcome.ok || !outcome.errors.some(({ code }) => code === outOfMemory)) return outcome;
    const slower = await this.#runTranslated(
      await this.#translate(kql, { ...options, spills: true }),
      options,
    );
    if (!slower.ok) return outcome;
    const notice = 'Memory was short: the query ran again in a way that uses the disk and takes longer.';
    return { ...slower, notices: [...slower.notices, notice] };
  }

  async #runTranslated(translation: Translation, options: QueryOptions): Promise<QueryOutcome> {
    if (!translation.ok) return translation;
    const results: QueryResult[] = [];
    try {
      for (const query of translation.queries) results.push(await this.#run(query, options));
    } catch (error) {
      await Promise.all(results.map(({ table }) => table.release()));
      if (error instanceof QueryFailure) return { ok: false, errors: [error.reason] };
      throw error;
    }
    const notices = [...translation.notices, ...translation.queries.flatMap(missingNotices)];
    return { ok: true, results, lets: translation.lets, notices };
  }

  async check(kql: string, options: QueryOptions = {}): Promise<CheckOutcome> {
    const translation = await this.#translate(kql, options);
    if (!translation.ok) return translation;
    for (const { sql, start, length } of translation.queries) {
      try {
        await this.#parts.database.queries.run(async (connection) => {
          await this.#parts.register(connection, sql);
          (await connection.prepare(sql)).destroySync();
        }, options.signal);
      } catch (error) {
        if (isAbortError(error)) throw error;
        return { ok: false, errors: [runtimeError(error, start, length)] };
      }
    }
    return translation;
  }

  async #translate(
    text: string,
    options: QueryOptions & { readonly spills?: boolean },
  ): Promise<Translation> {
    const { parameters, lets, signal, spills } = options;
    const request = { text, schema: this.schema(), parameters, lets, spills, nowTicks: this.#parts.now() };
    const { kql } = this.#parts;
    const translating = translateWithProbes(
      request,
      (probed) => unlessAborted(kql.translate(probed), signal),
      (sql, place) => this.#probe(sql, place, signal),
    );
    try {
      return await translating;
    } catch (error) {
      if (error instanceof QueryFailure) return { ok: false, errors: [error.reason] };
      throw error;
    }
  }

  async #probe(
    sql: string,
    { start, length }: { readonly start: number; readonly length: number },
    signal: AbortSignal | undefined,
  ): Promise<readonly ProbedColumn[]> {
    try {
      const rows = await this.execute(sql, [], signal);
      return rows.map((row) => ({ name: String(row['name']), type: String(row['type']) }));
    } catch (error) {
      if (isAbortError(error)) throw error;
      throw new QueryFailure(runtimeError(error, start, length));
    }
  }

  async #run(query: TranslatedQuery, { signal, isPrivate }: QueryOptions): Promise<QueryResult> {
    const [missing] = query.external ?? [];
    if (missing !== undefined && this.#parts.externalData !== 'empty') {
      throw new QueryFailure(externalDataError(missing));
    }
    const name = this.#nextResultName();
    const names = physicalNames(query.columns.map((column) => column.name)).map(identifier);
    const sql = `CREATE TABLE ${resultTableName(name)} AS SELECT * FROM (\n${query.sql}\n) AS q(${names.join(', ')})`;
    let rows;
    try {
      rows = await this.execute(sql, [], signal);
    } catch (error) {
      if (isAbortError(error)) throw error;
      throw new QueryFailure(runtimeError(error, query.start, query.length));
    }
    const table = this.#result(name, query.columns, Number(rows[0]?.['Count'] ?? 0));
    const publishAs = isPrivate === true ? undefined : query.publishAs;
    if (publishAs !== undefined) await this.#publishOrFail(publishAs, table, query);
    return { table, publishedAs: publishAs, render: query.render };
  }

  async #publishOrFail(name: string, table: LocalResult, { start, length }: TranslatedQuery): Promise<void> {
    try {
      await this.publish(name, table);
    } catch (error) {
      await table.release();
      throw new QueryFailure(runtimeError(error, start, length));
    }
  }

  async sql(text: string, options: QueryOptions = {}): Promise<QueryOutcome> {
    for (const table of this.#catalog.takeChanged()) await this.execute(friendlyView(table));
    const name = this.#nextResultName();
    const outcome = await this.#parts.database.sqlCells.run(
      (connection) =>
        runSqlCell(connection, text, resultTableName(name), options.parameters ?? [], options.signal),
      options.signal,
    );
    if (!outcome.ok) return { ok: false, errors: [outcome.error] };
    const table = this.#result(name, outcome.columns, outcome.rowCount);
    return { ok: true, results: [{ table }], lets: [], notices: [] };
  }

  async execute(
    sql: string,
    values: readonly SqlBindable[] = [],
    signal?: AbortSignal,
  ): Promise<readonly Record<string, SqlBindable>[]> {
    return this.#parts.database.queries.run(async (connection) => {
      await this.#parts.register(connection, sql);
      return rowsOf(connection, sql, values);
    }, signal);
  }

  declareTable(name: string, columns: readonly Column[]): void {
    this.#catalog.declare({ name, columns });
  }

  async declareEmptyTable(name: string, columns: readonly Column[]): Promise<void> {
    const names = physicalNames(columns.map((column) => column.name));
    const empty = columns.map(
      ({ type }, index) => `CAST(NULL AS ${sqlTypes[type]}) AS ${identifier(names[index] ?? '')}`,
    );
    await this.#show(name, columns, `SELECT ${empty.join(', ')} WHERE false`);
  }

  async publish(name: string, result: ResultTable): Promise<void> {
    const local = result instanceof LocalResult ? result : await this.#localCopy(result);
    local.retain();
    if (local !== result) await local.release(); // our copy lives for as long as it is published
    await this.#show(name, local.columns, `FROM ${local.sqlName}`);
    this.#published.set(name.toLowerCase(), local);
  }

  async #localCopy(foreign: ResultTable): Promise<LocalResult> {
    const name = this.#nextResultName();
    await copyForeignResult(this.#parts.database, resultTableName(name), foreign);
    return this.#result(name, foreign.columns, foreign.rowCount);
  }

  async difference(
    left: ResultTable,
    right: ResultTable,
    labels: Labels,
    signal?: AbortSignal,
  ): Promise<Difference> {
    if (!(left instanceof LocalResult) || !(right instanceof LocalResult)) {
      throw new TypeError('Only results of this session are compared.');
    }
    const name = this.#nextResultName();
    const { sql, columns, unshared } = differenceOf(left, right, resultTableName(name), labels);
    const [row] = await this.execute(sql, [], signal);
    return { table: this.#result(name, columns, Number(row?.['Count'] ?? 0)), unshared };
  }

  land(): Promise<Landing> {
    const name = this.#nextResultName();
    return openLanding(this.#parts.database, name, (columns, rowCount, cut) =>
      this.#result(name, columns, rowCount, cut),
    );
  }

  async openParquet(path: string, columns: readonly Column[]): Promise<ResultTable> {
    const name = this.#nextResultName();
    const draft = join(this.#parts.folder, `${name}-${randomUUID()}.parquet`);
    const names = physicalNames(columns.map((column) => column.name)).map(identifier);
    const select = columns.map(({ type }, index) => `c${index}::${sqlTypes[type]} AS ${names[index] ?? ''}`);
    const places = columns.map((_column, index) => `c${index}`).join(', ');
    try {
      await copyFile(path, draft);
      const [row] = await this.execute(
        `CREATE TABLE ${resultTableName(name)} AS SELECT ${select.join(', ')}
         FROM (FROM read_parquet(${stringLiteral(draft)})) AS q(${places})`,
      );
      return this.#result(name, columns, Number(row?.['Count'] ?? 0));
    } finally {
      await rm(draft, { force: true });
    }
  }

  async importTables(
    build: (files: FileImport) => Promise<readonly TableSchema[]>,
    signal?: AbortSignal,
    keep?: (file: string) => Promise<void>,
  ): Promise<void> {
    const alias = `import_${++this.#importCount}`;
    const file = this.#importFile(alias);
    const tables = await buildImport(file, this.#parts.importBudget, build, signal);
    await keep?.(file);
    await this.#attach(
      alias,
      tables.map((table) => ({ ...table, stored: table.name })),
    );
  }

  async attachTables(
    place: (file: string) => Promise<void>,
    tables: readonly AttachedTable[],
  ): Promise<void> {
    const alias = `import_${++this.#importCount}`;
    const file = this.#importFile(alias);
    try {
      await place(file);
      await this.#attach(alias, tables);
    } catch (error) {
      if (!this.#imports.has(alias)) await removeDatabase(file);
      throw error;
    }
  }

  /** Opens the import's file and shows its tables. */
  async #attach(alias: string, tables: readonly AttachedTable[]): Promise<void> {
    await this.execute(attachSql(this.#importFile(alias), alias));
    const source = (stored: string): string => `FROM ${identifier(alias)}.main.${identifier(stored)}`;
    try {
      for (const { stored } of tables) await this.execute(`SELECT 1 ${source(stored)} LIMIT 1`);
    } catch (error) {
      await this.execute(`DETACH ${identifier(alias)}`);
      throw error;
    }
    this.#imports.set(alias, new Set(tables.map(({ name }) => name.toLowerCase())));
    for (const { name, columns, stored } of tables) await this.#show(name, columns, source(stored), alias);
  }

  /** Shows `sql` under the name, instead of whatever had it before; what nobody can name any more is freed. */
  async #show(name: string, columns: readonly Column[], sql: string, fromImport?: string): Promise<void> {
    const key = name.toLowerCase();
    const [old] = await this.execute(
      `SELECT table_type AS kind FROM information_schema.tables
       WHERE table_catalog = current_database() AND table_schema = 'main' AND lower(table_name) = $1`,
      [key],
    );
    const quoted = `main.${identifier(name)}`;
    if (old && old['kind'] !== 'VIEW') await this.execute(`DROP TABLE ${quoted}`);
    // At once, so that a query at the same time finds the one or the other.
    await this.execute(`CREATE OR REPLACE VIEW ${quoted} AS ${sql}`);
    this.declareTable(name, columns);
    const published = this.#published.get(key);
    this.#published.delete(key);
    await published?.letGo();
    for (const [alias, tables] of this.#imports) {
      if (alias === fromImport || !tables.delete(key) || tables.size > 0) continue;
      this.#imports.delete(alias);
      await this.execute(`DETACH ${identifier(alias)}`);
      // Windows removes no file that a query at the same time still reads; it goes with the session.
      await removeDatabase(this.#importFile(alias)).catch(() => this.#leftOver.add(alias));
    }
  }

  async dispose(): Promise<void> {
    if (this.#parts.ownsKql) await this.#parts.kql.dispose();
    await this.#parts.database.close();
    const aliases = [...this.#imports.keys(), ...this.#leftOver];
    await Promise.all(aliases.map((alias) => removeDatabase(this.#importFile(alias))));
  }

  #importFile(alias: string): string {
    return join(this.#parts.folder, `${alias}.duckdb`);
  }

  #nextResultName(): string {
    return `r${++this.#results}`;
  }

  #result(name: string, columns: readonly Column[], rowCount: number, cut?: ResultTable['cut']): LocalResult {
    return new LocalResult(this.#parts.database, this.#parts.folder, name, columns, rowCount, cut);
  }
}

function missingNotices({ external = [] }: TranslatedQuery): string[] {
  return external.map(({ uris }) => `externaldata has no rows here: ${uris.join(', ')} is not fetched.`);
}

function externalDataError({ uris, tableName, start, length }: ExternalData): KqlError {
  const message =
    `The local engine does not fetch ${uris.join(', ')} by itself. Download it and load it under the name ` +
    `${tableName} with a load step; externaldata then reads that table.`;
  return { kind: 'unsupported', code: 'external-data', message: sayingWhoCan(message), start, length };
}

/** Carries a located failure out of the loop over statements. */
class QueryFailure extends Error {
  constructor(readonly reason: KqlError) {
    super(reason.message);
  }
}
