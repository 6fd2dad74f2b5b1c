/**
 * A Defender XDR custom detection as JSON: the body of `POST /security/rules/detectionRules` of Microsoft Graph
 * (resource type microsoft.graph.security.detectionRule).
 */
import { kqlName } from '../../kql/kqlText.ts';
import { StepError } from '../step.ts';
import { ruleDescription, ruleTactics, ruleTechniques, thresholdQuery } from './ruleFacts.ts';
import type { RuleRequest } from './ruleText.ts';

/** Identifiers of an impacted user, by column: values of microsoft.graph.security.userAssetIdentifier. */
const userIdentifiers = [
  ['AccountObjectId', 'accountObjectId'],
  ['AccountSid', 'accountSid'],
  ['AccountUpn', 'accountUpn'],
] as const;

/** Returns a custom detection of Defender as JSON. */
export function defenderRule(request: RuleRequest): string {
  const { exported, columns } = request;
  const techniques = ruleTechniques(request);
  const [tactic] = ruleTactics(techniques);
  const user = userIdentifiers.find(([name]) => columns.some((column) => column.name === name));
  const rule = {
    displayName: exported.name,
    isEnabled: true,
    queryCondition: { queryText: withEvent(request, thresholdQuery(request)) },
    schedule: { period: exported.frequency.toUpperCase() },
    detectionAction: {
      alertTemplate: {
        title: exported.name,
        description: ruleDescription(request),
        severity: exported.severity,
        category: (tactic?.name ?? 'Suspicious Activity').replace(/\s+/g, ''),
        recommendedActions: null,
        mitreTechniques: [...new Set(techniques.map(({ id }) => id))],
        impactedAssets: [
          { '@odata.type': '#microsoft.graph.security.impactedDeviceAsset', identifier: 'deviceId' },
          ...(user === undefined
            ? []
            : [{ '@odata.type': '#microsoft.graph.security.impactedUserAsset', identifier: user[1] }]),
        ],
      },
      organizationalScope: null,
      responseActions: [],
    },
  };
  return `${JSON.stringify(rule, null, 2)}\n`;
}

/** What a custom detection must return of an event: Microsoft, "Create custom detection rules". */
const required = ['Timestamp', 'DeviceId', 'ReportId'] as const;

/** The query, joined with the last event of the device where its own rows do not name one. */
function withEvent({ columns, detection, args, schema, at }: RuleRequest, query: string): string {
  const lacks = required.filter((name) => !columns.some((column) => column.name === name));
  if (lacks.length === 0) return query;
  const source = schema.tables.find(({ name }) => name === (args.history ?? detection.source));
  const isEventTable = [...required, 'DeviceName'].every((name) =>
    source?.columns.some((column) => column.name === name),
  );
  const hasDevice = columns.some(({ name }) => name === 'DeviceName');
  if (source === undefined || !isEventTable || !hasDevice) {
    throw new StepError(
      `A Defender custom detection must return ${required.join(', ')}; the detection lacks ${lacks.join(' and ')}. Keep them in the query, for example with \`summarize arg_max(Timestamp, ReportId, DeviceId), ...\`.`,
      at,
      'missing-column',
    );
  }
  const present = columns.map(({ name }) => name).filter((name) => required.some((one) => one === name));
  return [
    query,
    ...(present.length === 0 ? [] : [`| project-away ${present.map(kqlName).join(', ')}`]),
    `| join kind=inner (${kqlName(source.name)} | summarize arg_max(Timestamp, ReportId, DeviceId) by DeviceName) on DeviceName`,
    `| project-away DeviceName1`,
  ].join('\n');
}
