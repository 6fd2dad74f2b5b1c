/** `find-scans`: sources that try many ports, many hosts, or both. */
import { findScansArguments } from './findScans/arguments.ts';
import type { FindScansArguments } from './findScans/arguments.ts';
import { findScansDocs } from './findScans/docs.ts';
import { scanQuery } from './findScans/query.ts';
import { connectionTable } from './shared/connections.ts';
import { durationMs } from './shared/duration.ts';
import { lookedAtQuery } from './shared/lookedAt.ts';
import { StepError } from './step.ts';
import type { CompileContext, DetectionStep } from './step.ts';

export const findScansStep: DetectionStep<FindScansArguments> = {
  kind: 'detection',
  verb: 'find-scans',
  summary: 'Find port scans and sweeps in the network log',
  docs: findScansDocs,
  arguments: findScansArguments,
  compile,
  looked,
  finding: () => ({ title: 'Network scans', severityColumn: 'Severity' }),
};

function compile(args: FindScansArguments, { schema }: CompileContext): string {
  const windowMs = durationMs(args.window);
  if (windowMs === undefined) throw new StepError(`"${args.window}" is no duration.`, ['window']);
  return scanQuery({
    from: connectionTable(schema, args),
    windowMs,
    exclude: args.exclude,
    thresholds: args.thresholds,
    minimum: args.minimum,
  });
}

function looked(args: FindScansArguments, { schema }: CompileContext): string {
  const { table, time, device, needs, isAttempt, isFailed, action } = connectionTable(schema, args);
  return lookedAtQuery([
    {
      table,
      time,
      device,
      needs,
      taken: isAttempt === undefined ? undefined : { what: 'connection attempts', where: isAttempt },
      must: [
        ...(isAttempt === undefined
          ? []
          : [
              {
                hold: isAttempt,
                else: `no value of ${action ?? ''} is a connection from the source (attempts)`,
              },
            ]),
        ...(isFailed === undefined
          ? []
          : [
              {
                hold: isFailed,
                else: `no value of ${action ?? ''} is a failed connection (failed), and scans show by those`,
              },
            ]),
      ],
    },
  ]);
}
