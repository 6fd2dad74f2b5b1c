/** `timeline`: events and findings of several tables in one order, with gaps and bursts. */
import { timelineArguments } from './timeline/arguments.ts';
import type { TimelineArguments } from './timeline/arguments.ts';
import { timelineDocs } from './timeline/docs.ts';
import { timelineQuery } from './timeline/query.ts';
import { timelineSources } from './timeline/sources.ts';
import { StepError } from './step.ts';
import type { CompileContext, DetectionStep } from './step.ts';

export const timelineStep: DetectionStep<TimelineArguments> = {
  kind: 'detection',
  verb: 'timeline',
  summary: 'Bring findings and events into one order, with gaps and bursts',
  docs: timelineDocs,
  arguments: timelineArguments,
  compile,
};

function compile(args: TimelineArguments, { schema }: CompileContext): string {
  const [first, ...others] = timelineSources(args, schema);
  if (first === undefined) throw new StepError('Name the tables of the timeline in `from`.', ['from']);
  const { outlier, burst, markers } = args;
  return timelineQuery({ sources: [first, ...others], outlier, burst, markers });
}
