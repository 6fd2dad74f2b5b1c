/** The first page: what was hunted, where, when, and what was found. */
import type { Finding, Severity } from '../../notebook/finding.ts';
import { severities } from '../../notebook/finding.ts';
import { counted, grouped, shortInstant } from '../displayValue.ts';
import type { Indicator } from '../indicatorsOf.ts';
import { queryStatus } from '../numberedHunt.ts';
import type { NumberedHunt } from '../numberedHunt.ts';
import type { Block } from '../reportDocument.ts';
import type { TechniqueRow } from '../reportDocument.ts';
import { instant } from './provenance.ts';
import type { TimelineEvent } from './timeline.ts';

const hostColumn = /^(device|host|computer)(_?name)?$/i;
const maxHosts = 10;
const maxHeadlines = 10;

export interface SummaryInput {
  readonly hunt: NumberedHunt;
  readonly findings: readonly Finding[];
  readonly events: readonly TimelineEvent[];
  readonly techniques: readonly TechniqueRow[];
  readonly indicators: readonly Indicator[];
}

/** The severity that the notebook states, else the gravest of its findings. */
export function severityOf(hunt: NumberedHunt): Severity | undefined {
  const found = hunt.findings.map(({ severity }) => severities.indexOf(severity));
  return hunt.frontMatter.severity ?? (found.length > 0 ? severities[Math.max(...found)] : undefined);
}

/** Facts, what was found, and what weakens the result. */
export function summaryBlocks({ hunt, findings, events, techniques, indicators }: SummaryInput): Block[] {
  const severity = severityOf(hunt);
  const hosts = hostsOf(findings);
  const when = spanOf(events);
  const runs = hunt.queries
    .flatMap(({ cell }) => cell.results.map(({ provenance }) => provenance.startedAt))
    .sort();
  const loaded = hunt.queries.flatMap(({ cell }) => cell.loaded);
  const rowsRead = loaded.reduce((sum, { rows }) => sum + rows, 0);
  const fact = (label: string, value: string) => (value === '' ? [] : [{ label, value }]);
  return [
    { kind: 'heading', level: 2, text: 'Summary', id: 'summary' },
    {
      kind: 'facts',
      facts: [
        ...(severity === undefined ? [] : [{ label: 'Severity', value: severity, severity }]),
        ...fact('Activity', when),
        ...fact('Hosts', listed(hosts, maxHosts)),
        { label: 'Findings', value: findings.length === 0 ? 'none' : grouped(findings.length) },
        ...fact('Techniques', listed([...new Set(techniques.map(({ id }) => id))], maxHosts)),
        ...fact('Indicators', indicators.length === 0 ? '' : grouped(indicators.length)),
        ...fact(
          'Data',
          loaded.length === 0 ? '' : `${counted(rowsRead, 'row')} in ${counted(loaded.length, 'table')}`,
        ),
        ...fact('Hunted', runs[0] === undefined ? '' : instant(runs[0])),
      ],
    },
    ...(findings.length === 0
      ? [{ kind: 'paragraph', text: 'The hunt has no findings.' } as const]
      : [{ kind: 'list', items: headlines(findings) } as const]),
    ...caveats(hunt),
  ];
}

/** One line per finding, the gravest first. */
function headlines(findings: readonly Finding[]): string[] {
  const lines = findings
    .slice(0, maxHeadlines)
    .map(({ title, severity, totalRows }) => `${title} (${severity}, ${counted(totalRows, 'row')})`);
  const rest = findings.length - lines.length;
  return rest > 0
    ? [...lines, `${lines.length} of ${grouped(findings.length)} findings; all stand below`]
    : lines;
}

function hostsOf(findings: readonly Finding[]): string[] {
  const counts = new Map<string, number>();
  for (const { columns, rows } of findings) {
    for (const [index, { name }] of columns.entries()) {
      if (!hostColumn.test(name)) continue;
      for (const row of rows) {
        const host = row[index];
        if (typeof host === 'string' && host !== '') counts.set(host, (counts.get(host) ?? 0) + 1);
      }
    }
  }
  return [...counts]
    .sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1))
    .map(([host]) => host);
}

function listed(items: readonly string[], limit: number): string {
  const shown = items.slice(0, limit).join(', ');
  return items.length > limit ? `${shown} (${limit} of ${grouped(items.length)})` : shown;
}

/** From the first to the last event of a finding; of any event where no finding has a time. */
function spanOf(events: readonly TimelineEvent[]): string {
  const own = events.filter(({ isFinding }) => isFinding);
  const times = (own.length > 0 ? own : events).map(({ at }) => at);
  const [first] = times;
  const last = times.at(-1);
  if (first === undefined || last === undefined) return '';
  // A summary is read by people: fractions of seconds stand in the timeline.
  const [from, to] = [first, last].map((at) => shortInstant(at).replace(/\.\d+/, ''));
  return from === to ? `${from}` : `${from} to ${to}`;
}

function caveats(hunt: NumberedHunt): Block[] {
  const list = (status: ReturnType<typeof queryStatus>) =>
    hunt.queries.filter((query) => queryStatus(query) === status).map(({ number }) => `query ${number}`);
  const rejected = hunt.queries
    .flatMap(({ cell }) => cell.loaded)
    .reduce((sum, { rejects }) => sum + rejects.count, 0);
  const warn = (text: string): Block => ({ kind: 'notice', tone: 'warning', text });
  const failed = list('failed');
  const stale = list('stale');
  const pending = list('not run');
  return [
    ...(failed.length > 0 ? [warn(`Failed: ${failed.join(', ')}.`)] : []),
    ...(stale.length > 0
      ? [warn(`Stale, since the notebook changed after the run: ${stale.join(', ')}.`)]
      : []),
    ...(pending.length > 0 ? [warn(`Not run: ${pending.join(', ')}.`)] : []),
    ...(rejected > 0 ? [warn(`${counted(rejected, 'row')} of the logs could not be read; see below.`)] : []),
  ];
}
