/**
 * A Sigma rule (Sigma specification 2.1) for what Sigma can say: rows that meet conditions on single fields, and counts of
 * them by fields in a time, as a correlation rule. Everything else is refused with the part that Sigma has no word for.
 */
import { stringify } from 'yaml';
import { StepError } from '../step.ts';
import { ruleDescription, ruleId, ruleTactics, ruleTechniques } from './ruleFacts.ts';
import type { RuleRequest } from './ruleText.ts';
import { readSimpleQuery } from './simpleQuery.ts';
import type { Condition, SimpleQuery } from './simpleQuery.ts';

interface Source {
  readonly logsource: Readonly<Record<string, string>>;
  /** Sigma's names of the columns; others stay as they are. */
  readonly fields: Readonly<Record<string, string>>;
}

const initiator = {
  InitiatingProcessFolderPath: 'Image',
  InitiatingProcessCommandLine: 'CommandLine',
  InitiatingProcessAccountName: 'User',
};

/** Sigma's taxonomy by table (SigmaHQ, "Taxonomy appendix"): the fields of Sysmon's events. */
const sources: Readonly<Record<string, Source>> = {
  DeviceProcessEvents: {
    logsource: { category: 'process_creation', product: 'windows' },
    fields: {
      FolderPath: 'Image',
      ProcessCommandLine: 'CommandLine',
      AccountName: 'User',
      ProcessIntegrityLevel: 'IntegrityLevel',
      ProcessVersionInfoOriginalFileName: 'OriginalFileName',
      InitiatingProcessFolderPath: 'ParentImage',
      InitiatingProcessCommandLine: 'ParentCommandLine',
      DeviceName: 'Computer',
    },
  },
  DeviceNetworkEvents: {
    logsource: { category: 'network_connection', product: 'windows' },
    fields: {
      ...initiator,
      RemoteIP: 'DestinationIp',
      RemotePort: 'DestinationPort',
      RemoteUrl: 'DestinationHostname',
      LocalIP: 'SourceIp',
      LocalPort: 'SourcePort',
      DeviceName: 'Computer',
    },
  },
  DeviceFileEvents: {
    logsource: { category: 'file_event', product: 'windows' },
    fields: { ...initiator, FolderPath: 'TargetFilename', DeviceName: 'Computer' },
  },
  DeviceRegistryEvents: {
    logsource: { category: 'registry_set', product: 'windows' },
    fields: {
      ...initiator,
      RegistryKey: 'TargetObject',
      RegistryValueData: 'Details',
      DeviceName: 'Computer',
    },
  },
  SecurityEvent: { logsource: { product: 'windows', service: 'security' }, fields: {} },
};

/** Returns the detection as a Sigma rule. Throws where Sigma cannot say it. */
export function sigmaRule(request: RuleRequest): string {
  const { exported, args, at } = request;
  if (args.query === undefined) {
    throw new StepError(
      'Sigma has no scores, so a step or a table cannot become a Sigma rule. Write the detection as a `query` of conditions and a count, or export it as Sentinel or Defender.',
      at,
      'not-in-sigma',
    );
  }
  const read = readSimpleQuery(args.query);
  if (!read.ok) {
    throw new StepError(
      `Sigma cannot say \`${read.part}\`: ${read.reason}. Export it as Sentinel or Defender.`,
      [...at, 'kind'],
      'not-in-sigma',
    );
  }
  const { query } = read;
  const source = sources[query.table];
  if (source === undefined) {
    throw new StepError(
      `Sigma has no log source for ${query.table}. It has for ${Object.keys(sources).join(', ')}.`,
      [...at, 'kind'],
      'not-in-sigma',
    );
  }
  const techniques = ruleTechniques(request);
  const about = {
    title: exported.name,
    id: ruleId(request),
    status: 'experimental',
    description: ruleDescription(request),
    tags: [
      ...ruleTactics(techniques).map(({ shortName }) => `attack.${shortName}`),
      ...techniques.map(({ id }) => `attack.${id.toLowerCase()}`),
    ],
    level: exported.severity,
  };
  const print = (rule: object): string => stringify(rule, { lineWidth: 0 });
  return query.count === undefined
    ? print(singleRule(request, query, source, about))
    : correlation(request, query, query.count, source, about).map(print).join('---\n');
}

type About = Readonly<Record<string, unknown>> & { readonly id: string };

