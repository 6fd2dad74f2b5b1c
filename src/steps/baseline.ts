/** `baseline`: what is new, rare or unusually frequent against what was normal before. */
import { baselineArguments } from './baseline/arguments.ts';
import type { BaselineArguments } from './baseline/arguments.ts';
import { readBaseline, refuseForeign } from './baseline/baselineFile.ts';
import type { Baseline } from './baseline/baselineFile.ts';
import { baselineDocs } from './baseline/docs.ts';
import { lookAtPeriods, saveLearned } from './baseline/learn.ts';
import { huntedRows, huntQuery, learnedColumns } from './baseline/query.ts';
import type { Hunt } from './baseline/query.ts';
import { eventsOf, periodsOf } from './baseline/subject.ts';
import { durationMs } from './shared/duration.ts';
import { lookedAtQuery } from './shared/lookedAt.ts';
import { kqlName } from '../kql/kqlText.ts';
import { StepError } from './step.ts';
import type { CompileContext, DetectionStep, FileAccess } from './step.ts';

interface Prepared {
  readonly args: BaselineArguments;
  readonly saved: Baseline | undefined;
  readonly isInline: boolean;
}

export const baselineStep: DetectionStep<BaselineArguments, Prepared> = {
  kind: 'detection',
  verb: 'baseline',
  summary: 'Learn what is normal, then show what is new, rare or unusually frequent',
  docs: baselineDocs,
  arguments: baselineArguments,
  prepare,
  compile,
  looked,
  finding: () => ({ title: 'Differs from the baseline', severityColumn: 'Severity' }),
};

/** Name of the table that a saved baseline becomes when it is long. */
const savedTable = 'Baseline';
/** Rows of a saved baseline that stand in the query itself, and at most on another engine (about a megabyte of text). */
const maxInline = 500;
const maxRemote = 10_000;

async function prepare(args: BaselineArguments, files: FileAccess): Promise<Prepared> {
  const { session, notice, isRemote = false } = files;
  const saved = args.from === undefined ? undefined : await readBaseline(args.from, files);
  const limit = isRemote ? maxRemote : maxInline;
  if (saved !== undefined) {
    for (const sentence of tellAge(args, saved, new Date())) notice?.(sentence);
    if (isRemote && saved.rows.length > limit) {
      throw new StepError(
        `The baseline has ${saved.rows.length} rows; a query on another engine takes at most ${maxRemote}. Learn it there instead, with \`learn\`.`,
        ['from'],
        'too-many-rows',
      );
    }
    if (saved.rows.length > limit) await files.provide?.(savedTable, learnedColumns, saved.rows);
  }
  if (session !== undefined) {
    const events = eventsOf(args, session.schema());
    if (saved !== undefined) refuseOther(args, saved, events.item);
    const periods = periodsOf(args);
    const looked = await lookAtPeriods({ session, events, periods, isLearned: saved === undefined });
    for (const sentence of looked.notices) notice?.(sentence);
    if (args.save !== undefined) {
      const subject = { table: events.table, item: [...events.item], per: [...args.per] };
      const written = await saveLearned(
        { session, events, periods },
        { path: args.save, folder: files.folder, subject, learned: looked.learned, now: new Date() },
      );
      notice?.(written);
    }
  }
  return { args, saved, isInline: saved === undefined || saved.rows.length <= limit };
}

function refuseOther(args: BaselineArguments, saved: Baseline, item: readonly string[]): void {
  refuseForeign(args.from ?? '', saved, { table: args.in, item: [...item], per: [...args.per] });
}

function tellAge(args: BaselineArguments, saved: Baseline, now: Date): readonly string[] {
  const days = Math.floor((now.getTime() - Date.parse(saved.to)) / 86_400_000);
  const from = `${args.from ?? ''}: learned from ${saved.events} events on ${saved.days} days, ${saved.from.slice(0, 10)} to ${saved.to.slice(0, 10)}, on ${saved.source}; ${days} days old.`;
  const isStale = now.getTime() - Date.parse(saved.to) > (durationMs(args.maxAge) ?? 0);
  return isStale
    ? [
        from,
        `The baseline is stale, older than ${args.maxAge}: what has changed since counts as new. Learn again with \`save\`.`,
      ]
    : [from];
}

function compile({ args, saved, isInline }: Prepared, { schema }: CompileContext): string {
  const events = eventsOf(args, schema);
  if (saved !== undefined) refuseOther(args, saved, events.item);
  const from: NonNullable<Hunt['saved']>['from'] | undefined =
    saved === undefined ? undefined : isInline ? { rows: saved.rows } : { table: savedTable };
  return huntQuery(events, periodsOf(args), {
    rare: args.rare,
    outlier: args.outlier,
    ...(saved !== undefined && from !== undefined && { saved: { days: saved.days, from } }),
  });
}

/** A hunt in which nothing differs: how much of the log it was. */
function looked({ args }: Prepared, { schema }: CompileContext): string {
  const events = eventsOf(args, schema);
  const { before, where } = huntedRows(events, periodsOf(args));
  const [first, ...others] = events.item;
  const tables = lookedAtQuery([
    {
      table: events.table,
      time: kqlName(events.time),
      device: events.device === undefined ? undefined : kqlName(events.device),
      needs: others.length === 0 && first !== undefined ? [first] : [],
      reads: others.length === 0 ? [] : events.item,
      taken: { what: 'in the period of the hunt', where },
    },
  ]);
  return `${before}\n${tables}`;
}
