/** `find-beacons`: who calls home regularly. */
import { findBeaconsArguments } from './findBeacons/arguments.ts';
import type { FindBeaconsArguments } from './findBeacons/arguments.ts';
import { findBeaconsDocs } from './findBeacons/docs.ts';
import { beaconQuery } from './findBeacons/query.ts';
import { connectionTable } from './shared/connections.ts';
import { exclusionsFrom } from './shared/exclusions.ts';
import { lookedAtQuery } from './shared/lookedAt.ts';
import type { CompileContext, DetectionStep } from './step.ts';

export const findBeaconsStep: DetectionStep<FindBeaconsArguments> = {
  kind: 'detection',
  verb: 'find-beacons',
  summary: 'Find regular call-backs in the network log',
  docs: findBeaconsDocs,
  arguments: findBeaconsArguments,
  compile: (args, { schema }) =>
    beaconQuery({ ...args, from: connectionTable(schema, args), exclude: exclusionsFrom(args.exclude) }),
  looked,
  finding: ({ explain }) =>
    explain === undefined ? { title: 'Regular call-backs', severityColumn: 'Severity' } : undefined,
};

function looked(args: FindBeaconsArguments, { schema }: CompileContext): string {
  const { table, time, device, needs, isAttempt, action = '' } = connectionTable(schema, args);
  return lookedAtQuery([
    {
      table,
      time,
      device,
      needs,
      taken: isAttempt === undefined ? undefined : { what: 'connections from the source', where: isAttempt },
      must:
        isAttempt === undefined
          ? []
          : [{ hold: isAttempt, else: `no value of ${action} is a connection from the source` }],
    },
  ]);
}
