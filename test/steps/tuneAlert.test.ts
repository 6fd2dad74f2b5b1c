import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseSigma } from '../../src/sigma/parseSigma.ts';
import { StepError } from '../../src/steps/step.ts';
import { tuneAlertStep } from '../../src/steps/tuneAlert.ts';
import { readSimpleQuery } from '../../src/steps/tuneAlert/simpleQuery.ts';
import { runPrepared } from './support/preparedStep.ts';
import type { PreparedRun } from './support/preparedStep.ts';
import { openWorkbench } from './support/workbench.ts';
import type { Columns, Row, Workbench } from './support/workbench.ts';

const at = (day: number, minute = 0): string =>
  new Date(Date.parse('2025-05-01T08:00:00Z') + day * 86_400_000 + minute * 60_000).toISOString();

const network: Columns = {
  Timestamp: 'datetime',
  DeviceName: 'string',
  DeviceId: 'string',
  ReportId: 'long',
  ActionType: 'string',
  LocalIP: 'string',
  RemoteIP: 'string',
  RemotePort: 'int',
};

const counting = `DeviceNetworkEvents
| where ActionType == "ConnectionFailed"
| summarize Ports = dcount(RemotePort) by LocalIP, DeviceName, bin(Timestamp, 10m)`;

describe('tune-alert', function () {
  this.timeout(90_000);
  let bench: Workbench;
  let folder: string;
  before(async () => {
    bench = await openWorkbench();
    folder = await mkdtemp(join(tmpdir(), 'hunt-tune-'));
    await bench.table('DeviceNetworkEvents', network, [
      {
        Timestamp: at(0),
        DeviceName: 'pc-1',
        DeviceId: 'd1',
        ReportId: 1,
        ActionType: 'ConnectionFailed',
        LocalIP: '10.0.0.1',
        RemotePort: 80,
      },
      {
        Timestamp: at(10),
        DeviceName: 'pc-1',
        DeviceId: 'd1',
        ReportId: 2,
        ActionType: 'ConnectionFailed',
        LocalIP: '10.0.0.1',
        RemotePort: 81,
      },
    ]);
    await bench.table(
      'Scored',
      { Timestamp: 'datetime', DeviceName: 'string', Score: 'long', Text: 'string' },
      [
        { Timestamp: at(0), DeviceName: 'pc-1', Score: 90 },
        { Timestamp: at(1), DeviceName: 'pc-2', Score: 70 },
        { Timestamp: at(1, 5), DeviceName: 'pc-2', Score: 70 },
        { Timestamp: at(3, 0), DeviceName: 'pc-3', Score: 50 },
        { Timestamp: at(4, 0), DeviceName: 'pc-4', Score: 30 },
      ],
    );
  });
  after(async () => {
    await bench.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (args: object): Promise<PreparedRun> => runPrepared(bench, tuneAlertStep, args, { folder });
  const curve = ({ rows }: PreparedRun, ...names: readonly string[]): unknown[] =>
    rows.map((row: Row) => names.map((name) => row[name]));

  it('counts alerts at and above each threshold, a day of the history', async () => {
    const found = await run({ of: 'Scored', at: [30, 50, 51, 70, 71, 91] });
    assert.deepEqual(curve(found, 'Threshold', 'Alerts', 'AlertsADay', 'BusiestDay'), [
      [30, 5, 1.25, 2],
      [50, 4, 1, 2],
      [51, 3, 0.75, 2],
      [70, 3, 0.75, 2],
      [71, 1, 0.25, 1],
      [91, 0, 0, 0],
    ]);
    assert.match(found.kql, /\| render linechart with \(xcolumn=Threshold, ycolumns=AlertsADay, KnownMissed/);
  });

  it('counts at and below where that raises the alert, and rows of one device and time as one', async () => {
    assert.deepEqual(
      curve(await run({ of: 'Scored', at: [50, 49], alert: 'below' }), 'Threshold', 'Alerts'),
      [
        [49, 1],
        [50, 2],
      ],
    );
    assert.deepEqual(curve(await run({ of: 'Scored', at: [70], every: '1h' }), 'Alerts'), [[2]]);
  });

  it('tries the values that there are', async () => {
    assert.deepEqual(curve(await run({ of: 'Scored' }), 'Threshold'), [[30], [50], [70], [90]]);
  });

  it('tells which known findings each threshold misses, by device and time', async () => {
    await bench.table('Known', { Timestamp: 'datetime', DeviceName: 'string' }, [
      { Timestamp: at(0, 59), DeviceName: 'PC-1' },
      { Timestamp: at(3, 61), DeviceName: 'pc-3' },
      { Timestamp: at(1, 10), DeviceName: 'pc-2' },
    ]);
    const found = await run({ of: 'Scored', at: [30, 70, 71], known: 'Known' });
    assert.deepEqual(curve(found, 'Threshold', 'KnownFound', 'KnownMissed'), [
      [30, 2, 1],
      [70, 2, 1],
      [71, 1, 2],
    ]);
    assert.match(JSON.stringify(found.rows[0]), /pc-3/);
    assert.deepEqual(
      curve(await run({ of: 'Scored', at: [30], known: 'Known', within: '61m' }), 'KnownMissed'),
      [[0]],
    );
  });

  it('takes a query and a step, with the period of the table that they read', async () => {
    const found = await run({ query: counting, threshold: 'Ports', at: [1, 2] });
    assert.deepEqual(curve(found, 'Alerts', 'AlertsADay', 'Days'), [
      [2, 0.2, 10],
      [0, 0, 10],
    ]);
    const stepped = await run({ step: { 'find-scans': { minimum: 0 } }, at: [50] });
    assert.deepEqual(curve(stepped, 'Threshold', 'Alerts'), [[50, 0]]);
  });

  it('finds nothing in an empty table', async () => {
    await bench.table('None', { Timestamp: 'datetime', Score: 'long' }, []);
    assert.deepEqual((await run({ of: 'None' })).rows, []);
    assert.deepEqual(curve(await run({ of: 'None', at: [1] }), 'Alerts', 'AlertsADay'), [[0, 0]]);
  });

  describe('export', () => {
    const rule = {
      threshold: 15,
      name: 'Internal port scan: "quoted"',
      techniques: ['T1046'],
      severity: 'high',
    };
    const written = async (kind: string, more: object = {}): Promise<string> => {
      const file = `rule.${kind}`;
      const found = await run({
        query: counting,
        threshold: 'Ports',
        at: [1],
        export: { ...rule, kind, file },
        ...more,
      });
      assert.equal(found.notices[0], `Wrote the ${kind} rule "Internal port scan: "quoted"" to ${file}.`);
      return readFile(join(folder, file), 'utf8');
    };

    it('writes a Sentinel analytics rule', async () => {
      const text = await written('sentinel');
      const sentinel = z
        .strictObject({
          id: z.uuid(),
          name: z.literal(rule.name),
          description: z.string().min(1),
          severity: z.literal('High'),
          status: z.literal('Available'),
          requiredDataConnectors: z
            .array(z.strictObject({ connectorId: z.string(), dataTypes: z.array(z.string()) }))
            .min(1),
          queryFrequency: z.literal('1h'),
          queryPeriod: z.literal('1h'),
          triggerOperator: z.literal('gt'),
          triggerThreshold: z.literal(0),
          tactics: z.tuple([z.literal('Discovery')]),
          relevantTechniques: z.tuple([z.literal('T1046')]),
          query: z.literal(`${counting}\n| where Ports >= 15\n`),
          entityMappings: z.array(
            z.strictObject({
              entityType: z.string(),
              fieldMappings: z
                .array(z.strictObject({ identifier: z.string(), columnName: z.string() }))
                .min(1),
            }),
          ),
          eventGroupingSettings: z.strictObject({ aggregationKind: z.literal('AlertPerResult') }),
          version: z.literal('1.0.0'),
          kind: z.literal('Scheduled'),
        })
        .parse(parse(text));
      assert.deepEqual(
        sentinel.entityMappings.map(({ entityType, fieldMappings }) => [
          entityType,
          fieldMappings[0]?.columnName,
        ]),
        [
          ['Host', 'DeviceName'],
          ['IP', 'LocalIP'],
        ],
      );
      assert.equal(await written('sentinel'), text);
    });

    it('writes a query that is too long for a Sentinel rule as a function that the rule calls', async () => {
      const long = `${counting}\n// ${'x'.repeat(10_000)}`;
      const text = await written('sentinel', { query: long });
      assert.equal(
        (parse(text) as { readonly query: string }).query,
        'HuntInternalPortScanQuoted()\n| where Ports >= 15\n',
      );
      assert.equal(await readFile(join(folder, 'rule.sentinel.function.kql'), 'utf8'), `${long}\n`);
    });

    it('writes a Defender custom detection whose query returns an event', async () => {
      const json: unknown = JSON.parse(await written('defender'));
      const defender = z
        .strictObject({
          displayName: z.literal(rule.name),
          isEnabled: z.literal(true),
          queryCondition: z.strictObject({ queryText: z.string() }),
          schedule: z.strictObject({ period: z.literal('1H') }),
          detectionAction: z.strictObject({
            alertTemplate: z.strictObject({
              title: z.string(),
              description: z.string(),
              severity: z.literal('high'),
              category: z.literal('Discovery'),
              recommendedActions: z.null(),
              mitreTechniques: z.tuple([z.literal('T1046')]),
              impactedAssets: z
                .array(z.strictObject({ '@odata.type': z.string(), identifier: z.literal('deviceId') }))
                .length(1),
            }),
            organizationalScope: z.null(),
            responseActions: z.array(z.never()),
          }),
        })
        .parse(json);
      const text = defender.queryCondition.queryText;
      const rows = await bench.query(text.replace('>= 15', '>= 1'));
      assert.deepEqual(
        rows.map((row) => [row['DeviceId'], row['ReportId'], typeof row['Timestamp']]),
        [
          ['d1', 2, 'string'],
          ['d1', 2, 'string'],
        ],
      );
    });

    it('writes a Sigma correlation rule for a count', async () => {
      const text = await written('sigma');
      assert.deepEqual(parseSigma(text).errors, []);
      const [correlation, events] = text
        .split('---\n')
        .map((one) => parse(one) as Readonly<Record<string, unknown>>);
      assert.deepEqual(correlation?.['correlation'], {
        type: 'value_count',
        rules: [events?.['name']],
        'group-by': ['SourceIp', 'Computer'],
        timespan: '10m',
        condition: { gte: 15, field: 'DestinationPort' },
      });
      assert.deepEqual(events?.['logsource'], { category: 'network_connection', product: 'windows' });
      assert.deepEqual(events['detection'], {
        selection: { ActionType: 'ConnectionFailed' },
        condition: 'selection',
      });
      assert.deepEqual(correlation['tags'], ['attack.discovery', 'attack.t1046']);
    });

    it('writes a plain Sigma rule for conditions on columns', async () => {
      await bench.table(
        'DeviceProcessEvents',
        {
          Timestamp: 'datetime',
          DeviceName: 'string',
          FileName: 'string',
          ProcessCommandLine: 'string',
          FileSize: 'long',
        },
        [],
      );
      const query = `DeviceProcessEvents
        | where FileName in~ ("powershell.exe", "pwsh.exe") and ProcessCommandLine contains "a*b" // why
        | where ProcessCommandLine !in ("x") and ProcessCommandLine contains "and | or"`;
      const text = await written('sigma', { query, threshold: 'FileSize' });
      assert.deepEqual(parseSigma(text).errors, []);
      const { detection } = parse(text) as { readonly detection: unknown };
      assert.deepEqual(detection, {
        selection_1: {
          'Image|endswith': ['\\powershell.exe', '\\pwsh.exe'],
          'CommandLine|contains': 'a\\*b',
          'FileSize|gte': 15,
        },
        selection_2: { 'CommandLine|contains': 'and | or' },
        filter_1: { CommandLine: 'x' },
        condition: 'selection_1 and selection_2 and not filter_1',
      });
    });

    it('refuses what a language cannot say, a query that is not there, and files outside', async () => {
      const before = await readdir(folder);
      const fails = (args: object, path: readonly unknown[], message: RegExp): Promise<void> =>
        assert.rejects(run(args), (error) => {
          assert.ok(error instanceof StepError);
          assert.match(error.message, message);
          assert.deepEqual(error.path, path);
          return true;
        });
      const exported = (kind: string, more: object = {}): object => ({
        ...rule,
        kind,
        file: 'no.txt',
        ...more,
      });
      await fails(
        { of: 'Scored', export: exported('sentinel') },
        ['export'],
        /`of: Scored` is only its result/,
      );
      await fails(
        { query: counting, threshold: 'Ports', export: exported('sentinel', { file: '../x' }) },
        ['export', 'file'],
        /outside/,
      );
      await fails(
        { query: counting, threshold: 'Ports', export: exported('sentinel', { techniques: ['T9999'] }) },
        ['export', 'techniques', 0],
        /no technique T9999/,
      );
      await fails(
        { query: counting, threshold: 'Ports', export: exported('sentinel', { period: '15d' }) },
        ['export', 'period'],
        /at most 14 days/,
      );
      await fails(
        { query: 'Scored', export: exported('sigma') },
        ['export', 'kind'],
        /no log source for Scored/,
      );
      await fails(
        { query: 'Scored | take 5', export: exported('sigma') },
        ['export', 'kind'],
        /Sigma cannot say `take 5`/,
      );
      await fails(
        { query: 'Scored', export: exported('defender') },
        ['export'],
        /lacks DeviceId and ReportId/,
      );
      assert.deepEqual(await readdir(folder), before);
    });
  });

  it('says what is wrong with the detection', async () => {
    const fails = (args: object, path: readonly unknown[], message: RegExp): Promise<void> =>
      assert.rejects(
        run(args),
        (error) =>
          error instanceof StepError && message.test(error.message) && path.join() === error.path.join(),
      );
    await fails({ of: 'Nope' }, ['of'], /no table "Nope"/);
    await fails(
      { of: 'Scored', threshold: 'Scor' },
      ['threshold'],
      /no column "Scor"\. Its numeric columns are Score/,
    );
    await fails({ of: 'Scored', threshold: 'Text' }, ['threshold'], /a string, not a number/);
    await fails({ step: { 'find-scan': {} } }, ['step'], /takes one of find-scans/);
    await fails({ step: { 'find-scans': { windw: '1m' } } }, ['step', 'find-scans'], /find-scans/);
    await fails({ of: 'Scored', columns: { time: 'When' } }, ['columns', 'time'], /no column "When"/);
    await fails({ of: 'Scored', known: 'Nope' }, ['known'], /no table "Nope"/);
    assert.equal(tuneAlertStep.arguments.safeParse({}).success, false);
    assert.equal(tuneAlertStep.arguments.safeParse({ of: 'A', query: 'B' }).success, false);
  });

  it('reads the simple form and names the part that is not', () => {
    const partOf = (text: string): string | undefined => {
      const read = readSimpleQuery(text);
      return read.ok ? undefined : read.part;
    };
    assert.equal(
      partOf('T | where A == "x" and B in ("y", "z") | summarize N = count() by C, bin(Time, 1h)'),
      undefined,
    );
    assert.equal(partOf('T | where A == "x" or B == "y"'), 'A == "x" or B == "y"');
    assert.equal(partOf('T | where tolower(A) == "x"'), 'tolower(A) == "x"');
    assert.equal(partOf('let x = 1; T'), 'let x = 1; T');
    assert.equal(partOf('T | summarize N = count() by C'), 'summarize N = count() by C');
    assert.equal(partOf('T | summarize N = count() by bin(Time, 1h) | where N > 5'), 'where N > 5');
  });
});
