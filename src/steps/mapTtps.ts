/** `map-ttps`: evidence as ATT&CK techniques. */
import { attackVersion, currentTechniques, techniques } from '../attack/catalogue.ts';
import { kqlName } from '../kql/kqlText.ts';
import type { Schema, TableSchema } from '../kql/types.ts';
import { addedTechniques, adviceOn } from './mapTtps/also.ts';
import { mapTtpsArguments } from './mapTtps/arguments.ts';
import type { MapTtpsArguments } from './mapTtps/arguments.ts';
import { mapTtpsDocs } from './mapTtps/docs.ts';
import { interestOf, layerTechniques, type LayerTechniques } from './mapTtps/interest.ts';
import { namedTechniquesOf } from './mapTtps/namedTechniques.ts';
import { ttpQuery } from './mapTtps/query.ts';
import type { EvidenceTable } from './mapTtps/query.ts';
import { rules as builtInRules } from './mapTtps/rules.ts';
import type { Rule } from './mapTtps/rules.ts';
import { teamRulesIn, TeamRulesFault } from './mapTtps/teamRules.ts';
import { deviceColumn } from './shared/columnRoles.ts';
import { lookedAtQuery, type LookedTable } from './shared/lookedAt.ts';
import { readNamedFiles } from './shared/namedFiles.ts';
import { requireTable } from './shared/tableColumns.ts';
import { StepError } from './step.ts';
import type { CompileContext, DetectionStep, FileAccess } from './step.ts';

/** The arguments with what their files hold. */
interface Prepared {
  readonly args: MapTtpsArguments;
  readonly teamRules: readonly Rule[];
  readonly layer?: LayerTechniques;
}

export const mapTtpsStep: DetectionStep<MapTtpsArguments, Prepared> = {
  kind: 'detection',
  verb: 'map-ttps',
  summary: 'Map the evidence to MITRE ATT&CK techniques',
  docs: mapTtpsDocs,
  arguments: mapTtpsArguments,
  prepare,
  compile,
  looked,
  advise: ({ also }) => adviceOn(also),
  finding: () => ({ title: 'ATT&CK techniques', techniqueColumn: 'Technique' }),
};

async function prepare(args: MapTtpsArguments, files: FileAccess): Promise<Prepared> {
  const ruleFiles = args.rules === undefined ? [] : await readNamedFiles(args.rules, files, ['rules']);
  const teamRules = ruleFiles.flatMap((file) => {
    try {
      return teamRulesIn(file);
    } catch (error) {
      if (error instanceof TeamRulesFault) throw new StepError(error.message, ['rules'], 'rules');
      throw error;
    }
  });
  const [layerFile] = args.layer === undefined ? [] : await readNamedFiles(args.layer, files, ['layer']);
  const layer = layerFile && layerTechniques(layerFile);
  if (typeof layer === 'string') throw new StepError(layer, ['layer'], 'layer');
  if (layer !== undefined && layer.unknown.length > 0) {
    files.notice?.(
      `${args.layer} names what ATT&CK ${attackVersion} does not have: ${layer.unknown.join(', ')}.`,
    );
  }
  return { args, teamRules, ...(layer !== undefined && { layer }) };
}

function compile({ args, teamRules, layer }: Prepared, { schema }: CompileContext): string {
  if (args.from.length === 0 && args.also.length === 0 && layer === undefined) {
    throw new StepError(
      'Name tables with evidence in `from`, or techniques in `also`.',
      [],
      'nothing-to-map',
    );
  }
  const added = addedTechniques(args.also);
  const rules = [...builtInRules, ...teamRules];
  const tables = evidenceTables(args, rules, schema);
  const interest = interestOf(tables, layer, args.coverage);
  // What rows name themselves is known only when the query runs.
  const any = tables.some(({ named }) => named !== undefined) ? currentTechniques : [];
  const ids = new Set([
    ...any.map(({ id }) => id),
    ...tables.flatMap((table) => table.rules.map((rule) => rule.technique)),
    ...added.map(({ technique }) => technique.id),
    ...interest.map(({ technique }) => technique),
  ]);
  return ttpQuery(
    tables,
    added,
    interest,
    [...techniques.values()].filter(({ id }) => ids.has(id)),
  );
}

function evidenceTables(
  { from, minimum }: MapTtpsArguments,
  rules: readonly Rule[],
  schema: Schema,
): readonly EvidenceTable[] {
  return [...new Set(from)].map((name) => {
    const path = ['from', from.indexOf(name)];
    return evidenceTable(requireTable(schema, name, path), rules, minimum, path);
  });
}

/** The tables of the evidence, with the columns that the rules read. */
function looked({ args, teamRules }: Prepared, { schema }: CompileContext): string | undefined {
  const tables = evidenceTables(args, [...builtInRules, ...teamRules], schema);
  return lookedAtQuery(
    tables.map(({ name, rules, named, time, minimumScore }): LookedTable => {
      const device = deviceColumn(requireTable(schema, name, ['from']));
      const reads = [
        ...new Set([
          ...rules.flatMap(({ columns }) => columns),
          ...(named === undefined ? [] : [named.techniques]),
        ]),
      ];
      return {
        table: name,
        time: time === undefined ? undefined : kqlName(time),
        device: device === undefined ? undefined : kqlName(device),
        needs: [],
        reads,
        ...(minimumScore !== undefined && {
          taken: { what: `with a score of at least ${minimumScore}`, where: `Score >= ${minimumScore}` },
        }),
      };
    }),
  );
}

function evidenceTable(
  table: TableSchema,
  rules: readonly Rule[],
  minimum: number,
  path: readonly (string | number)[],
): EvidenceTable {
  const has = (name: string): boolean => table.columns.some((column) => column.name === name);
  const firstDatetime = (...names: readonly string[]): string | undefined =>
    names.find((name) => table.columns.some((column) => column.name === name && column.type === 'datetime'));

  const readable = rules.filter((rule) => rule.columns.every(has));
  const named = namedTechniquesOf(table);
  if (readable.length === 0 && named === undefined) {
    const wanted = [...new Set(rules.map((rule) => rule.columns.join(', ')))]
      .map((columns) => `(${columns})`)
      .join(' or ');
    throw new StepError(
      `No rule can read ${table.name}: it has ${table.columns.map(({ name }) => name).join(', ')}; the rules read ${wanted}, or rows that name their Techniques.`,
      path,
      'missing-column',
    );
  }
  return {
    name: table.name,
    rules: readable,
    named,
    time: firstDatetime('Timestamp', 'TimeGenerated', 'FirstSeen'),
    end: firstDatetime('LastSeen', 'Timestamp', 'TimeGenerated'),
    minimumScore: has('Score') && has('Rank') ? minimum : undefined,
  };
}
