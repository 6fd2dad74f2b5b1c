/** What happened when: the datetime columns of findings, and of results small enough to be evidence. */
import type { Column, WireValue } from '../../kql/types.ts';
import { displayValue, grouped, shortInstant } from '../displayValue.ts';
import type { NumberedHunt } from '../numberedHunt.ts';
import type { Block } from '../reportDocument.ts';

export interface TimelineEvent {
  /** ISO with 7 fraction digits and `Z`, so texts sort as times do. */
  readonly at: string;
  /** Column that gave the time. */
  readonly what: string;
  readonly description: string;
  readonly sources: readonly string[];
  readonly isFinding: boolean;
}

/** A result with more rows than this is data, not a sequence of events. */
const maxResultRows = 25;
const maxEvents = 60;
/** Columns that say most about an event, most telling first. */
const telling = [
  /^(device|host|computer)(name)?$/i,
  /^(local|source|src)_?(ip|address)$/i,
  /^(remote|dest|destination|dst)_?(ip|address)$/i,
  /kind|action/i,
  /account|user/i,
  /^(process)?commandline$/i,
  /filename|process(name)?$/i,
  /technique/i,
  /distinct|count|failures|rank|score/i,
  /severity/i,
];
const maxDetails = 5;
const maxDetailLength = 120;

interface Evidence {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly WireValue[])[];
  readonly source: string;
  readonly isFinding: boolean;
}

/** All events, in order of time; the same event from several sources is one. */
export function timelineEvents(hunt: NumberedHunt): TimelineEvent[] {
  const findings = hunt.findings.map(({ columns, rows, title }): Evidence => ({
    columns,
    rows,
    source: title,
    isFinding: true,
  }));
  const results = hunt.queries.flatMap(({ cell, number }) =>
    cell.results
      .filter(({ totalRows }) => totalRows <= maxResultRows)
      .map(({ columns, rows }): Evidence => ({ columns, rows, source: `Query ${number}`, isFinding: false })),
  );
  const events = new Map<string, TimelineEvent>();
  for (const event of [...findings, ...results].flatMap(eventsOf)) {
    const key = JSON.stringify([event.at, event.what, event.description]);
    const known = events.get(key);
    const sources = known ? [...new Set([...known.sources, ...event.sources])] : event.sources;
    events.set(key, known ? { ...known, sources } : event);
  }
  return [...events.values()].sort(byTime);
}

function byTime(left: TimelineEvent, right: TimelineEvent): number {
  if (left.at !== right.at) return left.at < right.at ? -1 : 1;
  return left.description < right.description ? -1 : left.description > right.description ? 1 : 0;
}

/** The section; where there are too many events, those of findings stay and the notice says how many went. */
export function timelineBlocks(events: readonly TimelineEvent[]): Block[] {
  const kept =
    events.length <= maxEvents
      ? events
      : [...events.filter(({ isFinding }) => isFinding), ...events.filter(({ isFinding }) => !isFinding)]
          .slice(0, maxEvents)
          .sort(byTime);
  return [
    { kind: 'heading', level: 2, text: 'Timeline', id: 'timeline' },
    ...(kept.length === 0
      ? [{ kind: 'paragraph', text: 'No finding and no short result holds a time.' } as const]
      : [
          {
            kind: 'table',
            columns: ['Time', 'Event', 'Details', 'Source'].map((name) => ({ name, align: 'left' }) as const),
            rows: kept.map((event) => [
              shortInstant(event.at),
              event.what,
              event.description,
              event.sources.join(', '),
            ]),
            ...(kept.length < events.length
              ? { cut: `${grouped(kept.length)} of ${grouped(events.length)} events` }
              : {}),
          } as const,
        ]),
  ];
}

function eventsOf({ columns, rows, source, isFinding }: Evidence): TimelineEvent[] {
  const times = columns.flatMap((column, index) => (column.type === 'datetime' ? [{ column, index }] : []));
  return rows.flatMap((row) => {
    const description = describe(columns, row);
    const seen = new Set<WireValue>();
    return times.flatMap(({ column, index }): TimelineEvent[] => {
      const at = row[index];
      if (typeof at !== 'string' || !/^\d{4}-/.test(at) || seen.has(at)) return [];
      seen.add(at);
      return [{ at, what: spacedWords(column.name), description, sources: [source], isFinding }];
    });
  });
}

/** `FirstSeen` as `First seen`; a log's plain time column as `Recorded`. */
function spacedWords(name: string): string {
  if (/^(timestamp|time|timegenerated|ts|datetime|eventtime)$/i.test(name)) return 'Recorded';
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function describe(columns: readonly Column[], row: readonly WireValue[]): string {
  const candidates = columns.flatMap((column, index) => {
    const text = column.type === 'datetime' ? '' : displayValue(row[index] ?? null, column);
    const rank = telling.findIndex((pattern) => pattern.test(column.name));
    return text === '' ? [] : [{ name: column.name, text, rank: rank < 0 ? telling.length : rank, index }];
  });
  return candidates
    .sort((left, right) => left.rank - right.rank || left.index - right.index)
    .slice(0, maxDetails)
    .map(
      ({ name, text }) =>
        `${name} ${text.length > maxDetailLength ? `${text.slice(0, maxDetailLength)}…` : text}`,
    )
    .join(' · ');
}
