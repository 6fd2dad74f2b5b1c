/** What makes a report readable on paper: wide tables, long queries, and a timeline that one noisy source cannot fill. */
import assert from 'node:assert/strict';
import type { Finding } from '../../src/notebook/finding.ts';
import { htmlTable } from '../../src/report/htmlTable.ts';
import type { TableColumn } from '../../src/report/reportDocument.ts';
import { timelineBlocks, timelineEvents } from '../../src/report/sections/timeline.ts';
import { columns, finding } from './sampleHunt.ts';

const named = (...names: string[]): TableColumn[] => names.map((name) => ({ name, align: 'left' }));

describe('tables on paper', () => {
  it('reads as records when it has more columns than a page holds', () => {
    const wide = named(...Array.from({ length: 11 }, (_, index) => `Column${index}`));
    const html = htmlTable({ columns: wide, rows: [wide.map(({ name }) => `v-${name}`)] });
    assert.match(html, /class="table wide"/);
    assert.match(html, /data-name="Column10"/);
    assert.doesNotMatch(htmlTable({ columns: wide.slice(1), rows: [] }), /class="table wide"|data-name/);
  });

  it('keeps hostile names and values text, also where they stand in attributes', () => {
    const hostile = '"><img src=x onerror=alert(1)>';
    const wide = named(...Array.from({ length: 11 }, () => hostile));
    const html = htmlTable({ columns: wide, rows: [wide.map(() => hostile)] });
    assert.doesNotMatch(html, /<img|data-name=""/);
  });

  it('breaks names between their words and only long words of values', () => {
    const html = htmlTable({
      columns: named('InitiatingProcessFileName', 'Hash'),
      rows: [['cmd.exe', 'a'.repeat(64)]],
    });
    assert.match(html, /Initiating<wbr>Process<wbr>File<wbr>Name/);
    assert.match(html, /<td>cmd\.exe<\/td><td class="breaks">a{64}</);
  });
});

describe('a timeline of many events', () => {
  const noisy = (title: string, severity: Finding['severity'], count: number, hour: string): Finding =>
    finding({
      title,
      severity,
      columns: columns('Timestamp:datetime', 'Host'),
      rows: Array.from({ length: count }, (_, index) => [
        `2025-05-07T${hour}:00:${String(index % 60).padStart(2, '0')}.${String(index).padStart(7, '0')}Z`,
        `host-${index}`,
      ]),
    });

  it('shows the few events of a late finding beside the thousands of an early one', () => {
    const findings = [noisy('Noise', 'high', 500, '01'), noisy('The scan', 'high', 2, '12')];
    const table = timelineBlocks(timelineEvents(findings, [])).find(({ kind }) => kind === 'table');
    assert.ok(table?.kind === 'table');
    assert.equal(table.rows.length, 60);
    assert.equal(table.rows.filter((row) => row.at(-1) === 'The scan').length, 2);
    const times = table.rows.map(([time = '']) => time);
    assert.deepEqual(times, [...times].sort(), 'in order of time');
  });
});
