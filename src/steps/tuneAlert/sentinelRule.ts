/**
 * A Microsoft Sentinel analytics rule as YAML, in the form of the templates of Azure-Sentinel ("Query Style Guide" of its
 * wiki): what the portal, the repositories feature and deployment tools import.
 */
import { stringify } from 'yaml';
import type { Column } from '../../kql/types.ts';
import { durationMs } from '../shared/duration.ts';
import { StepError } from '../step.ts';
import { ruleDescription, ruleId, ruleTactics, ruleTechniques, thresholdQuery } from './ruleFacts.ts';
import type { RuleFile, RuleRequest } from './ruleText.ts';

interface EntityMapping {
  readonly entityType: string;
  readonly fieldMappings: readonly { readonly identifier: string; readonly columnName: string }[];
}

/** Columns that name an entity, most usual first, by Sentinel's entity types and identifiers. */
const entities = [
  ['Host', 'FullName', ['DeviceName', 'Computer', 'DvcHostname', 'Hostname']],
  ['Account', 'Name', ['AccountName', 'InitiatingProcessAccountName', 'Account', 'SubjectUserName']],
  ['IP', 'Address', ['Source', 'LocalIP', 'SourceIP']],
  ['IP', 'Address', ['RemoteIP', 'Destination', 'DestinationIP']],
  ['Process', 'CommandLine', ['ProcessCommandLine', 'InitiatingProcessCommandLine', 'CommandLine']],
  ['File', 'Name', ['FileName']],
  ['URL', 'Url', ['RemoteUrl', 'Url']],
] as const;

/** Sentinel knows the tactics of ATT&CK before version 19. */
const formerTactics: Readonly<Record<string, string>> = {
  Stealth: 'DefenseEvasion',
  DefenseImpairment: 'DefenseEvasion',
};

/** Microsoft: a rule looks back at most 14 days, and at least as far as it runs often. */
const maxPeriodMs = 14 * 86_400_000;

/** Returns an analytics rule of Sentinel as YAML, with the function that a long query becomes. */
export function sentinelRule(request: RuleRequest): RuleFile {
  const { exported, detection, columns, at } = request;
  const techniques = ruleTechniques(request);
  const { query, function: called } = ruleQuery(request);
  const mappings = entityMappings(columns);
  if (mappings.length === 0) {
    throw new StepError(
      'The rows of the detection name no host, account, address, process, file or URL, so its alerts would have no entity. Keep such a column in the query.',
      at,
      'no-entity',
    );
  }
  const rule = {
    id: ruleId(request),
    name: exported.name,
    description: ruleDescription(request),
    severity: capitalized(exported.severity),
    status: 'Available',
    requiredDataConnectors: connectors(detection.source),
    queryFrequency: exported.frequency === '24h' ? '1d' : exported.frequency,
    queryPeriod: periodOf(request),
    triggerOperator: 'gt',
    triggerThreshold: 0,
    tactics: [...new Set(ruleTactics(techniques).map(({ name }) => tacticName(name)))],
    relevantTechniques: [...new Set(techniques.map(({ id }) => id))],
    query: `${query}\n`,
    entityMappings: mappings,
    eventGroupingSettings: { aggregationKind: 'AlertPerResult' },
    version: '1.0.0',
    kind: 'Scheduled',
  };
  const text = stringify(rule, { lineWidth: 0, blockQuote: 'literal' });
  return { text, ...(called !== undefined && { function: called }) };
}

/** Microsoft, "Create a custom analytics rule": the query has 1 to 10,000 characters. */
const maxQueryLength = 10_000;

interface RuleQuery {
  readonly query: string;
  readonly function?: RuleFile['function'];
}

/** The query with its threshold; where it is too long, a call of a workspace function that holds it. */
function ruleQuery(request: RuleRequest): RuleQuery {
  const query = thresholdQuery(request);
  if (query.length < maxQueryLength) return { query };
  const name = functionName(request.exported.name);
  return {
    query: `${name}()\n${query.slice(query.lastIndexOf('\n') + 1)}`,
    function: { name, text: `${request.detection.kql}\n` },
  };
}

/** A name as KQL takes it, of the words of the rule's name: `InternalPortScan`. */
function functionName(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return `Hunt${words.map(capitalized).join('')}`;
}

function tacticName(name: string): string {
  const joined = name.replace(/ and /g, ' And ').replace(/\s+/g, '');
  return formerTactics[joined] ?? joined;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function entityMappings(columns: readonly Column[]): readonly EntityMapping[] {
  return entities.flatMap(([entityType, identifier, names]) => {
    const columnName = names.find((name) => columns.some((column) => column.name === name));
    return columnName === undefined ? [] : [{ entityType, fieldMappings: [{ identifier, columnName }] }];
  });
}

/** Data connectors by table; a table of another source has none that is known here. */
function connectors(source: string | undefined): readonly object[] {
  if (source === undefined) return [];
  if (/^(?:Device|Email|Identity|CloudApp|Alert|Url)[A-Z]/.test(source))
    return [{ connectorId: 'MicrosoftThreatProtection', dataTypes: [source] }];
  if (source === 'SecurityEvent') return [{ connectorId: 'SecurityEvents', dataTypes: [source] }];
  if (source === 'SigninLogs' || source === 'AuditLogs')
    return [{ connectorId: 'AzureActiveDirectory', dataTypes: [source] }];
  return [];
}

function periodOf({ exported, at }: RuleRequest): string {
  const frequencyMs = durationMs(exported.frequency) ?? 0;
  const periodMs = exported.period === undefined ? frequencyMs : (durationMs(exported.period) ?? 0);
  if (periodMs < frequencyMs || periodMs > maxPeriodMs || periodMs % 60_000 !== 0) {
    throw new StepError(
      `A Sentinel rule looks back whole minutes, at least as far as it runs often (${exported.frequency}), and at most 14 days.`,
      [...at, 'period'],
      'argument',
    );
  }
  if (periodMs % 86_400_000 === 0) return `${periodMs / 86_400_000}d`;
  return periodMs % 3_600_000 === 0 ? `${periodMs / 3_600_000}h` : `${periodMs / 60_000}m`;
}
