/** Charts in reports: the HTML draws them, the Markdown keeps the table, and names from logs stay text. */
import assert from 'node:assert/strict';
import { chartSvg } from '../../src/report/chartSvg.ts';
import { renderReport } from '../../src/report/report.ts';
import { elementsIn, textIn } from './htmlTokens.ts';
import { code, columns, hunt, reportOptions, result } from './sampleHunt.ts';

const heads = columns('Timestamp:datetime', 'Host', 'Failures:long');
const render = { kind: 'timechart', properties: { title: 'Failures & hosts' } };
const rowsOf = (...hosts: string[]) =>
  hosts.flatMap((host, index) =>
    ['10:00', '10:10', '10:20'].map((time) => [
      `2025-05-07T${time}:00.0000000Z`,
      host,
      String(index * 7 + 3),
    ]),
  );
const huntWith = (...hosts: string[]) =>
  hunt({
    cells: [code('kql', 'T | render timechart', { results: [result(heads, rowsOf(...hosts), { render })] })],
  });

describe('a chart in the report', () => {
  it('is drawn in the HTML, above its table', () => {
    const html = renderReport(huntWith('alpha', 'beta'), 'html', reportOptions);
    const body = html.slice(html.indexOf('<body>'));
    assert.ok(body.indexOf('<svg') > 0 && body.indexOf('<svg') < body.indexOf('<td'));
    for (const text of ['Failures & hosts', 'alpha', 'beta']) assert.ok(textIn(body).includes(text), text);
  });

  it('is a table in the Markdown', () => {
    const markdown = renderReport(huntWith('alpha'), 'md', reportOptions);
    assert.doesNotMatch(markdown, /<svg/);
    assert.match(markdown, /\| Timestamp \| Host \| Failures \|/);
  });

  it('keeps hostile names as text', () => {
    const attack = `"><script>alert(1)</script><style>*{}</style> style="x" \u202e`;
    const bodyOf = (name: string) =>
      renderReport(huntWith(name, 'beta'), 'html', reportOptions).replace(/<style>[\s\S]*?<\/style>/, '');
    const html = bodyOf(attack);
    const clean = bodyOf('alpha');
    const known = new Set(elementsIn(clean).map(({ name }) => name));
    const elements = elementsIn(html);
    assert.deepEqual(
      elements.filter(
        ({ name, attributes }) => !known.has(name) || 'style' in attributes || 'onload' in attributes,
      ),
      [],
    );
    assert.ok(!html.includes('\u202e'));
  });

  it('is the same each time, with ids that no other chart has', () => {
    const source = { columns: heads, rows: rowsOf('alpha'), totalRows: 3, render };
    assert.equal(chartSvg(source, 'chart-1'), chartSvg(source, 'chart-1'));
    assert.doesNotMatch(chartSvg(source, 'chart-2') ?? '', /zr\d+-|style=|<style/);
  });

  it('is left out where nothing can be drawn', () => {
    const source = { columns: columns('Name'), rows: [['a']], totalRows: 1, render };
    assert.equal(chartSvg(source, 'chart-1'), undefined);
  });
});
