/** `map-ttps`: evidence as ATT&CK techniques. */
import { techniques } from '../attack/catalogue.ts';
import type { TableSchema } from '../kql/types.ts';
import { addedTechniques } from './mapTtps/also.ts';
import { mapTtpsArguments } from './mapTtps/arguments.ts';
import type { MapTtpsArguments } from './mapTtps/arguments.ts';
import { mapTtpsDocs } from './mapTtps/docs.ts';
import { ttpQuery } from './mapTtps/query.ts';
import type { EvidenceTable } from './mapTtps/query.ts';
import { rules } from './mapTtps/rules.ts';
import { requireTable } from './shared/tableColumns.ts';
import { StepError } from './step.ts';
import type { CompileContext, DetectionStep } from './step.ts';

export const mapTtpsStep: DetectionStep<MapTtpsArguments> = {
  kind: 'detection',
  verb: 'map-ttps',
  summary: 'Map the evidence to MITRE ATT&CK techniques',
  docs: mapTtpsDocs,
  arguments: mapTtpsArguments,
  compile,
  finding: () => ({ title: 'ATT&CK techniques', techniqueColumn: 'Technique' }),
};

function compile(args: MapTtpsArguments, { schema }: CompileContext): string {
  if (args.from.length === 0 && args.also.length === 0) {
    throw new StepError(
      'Name tables with evidence in `from`, or techniques in `also`.',
      [],
      'nothing-to-map',
    );
  }
  const added = addedTechniques(args.also);
  const tables = [...new Set(args.from)].map((name) => {
    const path = ['from', args.from.indexOf(name)];
    return evidenceTable(requireTable(schema, name, path), args.minimum, path);
  });
  const ids = new Set([
    ...tables.flatMap((table) => table.rules.map((rule) => rule.technique)),
    ...added.map(({ technique }) => technique.id),
  ]);
  return ttpQuery(
    tables,
    added,
    [...techniques.values()].filter(({ id }) => ids.has(id)),
  );
}

function evidenceTable(
  table: TableSchema,
  minimum: number,
  path: readonly (string | number)[],
): EvidenceTable {
  const has = (name: string): boolean => table.columns.some((column) => column.name === name);
  const firstDatetime = (...names: readonly string[]): string | undefined =>
    names.find((name) => table.columns.some((column) => column.name === name && column.type === 'datetime'));

  const readable = rules.filter((rule) => rule.columns.every(has));
  if (readable.length === 0) {
    const wanted = [...new Set(rules.map((rule) => rule.columns.join(', ')))]
      .map((columns) => `(${columns})`)
      .join(' or ');
    throw new StepError(
      `No rule can read ${table.name}: it has ${table.columns.map(({ name }) => name).join(', ')}; the rules read ${wanted}.`,
      path,
      'missing-column',
    );
  }
  return {
    name: table.name,
    rules: readable,
    time: firstDatetime('Timestamp', 'TimeGenerated', 'FirstSeen'),
    end: firstDatetime('LastSeen', 'Timestamp', 'TimeGenerated'),
    minimumScore: has('Score') && has('Rank') ? minimum : undefined,
  };
}
