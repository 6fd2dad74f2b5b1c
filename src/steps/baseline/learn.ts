/** What a baseline is learned from: enough events in both periods, and saving what was learned. */
import { z } from 'zod';
import { writeInside } from '../shared/writeInside.ts';
import { StepError } from '../step.ts';
import type { FileAccess } from '../step.ts';
import { baselineText, maxRows } from './baselineFile.ts';
import type { Subject } from './baselineFile.ts';
import { leastDaysForVolume, learnQuery, periodsQuery } from './query.ts';
import type { Events, Periods } from './query.ts';

type Session = NonNullable<FileAccess['session']>;

interface Learning {
  readonly session: Session;
  readonly events: Events;
  readonly periods: Periods;
}

const count = z.coerce.number();
const factsRow = z.tuple([z.string(), count, count, z.string().nullable(), z.string().nullable()]);

export interface LearnedPeriod {
  readonly events: number;
  readonly days: number;
  readonly first: string;
  readonly last: string;
}

/** Throws {@link StepError} when a period holds no events; returns what to tell of them. */
export async function lookAtPeriods(
  learning: Learning & { readonly isLearned: boolean },
): Promise<{ readonly learned: LearnedPeriod; readonly notices: readonly string[] }> {
  const { session, events, periods, isLearned } = learning;
  const facts = new Map<string, LearnedPeriod>();
  for (const row of await rowsOf(session, periodsQuery(events, periods))) {
    const [period, found, days, first, last] = factsRow.parse(row);
    facts.set(period, { events: found, days, first: first ?? '', last: last ?? '' });
  }
  const nothing: LearnedPeriod = { events: 0, days: 0, first: '', last: '' };
  const [all, learned, hunted] = ['all', 'learn', 'hunt'].map((period) => facts.get(period) ?? nothing) as [
    LearnedPeriod,
    LearnedPeriod,
    LearnedPeriod,
  ];
  if (all.events === 0) {
    throw new StepError(
      `${events.table} has no event with a time and ${events.item.join(' and ')}, so there is nothing to learn or to hunt in.`,
      ['in'],
      'empty-baseline',
    );
  }
  const there = `The events of ${events.table} are from ${shown(all.first)} to ${shown(all.last)}.`;
  if (isLearned && learned.events === 0) {
    throw new StepError(
      `The baseline is empty: there are no events in the period to learn from. ${there} Choose \`learn\` and \`hunt\` within, or read a saved baseline with \`from\`.`,
      ['learn'],
      'empty-baseline',
    );
  }
  if (hunted.events === 0) {
    throw new StepError(`There are no events in the period to hunt in. ${there}`, ['hunt'], 'empty-hunt');
  }
  if (!isLearned) return { learned, notices: [] };
  const days = learned.days === 1 ? '1 day' : `${learned.days} days`;
  const told = `Learned from ${learned.events} events on ${days}, ${shown(learned.first)} to ${shown(learned.last)}.`;
  const few = `That is short: with fewer than ${leastDaysForVolume} days much of what is normal counts as new, and volume is not judged.`;
  return { learned, notices: [learned.days < leastDaysForVolume ? `${told} ${few}` : told] };
}

const shown = (instant: string): string => instant.slice(0, 16).replace('T', ' ');

const learnedRow = z.tuple([z.string(), z.string(), count, count, count, count]);

/** Learns and writes the file; returns the sentence that tells of it. */
export async function saveLearned(
  { session, events, periods }: Learning,
  file: {
    readonly path: string;
    readonly folder: string;
    readonly subject: Subject;
    readonly learned: LearnedPeriod;
    readonly now: Date;
  },
): Promise<string> {
  const found = await rowsOf(session, learnQuery(events, periods));
  const { learned, now } = file;
  const text = baselineText({
    ...file.subject,
    from: isoMilliseconds(learned.first),
    to: isoMilliseconds(learned.last),
    learnedAt: now.toISOString(),
    source: `${events.table} (${learned.events} events)`,
    days: learned.days,
    events: learned.events,
    rows: found.map((row) => learnedRow.parse(row)),
  });
  const path = await writeInside(file.folder, file.path, text, ['save']);
  return `Saved the baseline to ${path}: ${found.length} ${found.length === 1 ? 'item' : 'items'}.`;
}

const isoMilliseconds = (instant: string): string => new Date(instant).toISOString();

const pageRows = 20_000;

async function rowsOf(session: Session, kql: string): Promise<readonly (readonly unknown[])[]> {
  const table = await session.query(kql);
  try {
    if (table.rowCount > maxRows) {
      throw new StepError(
        `The baseline would have ${table.rowCount} rows; more than ${maxRows} are too fine to be normal. Group by fewer columns in \`per\` and \`item\`.`,
        ['save'],
        'too-many-rows',
      );
    }
    const rows: (readonly unknown[])[] = [];
    for (let offset = 0; offset < table.rowCount; offset += pageRows) {
      rows.push(...(await table.page({ offset, limit: pageRows })).rows);
    }
    return rows;
  } finally {
    await table.release();
  }
}
