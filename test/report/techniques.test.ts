/** A hunt's techniques on the matrix and as a Navigator layer. */
import assert from 'node:assert/strict';
import { z } from 'zod';
import { attackMatrix } from '../../src/attack/matrix.ts';
import { readNavigatorLayer } from '../../src/attack/navigatorLayer.ts';
import { renderReport } from '../../src/report/report.ts';
import { elementsIn, textIn } from './htmlTokens.ts';
import { code, columns, hunt, reportOptions, result } from './sampleHunt.ts';

type Row = readonly [id: string, status: string, confidence?: number, evidence?: string];

function huntWith(...rows: readonly Row[]) {
  const names = columns('Technique', 'Tactics', 'Status', 'Confidence', 'Evidence');
  const cells = rows.map(([id, status, confidence = 50, evidence = 'seen']) => [
    id,
    '',
    status,
    confidence,
    evidence,
  ]);
  return hunt({ cells: [code('hunt', 'map-ttps:', { results: [result(names, cells)] })] });
}

/** The technique and layer objects of format 4.5 as its specification has them. */
const layerFile = z.strictObject({
  name: z.string(),
  versions: z.strictObject({ attack: z.string(), navigator: z.string(), layer: z.literal('4.5') }),
  domain: z.literal('enterprise-attack'),
  description: z.string(),
  sorting: z.number(),
  layout: z.record(z.string(), z.unknown()),
  hideDisabled: z.boolean(),
  techniques: z.array(
    z.strictObject({
      techniqueID: z.string().regex(/^T\d{4}(\.\d{3})?$/),
      score: z.number().optional(),
      color: z.string().regex(/^#[0-9a-f]{6}$/),
      comment: z.string(),
      enabled: z.boolean(),
    }),
  ),
  gradient: z.strictObject({
    colors: z.array(z.string()).min(2),
    minValue: z.number(),
    maxValue: z.number(),
  }),
  legendItems: z.array(z.strictObject({ label: z.string(), color: z.string() })),
  metadata: z.array(z.never()),
  links: z.array(z.never()),
  showTacticRowBackground: z.boolean(),
  tacticRowBackground: z.string(),
  selectTechniquesAcrossTactics: z.boolean(),
  selectSubtechniquesWithParent: z.boolean(),
  selectVisibleTechniques: z.boolean(),
});

describe('the Navigator layer of a hunt', () => {
  const layerOf = (...rows: readonly Row[]) =>
    layerFile.parse(JSON.parse(renderReport(huntWith(...rows), 'navigator', reportOptions)));

  it('has each technique once, under the id in force, as the surest row has it', () => {
    const { techniques, legendItems } = layerOf(
      ['T1046', 'suspected', 40, 'few ports'],
      ['T1046', 'confirmed', 90, 'a scan'],
      ['T1562.001', 'covered', 0],
    );
    assert.deepEqual(
      techniques.map(({ techniqueID, score, color }) => [techniqueID, score, color]),
      [
        ['T1685', 0, '#7ab8e0'],
        ['T1046', 90, '#d1242f'],
      ],
    );
    assert.match(techniques[1]?.comment ?? '', /^Suspected: few ports\nConfirmed: a scan$/);
    assert.deepEqual(
      legendItems.map(({ label }) => label),
      ['Confirmed', 'Suspected', 'Looked for, not found'],
    );
  });

  it('shows hidden characters of the log', () => {
    const [technique] = layerOf(['T1046', 'confirmed', 90, 'scan\u202egnp.exe']).techniques;
    assert.match(technique?.comment ?? '', /scan⟨U\+202E⟩gnp/);
  });

  it('is read again', () => {
    const read = readNavigatorLayer(
      renderReport(huntWith(['T1046', 'confirmed', 90, 'a scan']), 'navigator', reportOptions),
    );
    assert.ok(read.ok);
    assert.deepEqual(read.layer.techniques, [{ id: 'T1046', comment: 'Confirmed: a scan' }]);
  });
});

describe('reading a Navigator layer', () => {
  const layer = (techniques: readonly object[], rest: object = {}) => ({
    name: 'APT',
    domain: 'enterprise-attack',
    techniques,
    ...rest,
  });
  const idsIn = (content: unknown) => {
    const read = readNavigatorLayer(JSON.stringify(content));
    assert.ok(read.ok, read.ok ? '' : read.reason);
    return read.layer.techniques.map(({ id }) => id);
  };

  it('takes the techniques that it marks', () => {
    const techniques = [
      { techniqueID: 'T1046', score: 1 },
      { techniqueID: 'T1046', tactic: 'discovery', comment: 'again' },
      { techniqueID: 'T1059.001', color: '#ff0000' },
      { techniqueID: 'T1003', comment: 'why' },
      { techniqueID: 'T1110', score: 1, enabled: false },
      { techniqueID: 'T1111', score: null, color: '', comment: '', showSubtechniques: true },
    ];
    assert.deepEqual(idsIn(layer(techniques)), ['T1046', 'T1059.001', 'T1003']);
  });

  it('takes a list of layers and layers of older formats', () => {
    const old = layer([{ techniqueID: 'T1046', score: 1 }], { domain: 'mitre-enterprise', version: '3.0' });
    assert.deepEqual(idsIn([old, layer([{ techniqueID: 'T1003', score: 0 }])]), ['T1046', 'T1003']);
  });

  it('says why it cannot read a file', () => {
    const reason = (text: string) => {
      const read = readNavigatorLayer(text);
      assert.ok(!read.ok);
      return read.reason;
    };
    assert.match(reason('{'), /not JSON/);
    assert.match(reason('{"techniques": 1}'), /no Navigator layer/);
    assert.match(reason('[]'), /no Navigator layer/);
    assert.match(reason('{"domain": "ics-attack"}'), /ics-attack/);
  });
});

describe('the matrix of a hunt', () => {
  const marked = (id: string, status: string) => ({ id, status, note: '' });

  it('puts a technique under each of its tactics, sub-techniques after their parents', () => {
    const matrix = attackMatrix([
      marked('T1053.005', 'suspected'),
      marked('T1053', 'covered'),
      marked('nonsense', 'confirmed'),
    ]);
    const cellsOf = (name: string) =>
      matrix.find(({ tactic }) => tactic === name)?.cells.map(({ id, mark }) => `${id} ${mark}`);
    for (const tactic of ['Execution', 'Persistence', 'Privilege Escalation'])
      assert.deepEqual(cellsOf(tactic), ['T1053 covered', 'T1053.005 suspected']);
    assert.deepEqual(cellsOf('Discovery'), []);
    assert.equal(matrix.length, 15);
  });

  it('counts what bears no mark', () => {
    const unmarked = (...ids: readonly string[]) =>
      attackMatrix(ids.map((id) => marked(id, 'confirmed'))).find(({ tactic }) => tactic === 'Discovery')
        ?.unmarked ?? 0;
    assert.equal(unmarked() - unmarked('T1046'), 1);
    assert.equal(unmarked() - unmarked('T1087.001'), 1);
    assert.equal(unmarked() - unmarked('T1087', 'T1087.001', 'T1086'), 1);
  });

  it('stands in the HTML report with a legend', () => {
    const html = renderReport(
      huntWith(['T1059.001', 'confirmed', 90, '<script>'], ['T1047', 'covered', 0]),
      'html',
      reportOptions,
    );
    const [matrix] = /<div class="matrix">[\s\S]*?<ul class="legend">[\s\S]*?<\/ul>/.exec(html) ?? [''];
    assert.match(
      textIn(matrix),
      /Execution[\s\S]*T1047 Windows Management Instrumentation[\s\S]*T1059\.001 PowerShell/,
    );
    assert.match(textIn(matrix), /Confirmed\s*Looked for, not found/);
    assert.ok(!elementsIn(matrix).some(({ name }) => name === 'script'));
  });
});