function singleRule(
  { args, exported }: RuleRequest,
  query: SimpleQuery,
  source: Source,
  about: About,
): object {
  const operator = args.alert === 'below' ? 'lte' : 'gte';
  const threshold: Condition = {
    column: args.threshold,
    modifiers: [operator],
    values: [exported.threshold],
  };
  const { level, ...head } = about;
  return {
    ...head,
    logsource: source.logsource,
    detection: detectionOf([...query.conditions, threshold], source),
    falsepositives: ['Unknown'],
    level,
  };
}

function correlation(
  { args, exported, at }: RuleRequest,
  query: SimpleQuery,
  count: NonNullable<SimpleQuery['count']>,
  source: Source,
  about: About,
): readonly object[] {
  if (count.name !== args.threshold) {
    throw new StepError(
      `The query counts ${count.name}, but the threshold is about ${args.threshold}. Sigma can only compare the count.`,
      [...at, 'kind'],
      'not-in-sigma',
    );
  }
  const name = `${about.id}-events`;
  const { level, ...head } = about;
  const condition = {
    [args.alert === 'below' ? 'lte' : 'gte']: exported.threshold,
    ...(count.field !== undefined && { field: fieldOf(count.field, source) }),
  };
  const events = {
    title: `${exported.name}: events`,
    id: `${about.id.slice(0, -1)}${about.id.endsWith('0') ? '1' : '0'}`,
    name,
    status: 'experimental',
    description: `The events that ${exported.name} counts.`,
    logsource: source.logsource,
    detection: detectionOf(query.conditions, source),
    level: 'informational',
  };
  return [
    {
      ...head,
      correlation: {
        type: count.field === undefined ? 'event_count' : 'value_count',
        rules: [name],
        'group-by': count.by.map((column) => fieldOf(column, source)),
        timespan: count.timespan,
        condition,
      },
      falsepositives: ['Unknown'],
      level,
    },
    events,
  ];
}

/** All conditions in one selection where no field stands twice, else numbered ones that must all hold. */
function detectionOf(conditions: readonly Condition[], source: Source): object {
  const selections: Record<string, unknown>[] = [{}];
  const filters: Record<string, unknown>[] = [];
  for (const condition of conditions) {
    const entry = entryOf(condition, source);
    const [key] = entry;
    if (condition.isNegated === true) {
      filters.push(Object.fromEntries([entry]));
      continue;
    }
    const free = selections.find((selection) => !Object.hasOwn(selection, key));
    if (free === undefined) selections.push(Object.fromEntries([entry]));
    else free[key] = entry[1];
  }
  const filled = selections.filter((selection) => Object.keys(selection).length > 0);
  const names = filled.map((_selection, index) =>
    filled.length === 1 ? 'selection' : `selection_${index + 1}`,
  );
  const filterNames = filters.map((_filter, index) => `filter_${index + 1}`);
  return {
    ...Object.fromEntries(names.map((name, index) => [name, filled[index]])),
    ...Object.fromEntries(filterNames.map((name, index) => [name, filters[index]])),
    condition: [...names, ...filterNames.map((name) => `not ${name}`)].join(' and '),
  };
}

function entryOf({ column, modifiers, values }: Condition, source: Source): readonly [string, unknown] {
  // Sigma has the path of a program, not its name.
  const isFile = /FileName$/.test(column) && column !== 'ProcessVersionInfoOriginalFileName';
  const pathColumn = isFile ? column.replace(/FileName$/, 'FolderPath') : column;
  const isPath = isFile && source.fields[pathColumn] !== undefined && modifiers.length === 0;
  const field = isPath ? fieldOf(pathColumn, source) : fieldOf(column, source);
  const shown = values.map((value) =>
    typeof value === 'string' ? sigmaText(isPath ? `\\${value}` : value, modifiers) : value,
  );
  const key = [field, ...(isPath ? ['endswith'] : modifiers)].join('|');
  return [key, shown.length === 1 ? shown[0] : shown];
}

const fieldOf = (column: string, source: Source): string => source.fields[column] ?? column;

/** Wildcards and backslashes before them are escaped; a regular expression stays as it is. */
function sigmaText(text: string, modifiers: readonly string[]): string {
  if (modifiers.includes('re')) return text;
  return text.replace(/\\+(?=[*?]|\\)|[*?]/g, (match) =>
    match.startsWith('\\') ? match.replaceAll('\\', '\\\\') : `\\${match}`,
  );
}
