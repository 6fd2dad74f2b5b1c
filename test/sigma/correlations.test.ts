import assert from 'node:assert/strict';
import { sigmaQueries } from '../../src/sigma/sigmaQuery.ts';
import { events, openSigmaBench, type SigmaBench } from './support.ts';

const minute = (number: number): string => `2024-05-01T10:${String(number).padStart(2, '0')}:00Z`;

const rules = ['login', 'fail', 'scan']
  .map(
    (kind) =>
      `---\nname: ${kind}\nlogsource: { product: test, service: events }\ndetection: { s: { Kind: ${kind} }, condition: s }\n`,
  )
  .join('');

describe('Sigma correlations', () => {
  let bench: SigmaBench;
  before(async () => {
    bench = await openSigmaBench();
    const row = (at: number, Kind: string, User: string, Ip = '') => ({
      Timestamp: minute(at),
      Kind,
      User,
      Ip,
    });
    await events(bench, { Timestamp: 'datetime', Kind: 'string', User: 'string', Ip: 'string' }, [
      row(1, 'fail', 'ann', '1'),
      row(9, 'fail', 'ann', '2'),
      row(11, 'fail', 'ann', '2'),
      row(12, 'login', 'ann', '2'),
      row(1, 'fail', 'bob', '1'),
      row(14, 'fail', 'bob', '2'),
      row(27, 'fail', 'bob', '3'),
      row(0, 'login', 'bob', '3'),
      row(5, 'scan', 'cy', '9'),
    ]);
  });
  after(() => bench.dispose());

  async function found(correlation: string): Promise<readonly (readonly unknown[])[]> {
    const text = `title: C\nlevel: high\ncorrelation:\n${correlation}\n${rules}`;
    const compiled = sigmaQueries(text, { schema: bench.engine.schema() });
    if (!compiled.ok) throw new Error(compiled.errors.map(({ message }) => message).join('\n'));
    const correlations = compiled.queries.filter(({ title }) => title === 'C');
    const rows = await bench.query(correlations[0]?.kql ?? '');
    return rows.map((row) =>
      Object.values(row).map((value) =>
        typeof value === 'string' ? value.replace(/:00\.0+Z$/, '').replace('2024-05-01T', '') : value,
      ),
    );
  }

  it('count events in windows that the clock does not cut', async () => {
    const three =
      '  type: event_count\n  rules: [fail]\n  group-by: [User]\n  timespan: 10m\n  condition: { gte: 3 }';
    assert.deepEqual(await found(three), [['ann', '10:01', '10:11', 3]]);
    assert.deepEqual(await found(three.replace('10m', '9m')), []);
    assert.deepEqual(await found(three.replace('gte: 3', 'gt: 3')), []);
    assert.deepEqual(await found(three.replace('10m', '1h')), [
      ['ann', '10:01', '10:11', 3],
      ['bob', '10:01', '10:27', 3],
    ]);
  });

  it('count few events', async () => {
    const few =
      '  type: event_count\n  rules: [fail]\n  group-by: [User]\n  timespan: 1h\n  condition: { gte: 1, lt: 3 }';
    assert.deepEqual(await found(few), []);
    assert.deepEqual(await found(few.replace('rules: [fail]', 'rules: [login]')), [
      ['bob', '10:00', '10:00', 1],
      ['ann', '10:12', '10:12', 1],
    ]);
  });

  it('count values of a field', async () => {
    const values =
      '  type: value_count\n  rules: [fail]\n  group-by: [User]\n  timespan: 30m\n  condition: { field: Ip, gte: 3 }';
    assert.deepEqual(await found(values), [['bob', '10:01', '10:27', 3]]);
    assert.deepEqual(await found(values.replace('gte: 3', 'gte: 4')), []);
  });

  it('find rules near each other in any order, and in order', async () => {
    const near = '  type: temporal\n  rules: [fail, login]\n  group-by: [User]\n  timespan: 1m';
    assert.deepEqual(await found(near), [
      ['bob', '10:00', '10:01', 2],
      ['ann', '10:11', '10:12', 2],
    ]);
    assert.deepEqual(await found(near.replace('temporal', 'temporal_ordered')), [
      ['ann', '10:11', '10:12', 2],
    ]);
    assert.deepEqual(await found(near.replace('1m', '30s')), []);
  });

  it('group by aliases', async () => {
    const aliased =
      '  type: temporal\n  rules: [fail, login]\n  group-by: [address]\n  timespan: 2m\n  aliases: { address: { fail: Ip, login: Ip } }';
    assert.deepEqual(await found(aliased), [['2', '10:11', '10:14', 2]]);
  });

  it('build on each other', async () => {
    const text =
      '  type: temporal_ordered\n  rules: [many, login]\n  group-by: [User]\n  timespan: 15m\n---\nname: many\ntitle: Many\ncorrelation: { type: event_count, rules: [fail], group-by: [User], timespan: 10m, condition: { gte: 3 } }';
    assert.deepEqual(await found(text), [['ann', '10:01', '10:12', 2]]);
  });

  it('say which rule is missing', async () => {
    const missing = '  type: temporal\n  rules: [fail, logn]\n  group-by: [User]\n  timespan: 1m';
    await assert.rejects(found(missing), /no rule with the name or id `logn`. Did you mean `login`\?/);
  });

  it('leave out what a filter suppresses', async () => {
    const filter =
      '---\ntitle: F\nlogsource: { product: test }\nfilter: { rules: [login], s: { User: bob }, condition: s }\n';
    const text = `${rules}${filter}`;
    const compiled = sigmaQueries(text, { schema: bench.engine.schema() });
    assert.ok(compiled.ok);
    const rows = await bench.query(compiled.queries.find(({ title }) => title === 'login')?.kql ?? '');
    assert.deepEqual(
      rows.map(({ User }) => User),
      ['ann'],
    );
    const kept = sigmaQueries(text.replace('condition: s }\n', 'condition: not s }\n'.trim() + '\n'), {
      schema: bench.engine.schema(),
    });
    assert.ok(kept.ok);
  });
});
