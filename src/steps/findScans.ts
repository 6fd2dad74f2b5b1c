/** `find-scans`: sources that try many ports, many hosts, or both, at once, over days or together. */
import { findScansArguments } from './findScans/arguments.ts';
import type { FindScansArguments } from './findScans/arguments.ts';
import { findScansDocs } from './findScans/docs.ts';
import { explainQuery } from './findScans/explain.ts';
import { methodsQuery } from './findScans/methods.ts';
import { scanQuery } from './findScans/query.ts';
import { knowsOutcome, type ScanQuery } from './findScans/scanQuery.ts';
import { walkConstants } from './findScans/walk.ts';
import { connectionTable, lookedAtConnections } from './shared/connections.ts';
import { durationMs } from './shared/duration.ts';
import { exclusionsFrom } from './shared/exclusions.ts';
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
  finding: ({ explain }) =>
    explain === undefined ? { title: 'Network scans', severityColumn: 'Severity' } : undefined,
};

function compile(args: FindScansArguments, context: CompileContext): string {
  const query = queryOf(args, context);
  const { explain, methods, constants } = args;
  if (explain === undefined && methods === undefined) return scanQuery(query);
  if (!knowsOutcome(query)) {
    const path = [explain === undefined ? 'methods' : 'explain'];
    throw new StepError(
      `Table ${query.from.table} does not say which connections failed, and the published methods count those. Name that column in columns.action.`,
      path,
      'missing-column',
    );
  }
  if (explain !== undefined) return explainQuery({ ...query, source: explain });
  return methodsQuery({ ...query, methods: [...new Set(methods)], constants });
}

function queryOf(args: FindScansArguments, { schema }: CompileContext): ScanQuery {
  const windowMs = milliseconds(args, 'window');
  const slowMs = milliseconds(args, 'slow');
  if (slowMs < windowMs) {
    throw new StepError('`slow` is shorter than `window`: scans within a window are not slow.', ['slow']);
  }
  return {
    from: connectionTable(schema, args),
    windowMs,
    slowMs,
    kinds: args.kinds,
    exclude: exclusionsFrom(args.exclude),
    thresholds: args.thresholds,
    minimum: args.minimum,
    walk: walkConstants(args.trw),
  };
}

function milliseconds(args: FindScansArguments, argument: 'window' | 'slow'): number {
  const value = durationMs(args[argument]);
  if (value === undefined) throw new StepError(`"${args[argument]}" is no duration.`, [argument]);
  return value;
}

function looked(args: FindScansArguments, { schema }: CompileContext): string {
  const from = connectionTable(schema, args);
  const { table, time, device, needs, isFailed, action = '' } = from;
  const { taken, must } = lookedAtConnections(from, exclusionsFrom(args.exclude), {
    what: 'connection attempts',
    addresses: [from.source],
  });
  const failures =
    isFailed === undefined
      ? []
      : [{ hold: isFailed, else: `no value of ${action} is a failed connection, and scans show by those` }];
  return lookedAtQuery([{ table, time, device, needs, taken, must: [...must, ...failures] }]);
}
