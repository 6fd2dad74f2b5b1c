/** What happened when: the datetime columns of findings, and of results small enough to be evidence. */
import type { Column, WireValue } from '../../kql/types.ts';
import { severities, type Finding } from '../../notebook/finding.ts';
import { displayValue, grouped, shortInstant } from '../displayValue.ts';
import { describeEvent, happened, ownTime, spacedWords } from '../eventText.ts';
import type { Block } from '../reportDocument.ts';
import type { SmallResult } from '../smallResults.ts';

export interface TimelineEvent {
  /** ISO with 7 fraction digits and `Z`, so texts sort as times do. */
  readonly at: string;
  /** What happened, or which column gave the time. */
  readonly what: string;
  readonly description: string;
  /** Of the row, else of its finding; empty for events of results without one. */
  readonly severity: string;
  readonly sources: readonly string[];
  readonly isFinding: boolean;
}

const maxEvents = 60;

/** A record's time, before it is put into words. */
interface Sighting {
  readonly at: string;
  /** Column that gave the time; undefined for a record's own time. */
  readonly column: string | undefined;
  /** The row's other values by column. */
  readonly details: ReadonlyMap<string, string>;
  readonly severity: string;
  readonly sources: readonly string[];
  readonly isFinding: boolean;
}

interface Evidence {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly WireValue[])[];
  readonly source: string;
  readonly severity: string;
  readonly isFinding: boolean;
}

/** All events, in order of time; a record that several tables hold is one event. */
export function timelineEvents(
  findings: readonly Finding[],
  results: readonly SmallResult[],
): TimelineEvent[] {
  const evidence: readonly Evidence[] = [
    ...findings.map((finding) => ({ ...finding, source: finding.title, isFinding: true })),
    ...results.map((result) => ({ ...result, severity: '', isFinding: false })),
  ];
  const byInstant = new Map<string, Sighting[]>();
  for (const sighting of evidence.flatMap(sightingsIn)) {
    const others = byInstant.get(sighting.at) ?? [];
    byInstant.set(sighting.at, others);
    const index = others.findIndex((other) => isSameRecord(other, sighting));
    const known = others[index];
    if (known === undefined) others.push(sighting);
    else others[index] = merged(known, sighting);
  }
  return [...byInstant.values()]
    .flat()
    .map(({ at, column, details, severity, sources, isFinding }) => {
      const what = column === undefined ? happened(details) : spacedWords(column);
      return { at, what, description: describeEvent(details), severity, sources, isFinding };
    })
    .sort(byTime);
}

/** Two rows of one instant are one record when they agree in what both tell, and both tell something. */
function isSameRecord(one: Sighting, other: Sighting): boolean {
  if (one.column !== other.column) return false;
  const shared = [...one.details].filter(([name]) => other.details.has(name));
  return shared.length > 0 && shared.every(([name, text]) => other.details.get(name) === text);
}

function merged(one: Sighting, other: Sighting): Sighting {
  return {
    ...one,
    details: new Map([...one.details, ...other.details]),
    severity: one.severity || other.severity,
    sources: [...new Set([...one.sources, ...other.sources])],
    isFinding: one.isFinding || other.isFinding,
  };
}

function byTime(left: TimelineEvent, right: TimelineEvent): number {
  if (left.at !== right.at) return left.at < right.at ? -1 : 1;
  return left.description < right.description ? -1 : left.description > right.description ? 1 : 0;
}

/** The section; where there are too many events, findings come first and the notice says how many events went. */
export function timelineBlocks(events: readonly TimelineEvent[]): Block[] {
  const kept = events.length <= maxEvents ? events : chosenEvents(events).sort(byTime);
  return [
    { kind: 'heading', level: 2, text: 'Timeline', id: 'timeline' },
    ...(kept.length === 0
      ? [{ kind: 'paragraph', text: 'No finding and no short result holds a time.' } as const]
      : [
          {
            kind: 'table',
            columns: ['Time', 'Event', 'Details', 'Severity', 'Source'].map(
              (name) => ({ name, align: 'left' }) as const,
            ),
            rows: kept.map((event) => [
              shortInstant(event.at),
              event.what,
              event.description,
              event.severity,
              event.sources.join(', '),
            ]),
            ...(kept.length < events.length
              ? { cut: `${grouped(kept.length)} of ${grouped(events.length)} events` }
              : {}),
          } as const,
        ]),
  ];
}

/**
 * One event of each source in turn, the gravest source first, those of findings before all others: a source with thousands of
 * events (a noisy rule) does not push the few of another (the scan) off the page.
 */
function chosenEvents(events: readonly TimelineEvent[]): TimelineEvent[] {
  const bySource = new Map<string, TimelineEvent[]>();
  for (const event of [...events].sort(byTime)) {
    const key = `${event.isFinding} ${event.severity} ${event.sources[0] ?? ''}`;
    const group = bySource.get(key) ?? [];
    bySource.set(key, group);
    group.push(event);
  }
  const gravity = ([event]: readonly TimelineEvent[]): number =>
    severities.findIndex((severity) => severity === event?.severity);
  const ranked = [...bySource.values()].sort((one, other) => gravity(other) - gravity(one));
  const inTurn = (groups: readonly (readonly TimelineEvent[])[]): TimelineEvent[] =>
    Array.from({ length: Math.max(0, ...groups.map(({ length }) => length)) }, (_, round) =>
      groups.flatMap((group) => group.slice(round, round + 1)),
    ).flat();
  return [
    ...inTurn(ranked.filter(([event]) => event?.isFinding === true)),
    ...inTurn(ranked.filter(([event]) => event?.isFinding !== true)),
  ].slice(0, maxEvents);
}

/** A row with a time of its own is one event; its other times are context, such as the scan that it is compared with. */
function sightingsIn({ columns, rows, source, severity, isFinding }: Evidence): Sighting[] {
  const times = columns.flatMap(({ name, type }, index) => (type === 'datetime' ? [{ name, index }] : []));
  const own = times.find(({ name }) => ownTime.test(name));
  return rows.flatMap((row) => {
    const details = new Map(
      columns.flatMap((column, index): [string, string][] => {
        const text = column.type === 'datetime' ? '' : displayValue(row[index] ?? null, column);
        return text === '' ? [] : [[column.name, text]];
      }),
    );
    const seen = new Set<WireValue>();
    return (own ? [own] : times).flatMap(({ name, index }): Sighting[] => {
      const at = row[index];
      if (typeof at !== 'string' || !/^\d{4}-/.test(at) || seen.has(at)) return [];
      seen.add(at);
      return [
        {
          at,
          column: own ? undefined : name,
          details,
          severity: details.get('Severity') ?? severity,
          sources: [source],
          isFinding,
        },
      ];
    });
  });
}
