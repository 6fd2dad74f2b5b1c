/** `timeline`: events and findings of several tables in one order, with gaps and bursts. */
import { timelineArguments } from './timeline/arguments.ts';
import type { TimelineArguments } from './timeline/arguments.ts';
import { timelineDocs } from './timeline/docs.ts';
import { timelineQuery } from './timeline/query.ts';
import { timelineSources } from './timeline/sources.ts';
import { kqlName } from '../kql/kqlText.ts';
import { lookedAtQuery } from './shared/lookedAt.ts';
import { StepError } from './step.ts';
import type { CompileContext, DetectionStep } from './step.ts';

export const timelineStep: DetectionStep<TimelineArguments> = {
  kind: 'detection',
  verb: 'timeline',
  summary: 'Bring findings and events into one order, with gaps and bursts',
  docs: timelineDocs,
  arguments: timelineArguments,
  compile,
  looked,
};

function compile(args: TimelineArguments, { schema }: CompileContext): string {
  const [first, ...others] = timelineSources(args, schema);
  if (first === undefined) throw new StepError('Name the tables of the timeline in `from`.', ['from']);
  const { outlier, burst, markers } = args;
  return timelineQuery({ sources: [first, ...others], outlier, burst, markers });
}

/** Rows without a time have no place in a timeline. */
function looked(args: TimelineArguments, { schema }: CompileContext): string | undefined {
  return lookedAtQuery(
    timelineSources(args, schema).map(({ name, time, device }) => ({
      table: name,
      time: kqlName(time),
      device: device === undefined ? undefined : kqlName(device),
      needs: [time],
    })),
  );
}
