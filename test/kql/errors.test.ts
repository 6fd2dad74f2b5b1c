/** Errors stand at their words in the user's text, and known names are suggested. */
import assert from 'node:assert/strict';
import { translate } from '../../src/kql/translate.ts';
import type { KqlError } from '../../src/kql/errors.ts';
import type { Schema } from '../../src/kql/types.ts';

const schema: Schema = {
  tables: [
    {
      name: 'DeviceProcessEvents',
      columns: [
        { name: 'DeviceName', type: 'string' },
        { name: 'Timestamp', type: 'datetime' },
      ],
    },
  ],
};

/** Returns the first error and the text that it points at. */
function errorOf(text: string, lets: readonly string[] = []): KqlError & { readonly at: string } {
  const translation = translate({ text, schema, lets, nowTicks: 0n });
  assert(!translation.ok, 'the text is in error');
  const [error] = translation.errors;
  assert(error !== undefined);
  return { ...error, at: text.slice(error.start, error.start + error.length) };
}

describe('KQL errors', () => {
  it('suggests the column that was meant', () => {
    const error = errorOf('DeviceProcessEvents | where DeviceNme == "a"');
    assert.equal(error.kind, 'semantic');
    assert.equal(error.at, 'DeviceNme');
    assert.deepEqual(error.suggestions, ['DeviceName']);
  });

  it('points at the call when a function of the query cannot run', () => {
    const error = errorOf(
      'let odd = (a: string) { print x = a | evaluate python(typeof(*), "") }; DeviceProcessEvents | union odd("b")',
    );
    assert.equal(error.kind, 'unsupported');
    assert.equal(error.at, 'odd("b")');
  });

  it('suggests the table that was meant', () => {
    const error = errorOf('DeviceProcesEvents | take 1');
    assert.equal(error.at, 'DeviceProcesEvents');
    assert.deepEqual(error.suggestions, ['DeviceProcessEvents']);
  });

  it('suggests the function that was meant', () => {
    const error = errorOf('print tolowr("A")');
    assert.equal(error.at, 'tolowr');
    assert(error.suggestions?.includes('tolower'));
  });

  it('calls broken grammar a syntax error', () => {
    assert.equal(errorOf('DeviceProcessEvents | where').kind, 'syntax');
    assert.equal(errorOf('DeviceProcessEvents |').kind, 'syntax');
  });

  it('reports broken grammar before the names that the binder then misses', () => {
    const { kind, start, length } = errorOf('Missing | wher FileName');
    assert.deepEqual({ kind, start, length }, { kind: 'syntax', start: 10, length: 4 });
  });

  it('refuses what it does not run, at its word', () => {
    const error = errorOf('print a = 1 | evaluate python(typeof(*), "result = df")');
    assert.equal(error.kind, 'unsupported');
    assert(error.start >= 14);
  });

  it('counts places from the text, not from earlier cells', () => {
    const error = errorOf('DeviceProcessEvents | where Missing > limit', ['let limit = 5']);
    assert.equal(error.at, 'Missing');
  });

  it('translates chains and lists of any length', () => {
    const chain = Array.from({ length: 400 }, (_, at) => `DeviceName == "${at}"`).join(' or ');
    const list = Array.from({ length: 10_000 }, (_, at) => `"${at}"`).join(', ');
    assert(translate({ text: `DeviceProcessEvents | where ${chain}`, schema, nowTicks: 0n }).ok);
    assert(
      translate({ text: `DeviceProcessEvents | where DeviceName in (${list})`, schema, nowTicks: 0n }).ok,
    );
  });

  it('answers nesting without end with an error, not with a crash', () => {
    const translation = translate({
      text: `print ${'('.repeat(2_000)}1${')'.repeat(2_000)}`,
      schema,
      nowTicks: 0n,
    });
    assert(!translation.ok);
  });

  it('passes let statements on and publishes with a trailing as', () => {
    const lets = translate({ text: 'let limit = 5;', schema, nowTicks: 0n });
    assert(lets.ok);
    assert.deepEqual(lets.queries, []);
    assert.deepEqual(lets.lets, ['let limit = 5']);
    const query = translate({
      text: 'DeviceProcessEvents | take limit | as Few',
      schema,
      lets: lets.lets,
      nowTicks: 0n,
    });
    assert(query.ok);
    assert.equal(query.queries[0]?.publishAs, 'Few');
  });

  it('reads the chart from render', () => {
    const query = translate({
      text: 'DeviceProcessEvents | summarize count() by DeviceName | render piechart with (title="By device")',
      schema,
      nowTicks: 0n,
    });
    assert(query.ok);
    assert.deepEqual(query.queries[0]?.render, { kind: 'piechart', properties: { title: 'By device' } });
  });
});
