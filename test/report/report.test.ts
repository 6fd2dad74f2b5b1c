/** The report of a whole hunt, in both formats. */
import assert from 'node:assert/strict';
import { renderReport } from '../../src/report/report.ts';
import { elementsIn, textIn } from './htmlTokens.ts';
import { code, columns, finding, hunt, portScanHunt, prose, reportOptions, result } from './sampleHunt.ts';

const markdownOf = (finished = portScanHunt()) => renderReport(finished, 'md', reportOptions);
const htmlOf = (finished = portScanHunt()) => renderReport(finished, 'html', reportOptions);
const withoutStyle = (html: string) => html.replace(/<style>[\s\S]*?<\/style>/, '');

/** The part of a Markdown report under a heading, up to the next of the same or a higher level. */
function section(markdown: string, heading: string): string {
  const start = markdown.indexOf(`\n${heading}\n`) + 1;
  assert.ok(start > 0, `no heading ${heading}`);
  const level = heading.indexOf(' ');
  const rest = markdown.slice(start + heading.length);
  const end = rest.search(new RegExp(`\\n#{1,${level}} `));
  return end < 0 ? rest : rest.slice(0, end);
}

describe('the Markdown report', () => {
  it('has its sections in order', () => {
    const headings = [...markdownOf().matchAll(/^## (.*)$/gm)].map(([, text]) => text);
    assert.deepEqual(headings, [
      'Summary',
      'Hypothesis',
      'Background',
      'Timeline',
      'Findings',
      'MITRE ATT&CK',
      'Indicators',
      'The hunt, stage by stage',
      'Queries',
      'Provenance',
    ]);
  });

  it('sums the hunt up', () => {
    const summary = section(markdownOf(), '## Summary');
    assert.match(summary, /\*\*Severity:\*\* high/);
    assert.match(summary, /\*\*Activity:\*\* 2025-05-07 03:00:00 UTC to 2025-05-07 12:39:02 UTC/);
    assert.match(summary, /\*\*Hosts:\*\* windows-target-1, vuln-scanner-1/);
    assert.match(summary, /Failed: query 6\./);
    assert.match(summary, /Stale, since the notebook changed after the run: query 4\./);
    assert.match(summary, /1 row of the logs could not be read/);
  });

  it('puts prose and results under their stage, and says which stage is missing', () => {
    const markdown = markdownOf();
    assert.match(
      section(markdown, '### 2. Data Collection'),
      /\*\*Query 2\*\* · KQL · 1,024 rows as FailedConnections/,
    );
    assert.match(section(markdown, '### 3. Data Analysis'), /The ports are \*\*sequential\*\*/);
    assert.match(section(markdown, '### 6. Documentation'), /See the ticket/);
    assert.match(section(markdown, '### 7. Improvement'), /no section “Improvement”/);
    assert.match(section(markdown, '### Further notes'), /#### References/);
  });

  it('says how much of a long table it shows', () => {
    assert.match(section(markdownOf(), '### 2. Data Collection'), /\*Cut: 20 of 1,024 rows\.\*/);
    const wide = columns(...Array.from({ length: 30 }, (_, index) => `c${index}`));
    const report = markdownOf(
      hunt({ cells: [code('kql', 'T', { results: [result(wide, [wide.map(() => 'x')])] })] }),
    );
    assert.match(report, /10 of 30 columns/);
  });

  it('orders the timeline by time and names each source once', () => {
    const times = [...section(markdownOf(), '## Timeline').matchAll(/^\| (\d{4}\S* \S*) UTC/gm)].map(
      ([, time]) => time,
    );
    assert.deepEqual(times, [...times].sort());
    assert.equal(times.length, 5);
    assert.match(section(markdownOf(), '## Timeline'), /portscan\.ps1 behind the scan, Query 4/);
  });

  it('cuts a long timeline but keeps the findings in it', () => {
    const heads = columns('Timestamp:datetime', 'Note');
    const rows = (count: number, day: string) =>
      Array.from({ length: count }, (_, index) => [
        `2025-05-${day}T00:${String(index).padStart(2, '0')}:00.0000000Z`,
        `${day}-${index}`,
      ]);
    const cells = ['01', '02', '03'].map((day) =>
      code('kql', `T${day}`, { results: [result(heads, rows(25, day))] }),
    );
    const report = markdownOf(
      hunt({ cells, findings: [finding({ title: 'Late', columns: heads, rows: rows(1, '09') })] }),
    );
    const timeline = section(report, '## Timeline');
    assert.match(timeline, /60 of 76 events/);
    assert.match(timeline, /Note 09-0/);
  });

  it('lists techniques in matrix order with what stays suspected', () => {
    const table = section(markdownOf(), '## MITRE ATT&CK');
    assert.deepEqual(
      [...table.matchAll(/\| (T\d{4}(?:\.\d{3})?) \|/g)].map(([, id]) => id),
      ['T1059.001', 'T1053', 'T1046'],
    );
    assert.match(table, /\| T1053 \| Scheduled Task\/Job \| suspected \| low \|/);
  });

  it('resolves a revoked technique that only a finding names', () => {
    const report = markdownOf(hunt({ findings: [finding({ title: 'Script', techniques: ['T1086'] })] }));
    assert.match(
      section(report, '## MITRE ATT&CK'),
      /\| Execution \| T1059\.001 \| .*PowerShell.* \| observed \|/,
    );
  });

  it('defangs indicators and marks internal addresses', () => {
    const table = section(markdownOf(), '## Indicators');
    assert.match(table, /\| IP address \| 10\[\.\]0\[\.\]0\[\.\]5 \| internal \|/);
    assert.match(table, /\| File path \| C:\\\\programdata\\\\portscan\.ps1 \|/);
    assert.match(table, /\| Account \| nt authority\\\\system \|/);
  });

  it('shows queries verbatim, the KQL behind a step, and text that changed after the run', () => {
    const queries = section(markdownOf(), '## Queries');
    assert.ok(queries.includes('```kql\nDeviceNetworkEvents\n| where ActionType == "ConnectionFailed"\n'));
    assert.ok(queries.includes('The KQL that ran:\n\n```kql\nDeviceNetworkEvents\n| summarize Ports'));
    const changed = code('kql', 'new', { results: [result(columns('a'), [['1']])], isStale: true });
    assert.match(
      markdownOf(hunt({ cells: [changed] })),
      /```kql\nq\n```\n\n> \*\*Warning:\*\* The cell changed[\s\S]*```kql\nnew\n```/,
    );
  });

  it('names sources with their SHA-256, engines, times and status', () => {
    const provenance = section(markdownOf(), '## Provenance');
    assert.match(provenance, /logs\/DeviceNetworkEvents\.csv\.gz \| 38,211 \| c5b1a6d2/);
    assert.match(
      provenance,
      /\| Query 4 \| Step \| stale \| 2025-06-01 08:00:00 UTC \| 42 ms \| 1 \| Suspects \| local/,
    );
    assert.match(provenance, /\| Query 6 \| KQL \| failed \|/);
  });

  it('says of a result that a service cut how many rows there are at least, and by which limit', () => {
    const cut = { atLeastRows: 500_001, limit: '500,000 rows or 64 MB' };
    const cell = code('kql', 'T', { results: [result(columns('a'), [['1']], { totalRows: 500_000, cut })] });
    const report = markdownOf(hunt({ cells: [cell] }));
    const told = '500,000 of at least 500,001, limit 500,000 rows or 64 MB';
    assert.ok(section(report, '## Provenance').includes(`| ${told} |`));
    assert.ok(report.includes(`${told}, cut`));
  });

  it('lists what was looked for and not found, with what was looked at', () => {
    const notices = ['`find-scans` found nothing. Looked at 12 rows of `DeviceNetworkEvents`.'];
    const silent = code('hunt', 'find-scans:\n  in: DeviceNetworkEvents', {
      notices,
      results: [result(columns('Source'), [])],
    });
    const loud = code('hunt', 'find-scans:', { results: [result(columns('Source'), [['10.0.0.5']])] });
    const report = markdownOf(hunt({ cells: [silent, loud] }));
    const silence = section(report, '### Looked for and not found');
    assert.match(silence, /\*\*Query 1\*\* · find/);
    assert.match(silence, /> \*\*Note:\*\* .*Looked at 12 rows of/);
    assert.doesNotMatch(silence, /Query 2/);
    assert.doesNotMatch(markdownOf(hunt({ cells: [loud] })), /Looked for and not found/);
  });

  it('takes title and hypothesis from the prose of a notebook without front matter', () => {
    const report = markdownOf(
      hunt({ cells: [prose('# A scan\n\n## 1. Preparation\n\n**Hypothesis:**  \nA host scans.\n')] }),
    );
    assert.match(report, /^# A scan\n/);
    assert.match(section(report, '## Hypothesis'), /^\s*A host scans\.\s*$/);
  });

  it('reports an empty notebook without failing', () => {
    assert.match(markdownOf(hunt()), /^# case\n[\s\S]*The hunt has no findings\./);
  });
});

describe('the HTML report', () => {
  it('is one well-formed file that loads nothing and runs nothing', () => {
    const html = htmlOf();
    const elements = elementsIn(withoutStyle(html));
    const names = new Set(elements.map(({ name }) => name));
    for (const name of ['script', 'img', 'iframe', 'object', 'embed', 'link', 'form', 'base']) {
      assert.ok(!names.has(name), name);
    }
    assert.match(
      html,
      /http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[^']+'/,
    );
    for (const { attributes } of elements) {
      assert.deepEqual(
        Object.keys(attributes).filter((name) => name.startsWith('on') || name === 'src' || name === 'style'),
        [],
      );
    }
  });

  it('links its contents and queries to places that exist', () => {
    const elements = elementsIn(withoutStyle(htmlOf()));
    const ids = new Set(elements.flatMap(({ attributes }) => attributes['id'] ?? []));
    const targets = elements
      .flatMap(({ attributes }) => attributes['href'] ?? [])
      .filter((href) => href.startsWith('#'));
    assert.ok(targets.length > 15);
    assert.deepEqual(
      targets.filter((target) => !ids.has(target.slice(1))),
      [],
    );
  });

  it('holds the same facts as the Markdown', () => {
    const text = textIn(withoutStyle(htmlOf()));
    for (const fact of ['10[.]0[.]0[.]5', 'c5b1a6d2', 'portscan.ps1', '20 of 1,024 rows', 'Filed a ticket']) {
      assert.ok(text.includes(fact), fact);
    }
  });
});

describe('reports of hostile hunts', () => {
  const attack = '</td></table><script>alert(1)</script>[x](javascript:alert(1))|`\u001b[31m\u202e';
  const hostile = hunt({
    frontMatter: { title: attack, hypothesis: attack, params: [] },
    fileName: `${attack}.hunt.md`,
    cells: [
      prose(`# ${attack}\n\n## 1. Preparation\n\n${attack}\n\n<iframe src="https://e.example">\n`),
      code('kql', `print "${attack}"\n\`\`\`\n# not a heading\n`, {
        results: [result([{ name: attack, type: 'string' }], [[attack]], { publishedAs: attack })],
        notices: [attack],
        errors: [{ code: 'x', message: attack, start: 0, length: 1 }],
      }),
    ],
    findings: [
      finding({
        title: attack,
        note: attack,
        columns: [{ name: attack, type: 'string' }],
        rows: [[attack], [{ a: attack }]],
      }),
    ],
  });

  it('add no element to the HTML', () => {
    const clean = new Set(elementsIn(withoutStyle(htmlOf())).map(({ name }) => name));
    const names = elementsIn(withoutStyle(htmlOf(hostile))).map(({ name }) => name);
    assert.deepEqual(
      names.filter((name) => !clean.has(name)),
      [],
    );
  });

  it('keep raw HTML, escapes and hidden characters out of the Markdown', () => {
    const outsideFences = markdownOf(hostile).replaceAll(/^(`{3,})[\s\S]*?^\1$/gm, '');
    assert.doesNotMatch(outsideFences, /<[a-z/]/i);
    assert.doesNotMatch(markdownOf(hostile), /[\u001b\u202e]/);
    assert.doesNotMatch(outsideFences, /^# not a heading/m);
  });

  it('are the same for the same hunt and clock', () => {
    assert.equal(htmlOf(hostile), htmlOf(hostile));
    assert.equal(markdownOf(), markdownOf());
  });
});
