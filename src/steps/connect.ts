/** The `connect` step: the KQL cells below run on another engine. */
import { z } from 'zod';
import { graphEndpoint } from '../engine/remote/defender.ts';
import { readEndpoint } from '../engine/remote/endpoint.ts';
import { RemoteFailure } from '../engine/remote/failure.ts';
import { logAnalyticsEndpoint } from '../engine/remote/logAnalytics.ts';
import { addressOf, type RemoteTarget } from '../engine/remote/openRemote.ts';
import { connectDocs } from './connect/docs.ts';
import { StepError, type ActionContext, type ActionStep } from './step.ts';

const name = z
  .string()
  .regex(/^[A-Za-z_][\w-]*$/, 'takes a name of letters, digits, `_` and `-`, not starting with a digit')
  .refine((text) => text !== 'local', 'is the name of the session itself; take another');

const guid = z.string().regex(/^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/, {
  error: 'must be the id of a workspace, such as `00000000-0000-0000-0000-000000000000`',
});

/** The parts of an ISO 8601 duration; a hunter writes `P7D` or `PT12H`. */
const duration = z
  .string()
  .regex(
    /^P(?=\d|T\d)(?:\d+[YMWD])*(?:T(?:\d+[HMS])+)?$/,
    'must be a duration of ISO 8601, such as `P7D` or `PT12H`',
  );

const target = z
  .strictObject({
    to: z.enum(['kusto', 'log-analytics', 'defender']).describe('Kind of the service.'),
    cluster: z
      .string()
      .optional()
      .describe(
        'Address of an Azure Data Explorer cluster, a Fabric query URI, or any endpoint of that protocol.',
      ),
    database: z.string().min(1).optional().describe('Database of the cluster.'),
    workspace: guid.optional().describe('Workspace id of Log Analytics or Sentinel.'),
    timespan: duration
      .optional()
      .describe('How far back queries read, such as `P7D`; default: as the query says.'),
    endpoint: z.string().optional().describe('Address of the service in a national cloud.'),
    as: name.optional().describe('Name of the connection, to come back to it later.'),
  })
  .superRefine((args, issues) => {
    const needed = neededArguments[args.to];
    for (const key of Object.keys(args)) {
      if (key === 'to' || key === 'as' || Object.hasOwn(needed, key)) continue;
      issues.addIssue({
        code: 'custom',
        path: [key],
        message: `is no argument of \`to: ${args.to}\`; remove it`,
      });
    }
    for (const [key, example] of Object.entries(needed)) {
      if (example === undefined || Object.hasOwn(args, key)) continue;
      issues.addIssue({ code: 'custom', path: [key], message: `is missing: write \`${key}: ${example}\`` });
    }
    for (const key of ['cluster', 'endpoint'] as const) {
      const text = args[key];
      const read = text === undefined ? undefined : readEndpoint(text);
      if (read?.ok === false) issues.addIssue({ code: 'custom', path: [key], message: read.message });
    }
  });

/** Arguments that each service takes; those that it needs with an example. */
const neededArguments = {
  kusto: { cluster: 'https://help.kusto.windows.net', database: 'Samples' },
  'log-analytics': {
    workspace: '00000000-0000-0000-0000-000000000000',
    timespan: undefined,
    endpoint: undefined,
  },
  defender: { timespan: undefined, endpoint: undefined },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string | undefined>>>>;

const connectArguments = z
  .union([
    z.string().min(1).describe('`local`, or the name of a connection that a cell above made.'),
    target.describe('The service to connect to.'),
  ])
  .describe('Where the KQL cells below run.');

export type ConnectArguments = z.infer<typeof connectArguments>;

export const connectStep: ActionStep<ConnectArguments> = {
  kind: 'action',
  verb: 'connect',
  summary: 'Run the KQL cells below on Azure Data Explorer, Fabric, Log Analytics, Sentinel or Defender.',
  arguments: connectArguments,
  docs: connectDocs,
  run: async (args, context) => {
    const { connections } = context;
    if (connections === undefined)
      throw new StepError('Nothing but the local engine is there.', [], 'connect');
    if (typeof args === 'string') {
      const used = connections.use(args);
      if (used === undefined) throw unknownConnection(args, connections.names());
      return { loaded: [], notices: [`The KQL cells below run on ${used}.`] };
    }
    const remote = targetOf(args);
    await requireConsent(remote, context);
    try {
      const { engine, tables } = await connections.connect(remote, args.as ?? defaultName(remote));
      const counted = tables === 1 ? '1 table' : `${tables.toLocaleString('en-US')} tables`;
      return { loaded: [], notices: [`The KQL cells below run on ${engine}, which has ${counted}.`] };
    } catch (error) {
      if (error instanceof RemoteFailure)
        throw new StepError(error.message, placeOf(error, args), error.code);
      throw error;
    }
  },
};

function unknownConnection(name: string, names: readonly string[]): StepError {
  const known = ['local', ...names].map((each) => `\`${each}\``).join(', ');
  return new StepError(
    `No cell above connects to \`${name}\`. The connections are ${known}. Write \`connect: { to: ... }\` to make one.`,
    [],
    'unknown-connection',
  );
}

function targetOf(args: Exclude<ConnectArguments, string>): RemoteTarget {
  const timespan = args.timespan === undefined ? {} : { timespan: args.timespan };
  switch (args.to) {
    case 'kusto':
      return { to: 'kusto', cluster: urlOf(args.cluster, 'cluster'), database: args.database ?? '' };
    case 'log-analytics': {
      const endpoint = urlOf(args.endpoint ?? logAnalyticsEndpoint, 'endpoint');
      return { to: 'log-analytics', workspace: args.workspace ?? '', endpoint, ...timespan };
    }
    case 'defender':
      return { to: 'defender', endpoint: urlOf(args.endpoint ?? graphEndpoint, 'endpoint'), ...timespan };
  }
}

function urlOf(text: string | undefined, argument: string): URL {
  const read = readEndpoint(text ?? '');
  if (!read.ok) throw new StepError(read.message, [argument], 'argument');
  return read.url;
}

async function requireConsent(remote: RemoteTarget, { allowUrl }: ActionContext): Promise<void> {
  const address = addressOf(remote);
  if ((await allowUrl?.(address)) === true) return;
  throw new StepError(
    `The notebook may not talk to ${address.host}: nobody has allowed it. Run the cell again and allow it, or use \`--allow-network\` on the command line.`,
    remote.to === 'kusto' ? ['cluster'] : [],
    'network-not-allowed',
  );
}

function placeOf({ code }: RemoteFailure, { to }: Exclude<ConnectArguments, string>): readonly string[] {
  return to === 'kusto' && /unreachable|certificate|html|malformed|redirect|not-found/.test(code)
    ? ['cluster']
    : [];
}

function defaultName(remote: RemoteTarget): string {
  return remote.to === 'kusto' ? remote.database : remote.to;
}
