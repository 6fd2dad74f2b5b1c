/**
 * Whatever text or name a query, its parameters or its data hold, DuckDB sees one statement and the text comes back as
 * it was.
 */
import assert from 'node:assert/strict';
import type { DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import type { ParameterValue, Schema } from '../../src/kql/types.ts';
import { translate } from '../../src/kql/translate.ts';
import { translateWithProbes } from '../../src/kql/probing.ts';
import type { TranslatedQuery } from '../../src/kql/translation.ts';
import { createTable, openDatabase, runTranslated } from '../conformance/database.ts';
import { hostileText, named, quoted, shown } from './hostile.ts';

/** A place that takes a text: the query around it, and what its single row must be. */
interface TextPlace {
  readonly query: (text: string) => string;
  readonly row: (text: string) => readonly unknown[];
  /** Texts that the place can hold; all, when absent. */
  readonly takes?: (text: string) => boolean;
  readonly parameters?: (text: string) => readonly ParameterValue[];
}

/** One object, for which the binder keeps its state. */
const noTables: Schema = { tables: [] };

const itself = (text: string): readonly unknown[] => [shown(text)];
const yes = (): readonly unknown[] => [true];
const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
const isOneLine = (text: string): boolean => !/[\n\r\0\u2028\u2029\u0085]/.test(text);
const json = (text: string): string => quoted(text, '"');

const texts: Readonly<Record<string, TextPlace>> = {
  'a string': { query: (text) => `print ${quoted(text)}`, row: itself },
  'a string in double quotes': { query: (text) => `print ${quoted(text, '"')}`, row: itself },
  'a hidden string': { query: (text) => `print h${quoted(text)}`, row: itself },
  'a verbatim string': {
    query: (text) => `print @'${text.replaceAll("'", "''")}'`,
    row: itself,
    takes: isOneLine,
  },
  'a verbatim string in double quotes': {
    query: (text) => `print h@"${text.replaceAll('"', '""')}"`,
    row: itself,
    takes: isOneLine,
  },
  'a string of several lines': {
    query: (text) => `print \`\`\`${text}\`\`\``,
    row: itself,
    takes: (text) => !text.includes('`') && !text.includes('\0') && !text.includes('\r'),
  },
  'a datatable': { query: (text) => `datatable(s:string)[${quoted(text)}]`, row: itself },
  'a let': { query: (text) => `let v = ${quoted(text)}; print v`, row: itself },
  'a default argument': {
    query: (text) => `let f = (s:string = ${quoted(text)}) { s }; print f()`,
    row: itself,
  },
  'a parameter': {
    query: () => 'print p',
    row: itself,
    parameters: (value) => [{ name: 'p', type: 'string', value }],
  },
  'a dynamic parameter': {
    query: () => 'print tostring(p.k)',
    row: itself,
    parameters: (text) => [{ name: 'p', type: 'dynamic', value: { k: text } }],
  },
  'a declared parameter': {
    query: (text) => `declare query_parameters(p:string = ${quoted(text)}); print p`,
    row: itself,
  },
  'a dynamic text': { query: (text) => `print tostring(dynamic([${json(text)}])[0])`, row: itself },
  'a key of a bag': {
    query: (text) => `print tostring(bag_keys(dynamic({${json(text)}: 1}))[0])`,
    row: itself,
  },
  'a path': { query: (text) => `print d = dynamic({${json(text)}: 7}) | project tolong(d[${quoted(text)}])`, row: () => [7] },
  'a packed key': {
    query: (text) => `print tolong(bag_pack(${quoted(text)}, 7)[${quoted(text)}])`,
    row: () => [7],
  },
  '==': { query: (text) => `print s = ${quoted(text)} | project s == ${quoted(text)}`, row: yes },
  '=~': { query: (text) => `print s = ${quoted(text)} | project s =~ ${quoted(text)}`, row: yes },
  in: { query: (text) => `print s = ${quoted(text)} | project s in (${quoted(text)}, "b")`, row: yes },
  'in~': { query: (text) => `print s = ${quoted(text)} | project s in~ (${quoted(text)}, "b")`, row: yes },
  contains_cs: { query: (text) => `print s = strcat("x", ${quoted(text)}, "x") | project s contains_cs ${quoted(text)}`, row: yes },
  contains: { query: (text) => `print s = strcat("x", ${quoted(text)}, "x") | project s contains ${quoted(text)}`, row: yes },
  startswith: { query: (text) => `print s = strcat(${quoted(text)}, "x") | project s startswith ${quoted(text)}`, row: yes },
  endswith: { query: (text) => `print s = strcat("x", ${quoted(text)}) | project s endswith ${quoted(text)}`, row: yes },
  has: { query: (text) => `print s = ${quoted(text)} | project isnotnull(s has ${quoted(text)})`, row: yes },
  has_any: { query: (text) => `print s = ${quoted(text)} | project isnotnull(s has_any (${quoted(text)}, "b"))`, row: yes },
  replace_string: { query: (text) => `print replace_string("a-b", "-", ${quoted(text)})`, row: (text) => [`a${shown(text)}b`] },
  split: { query: (text) => `print array_length(split(strcat("a", ${quoted(text)}, "b"), ${quoted(text)})) >= 2`, row: yes },
  'the text before parse': {
    query: (text) => `print s = strcat(${quoted(text)}, "1") | parse-where s with ${quoted(text)} n:long | project n`,
    row: () => [1],
  },
  'the text after parse': {
    query: (text) => `print s = strcat("<", ${quoted(text)}) | parse-where s with before ${quoted(text)} | project before`,
    row: () => ['<'],
    takes: (text) => !text.startsWith('<'),
  },
  'a delimiter of parse-kv': {
    query: (text) => `print s = strcat("k=1", ${quoted(text)}, "j=2") | parse-kv s as (j:long) with (pair_delimiter=${quoted(text)}, kv_delimiter="=") | project j`,
    row: () => [2],
    takes: (text) => !/[=a-z0-9"]/i.test(text),
  },
  'a title': { query: (text) => `print 1 | render table with (title=${quoted(text)})`, row: () => [1] },
  'a name that may be missing': { query: (text) => `print a = 1 | project column_ifexists(${quoted(`${text}!`)}, 7)`, row: () => [7] },
  search: { query: (text) => `print s = ${quoted(text)} | search ${quoted('zz' + text)} | count`, row: () => [0] },
  'matches regex': { query: (text) => `print s = strcat("x", ${quoted(text)}) | project s matches regex ${quoted(literally(text))}`, row: yes },
  extract: { query: (text) => `print s = strcat("x", ${quoted(text)}) | project extract(${quoted(`(${literally(text)})`)}, 1, s)`, row: itself },
  extract_all: { query: (text) => `print s = ${quoted(text)} | project array_length(extract_all(${quoted(`(${literally(text)})`)}, s)) >= 1`, row: yes },
  replace_regex: { query: (text) => `print replace_regex(strcat("a", ${quoted(text)}), ${quoted(literally(text))}, "")`, row: () => ['a'], takes: (text) => !text.includes('a') },
  'the rewrite of replace_regex': { query: (text) => `print replace_regex("a-b", "-", ${quoted(text)})`, row: (text) => [`a${shown(text)}b`], takes: (text) => !/[\\$]/.test(text) },
  'parse kind=regex': { query: (text) => `print s = strcat(${quoted(text)}, "1") | parse-where kind=regex s with ${quoted(literally(text))} n:long | project n`, row: () => [1] },
  'the others of top-nested': { query: (text) => `datatable(a:long)[1, 2] | top-nested 1 of tostring(a) with others = ${quoted(`!${text}`)} by b0 = max(a) | where b0 == 1 | project-away b0`, row: (text) => [shown(`!${text}`)] },
  'the characters of reduce': { query: (text) => `print s = strcat("one ", ${quoted(text)}) | reduce by s with characters=${quoted(text)} | project Count`, row: () => [1] },
  'the text that is reduced': { query: (text) => `print s = strcat("one", ${quoted(text)}) | reduce by s | project Representative`, row: (text) => [`one${shown(text)}`] },
  'the case of a pattern': { query: (text) => `declare pattern P = (a: string) { (${quoted(text)}) = { print 7 }; }; P(${quoted(text)})`, row: () => [7] },
  'a property in a graph': {
    query: (text) => `print a = "1", b = "2", t = ${quoted(text)} | make-graph a --> b | graph-match (x)-[e]->(y) where e.t == ${quoted(text)} project e.t`,
    row: itself,
  },
  assert: { query: (text) => `print assert(true, ${quoted(text)})`, row: yes },
}; // prettier-ignore

/** Queries around a column's name, which must come out as one of the result's columns. */
const columns: Readonly<Record<string, (name: string) => string>> = {
  print: (name) => `print ${name} = 1`,
  extend: (name) => `print a = 1 | extend ${name} = a`,
  project: (name) => `print a = 1 | project ${name} = a`,
  'project-rename': (name) => `print a = 1 | project-rename ${name} = a`,
  'project-away': (name) => `print ${name} = 1, b0 = 2 | project-away b0`,
  'project-reorder': (name) => `print b0 = 1, ${name} = 1 | project-reorder ${name}`,
  datatable: (name) => `datatable(${name}: long)[1]`,
  'summarize by': (name) => `print a = 1 | summarize n0 = count() by ${name} = a`,
  summarize: (name) => `print a = 1 | summarize ${name} = count()`,
  'summarize of the column': (name) => `print ${name} = 1 | summarize c0 = sum(${name}) by ${name}`,
  distinct: (name) => `print ${name} = 1 | distinct ${name}`,
  sort: (name) => `print ${name} = 1 | sort by ${name} | where ${name} == 1`,
  top: (name) => `print ${name} = 1 | top 1 by ${name}`,
  join: (name) => `print ${name} = 1 | join (print ${name} = 1) on ${name}`,
  lookup: (name) => `print ${name} = 1 | lookup (print ${name} = 1, c0 = 2) on ${name}`,
  union: (name) => `union (print ${name} = 1), (print ${name} = 1)`,
  withsource: (name) => `union withsource=${name} (print a = 1), (print a = 2)`,
  'mv-expand': (name) => `print ${name} = dynamic([1]) | mv-expand ${name} to typeof(long)`,
  'mv-expand index': (name) => `print a = dynamic([1]) | mv-expand with_itemindex=${name} a`,
  'mv-apply': (name) =>
    `print ${name} = dynamic([1]) | mv-apply ${name} to typeof(long) on (where ${name} == 1)`,
  'make-series': (name) =>
    `print ${name} = 1, t = 1 | make-series c0 = sum(${name}) on t from 1 to 3 step 1 by ${name}`,
  'parse column': (name) => `print s = "x1" | parse s with "x" ${name}: long`,
  'parse-kv key': (name) =>
    `print s = "a=1" | parse-kv s as (${name}: long) with (pair_delimiter=",", kv_delimiter="=")`,
  serialize: (name) => `print a = 1 | serialize ${name} = row_number()`,
  'top-nested': (name) => `print a = 1 | top-nested 1 of ${name} = a by m0 = count()`,
  partition: (name) => `print ${name} = 1 | partition by ${name} (take 1)`,
  scan: (name) =>
    `print a = 1 | serialize | scan declare (${name}: long = 0) with (step s1: true => ${name} = a;)`,
  'a step of scan': (name) =>
    `print a = 1 | serialize | scan declare (v0: long = 0) with (step ${name}: true => v0 = ${name}.v0 + a;) | project ${name} = v0`,
  'the match of scan': (name) => `print a = 1 | serialize | scan with_match_id=${name} with (step s1: true;)`,
  'let of a value': (name) => `let ${name} = 1; print ${name} = ${name}`,
  'let of a table': (name) => `let ${name} = print a = 1; ${name} | project ${name} = a`,
  'a parameter of a function': (name) => `let f0 = (${name}: long) { ${name} }; print ${name} = f0(1)`,
  'a declared parameter': (name) =>
    `declare query_parameters(${name}: long = 1); print a = 1 | where ${name} == 1 | project ${name} = a`,
  'a column of a graph': (name) =>
    `print ${name} = "1", b0 = "2" | make-graph ${name} --> b0 | graph-match (x)-[e]->(y) project ${name} = e.${name}`,
  'a node of a graph pattern': (name) =>
    `print a = "1", b = "2" | make-graph a --> b with_node_id=i | graph-match (${name})-[e]->(y) project ${name} = ${name}.i`,
  'an edge of a graph pattern': (name) =>
    `print a = "1", b = "2" | make-graph a --> b | graph-match (x)-[${name}]->(y) project ${name} = ${name}.b`,
  'the id of nodes': (name) =>
    `print a = "1", b = "2" | make-graph a --> b with_node_id=${name} | graph-match (x)-[e]->(y) project ${name} = x.${name}`,
  'assert-schema': (name) => `print ${name} = 1 | assert-schema (${name}: long)`,
  'reduce kind=source': (name) => `print ${name} = "x" | reduce kind=source by ${name}`,
  'as in the middle': (name) => `print ${name} = 1 | as T0 | where ${name} == 1`,
  let: (name) => `let T0 = print ${name} = 1; T0 | where ${name} == 1`,
  'a stated schema': (name) => `print d = dynamic({"a": 1}) | evaluate bag_unpack(d) : (${name}: long)`,
  bag_unpack: (name) => `print d = bag_pack(${name.slice(1, -1)}, 1) | evaluate bag_unpack(d)`,
  'bag_unpack, then used': (name) =>
    `print d = bag_pack(${name.slice(1, -1)}, 1) | evaluate bag_unpack(d) | where tolong(${name}) == 1`,
  pivot: (name) => `print a = 1, k = ${name.slice(1, -1)} | evaluate pivot(k, sum(a))`,
  'a function of a table': (name) =>
    `let f = (T:(${name}: long)) { T | where ${name} == 1 }; f((print ${name} = 1))`,
};

describe('injection', function () {
  this.timeout(120_000);
  let connection: DuckDBConnection;
  before(async () => (connection = await openDatabase()));
  after(() => connection.closeSync());

  /** Translates, asserts that each text is one statement to DuckDB, and runs. */
  async function run(text: string, schema: Schema = noTables, parameters: readonly ParameterValue[] = []) {
    const translation = await translateWithProbes(
      { text, schema, parameters, nowTicks: 0n },
      (request) => Promise.resolve(translate(request)),
      async (sql) => {
        await assertOneStatement(sql);
        const rows = (await connection.runAndReadAll(sql)).getRowObjects();
        return rows.map((row) => ({ name: String(row['name']), type: String(row['type']) }));
      },
    );
    assert(translation.ok, translation.ok ? '' : `${translation.errors[0]?.message ?? ''} in ${text}`);
    for (const { sql } of translation.queries) await assertOneStatement(sql);
    const query = translation.queries.at(-1);
    assert(query !== undefined);
    return { ...(await runTranslated(connection, query)), queries: translation.queries };
  }

  async function assertOneStatement(sql: TranslatedQuery['sql']): Promise<void> {
    assert.equal((await connection.extractStatements(sql)).count, 1, sql);
  }

  for (const [place, { query, row, takes = () => true, parameters }] of Object.entries(texts)) {
    it(`leaves a text as it is: ${place}`, async () => {
      await fc.assert(
        fc.asyncProperty(hostileText.filter(takes), async (text) => {
          const { rows } = await run(query(text), undefined, parameters?.(text));
          assert.deepEqual(
            rows.map((values) => values.map(plain)),
            [row(text)],
          );
        }),
        { numRuns: 8 },
      );
    });
  }

  for (const [place, query] of Object.entries(columns)) {
    it(`leaves a column's name as it is: ${place}`, async () => {
      await fc.assert(
        fc.asyncProperty(hostileText, async (text) => {
          const { columns: found, rows } = await run(query(named(text)));
          const names = found.map(({ name }) => shown(name));
          assert(names.includes(shown(text)), JSON.stringify(names));
          assert(rows.length > 0 && rows.every((values) => values.length === found.length));
        }),
        { numRuns: 8 },
      );
    });
  }

  it('keeps apart names that SQL cannot tell apart', async () => {
    const names = ['a\0', 'a\u2400', 'A\0', '\ud800', '\udc00', '\ufffd', ' ', 'x', 'X', 'x~2'];
    const { columns: found, rows } = await run(
      `print ${names.map((name, at) => `${named(name)} = ${at}`).join(', ')}`,
    );
    assert.deepEqual(
      found.map(({ name }) => name),
      names,
    );
    assert.deepEqual(
      rows[0]?.map(Number),
      names.map((_name, at) => at),
    );
  });

  it("leaves a table's name as it is", async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, hostileText, async (name, column) => {
        const table = { name, columns: [{ name: column, type: 'long' }] } as const;
        await createTable(connection, table);
        const schema = { tables: [table] };
        for (const query of [
          `${named(name)} | count`,
          `table(${quoted(name)}) | where ${named(column)} > 1 | count`,
        ]) {
          assert.deepEqual(
            (await run(query, schema)).rows.map((row) => row.map(Number)),
            [[0]],
          );
        }
        const published = await run(`${named(name)} | as ${named(`${name}!`)}`, schema);
        assert.equal(published.queries[0]?.publishAs, `${name}!`);
      }),
      { numRuns: 12 },
    );
  });

  it('leaves the addresses of externaldata as they are', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        const { queries } = await run(`externaldata(${named(text)}: string)[${quoted(text)}] | count`);
        assert.deepEqual(queries[0]?.external?.[0]?.uris, [text]);
      }),
      { numRuns: 8 },
    );
  });
});

function plain(value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}
