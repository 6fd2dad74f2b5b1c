/** `find-beacons`: who calls home regularly. */
import { findBeaconsArguments } from './findBeacons/arguments.ts';
import type { FindBeaconsArguments } from './findBeacons/arguments.ts';
import { findBeaconsDocs } from './findBeacons/docs.ts';
import { beaconQuery, topBeaconsChart, type BeaconQuery } from './findBeacons/query.ts';
import { connectionTable, lookedAtConnections } from './shared/connections.ts';
import { exclusionsFrom } from './shared/exclusions.ts';
import { lookedAtQuery } from './shared/lookedAt.ts';
import type { CompileContext, DetectionStep } from './step.ts';

export const findBeaconsStep: DetectionStep<FindBeaconsArguments> = {
  kind: 'detection',
  verb: 'find-beacons',
  summary: 'Find regular call-backs in the network log',
  docs: findBeaconsDocs,
  arguments: findBeaconsArguments,
  compile: (args, context) => beaconQuery(queryOf(args, context)),
  // The list has the intervals as data; a chart shows at a glance a narrow hill or a long slope.
  under: (args, context) =>
    args.explain === undefined
      ? {
          kind: 'query',
          kql: topBeaconsChart(queryOf(args, context)),
          whenEmpty: 'Strobes are not drawn: they call too often to be scored.',
        }
      : undefined,
  looked,
  finding: ({ explain }) =>
    explain === undefined ? { title: 'Regular call-backs', severityColumn: 'Severity' } : undefined,
};

const queryOf = (args: FindBeaconsArguments, { schema }: CompileContext): BeaconQuery => ({
  ...args,
  from: connectionTable(schema, args),
  exclude: exclusionsFrom(args.exclude),
});

function looked(args: FindBeaconsArguments, { schema }: CompileContext): string {
  const from = connectionTable(schema, args);
  const { table, time, device, needs } = from;
  const connections = lookedAtConnections(from, exclusionsFrom(args.exclude), {
    what: 'connections from the source',
    addresses: [from.source, from.destination],
  });
  return lookedAtQuery([{ table, time, device, needs, ...connections }]);
}
