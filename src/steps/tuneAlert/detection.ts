/** The detection that a cell tunes, as KQL: its own query, a step, or a table. */
import { z } from 'zod';
import { kqlName } from '../../kql/kqlText.ts';
import type { Schema } from '../../kql/types.ts';
import { correlateProcessesStep } from '../correlateProcesses.ts';
import { findBeaconsStep } from '../findBeacons.ts';
import { findScansStep } from '../findScans.ts';
import { privilegedScriptsStep } from '../privilegedScripts.ts';
import { requireTable } from '../shared/tableColumns.ts';
import { StepError } from '../step.ts';
import type { DetectionStep } from '../step.ts';
import type { TuneAlertArguments } from './arguments.ts';

export interface Detection {
  /** Statements that end with the query of the rows, without threshold. */
  readonly kql: string;
  /** Table that it reads, where that is known. */
  readonly source: string | undefined;
}

type Compile = (args: unknown, schema: Schema, at: readonly (string | number)[]) => string;

function compiler<Args>(step: DetectionStep<Args>): readonly [string, Compile] {
  return [
    step.verb,
    (args, schema, at) => {
      const read = step.arguments.safeParse(args ?? {});
      if (!read.success) {
        const [issue] = read.error.issues;
        const path = (issue?.path ?? []).map((part) => (typeof part === 'symbol' ? String(part) : part));
        throw new StepError(
          `\`${step.verb}\`: ${issue?.message ?? 'wrong arguments'}.`,
          [...at, ...path],
          'argument',
        );
      }
      try {
        return step.compile(read.data, { schema });
      } catch (error) {
        if (!(error instanceof StepError) || error.code === 'missing-table') throw error;
        throw new StepError(error.message, [...at, ...error.path], error.code);
      }
    },
  ];
}

const compilers = new Map<string, Compile>([
  compiler(findScansStep),
  compiler(findBeaconsStep),
  compiler(correlateProcessesStep),
  compiler(privilegedScriptsStep),
]);

const withSource = z.looseObject({ in: z.string() });
const usualSources: Readonly<Record<string, string>> = { 'privileged-scripts': 'DeviceProcessEvents' };

/** Throws {@link StepError} when the step or table is unknown, or the step's arguments are wrong. */
export function detectionOf({ query, step, of }: TuneAlertArguments, schema: Schema): Detection {
  if (query !== undefined)
    return { kql: query.trim().replace(/;\s*$/, ''), source: firstName(query, schema) };
  if (of !== undefined) return { kql: kqlName(requireTable(schema, of, ['of']).name), source: undefined };
  const [verb, another] = Object.keys(step ?? {});
  const compile = verb === undefined ? undefined : compilers.get(verb);
  if (verb === undefined || compile === undefined || another !== undefined) {
    throw new StepError(
      `\`step\` takes one of ${[...compilers.keys()].join(', ')}, with its arguments.`,
      ['step'],
      'unknown-step',
    );
  }
  const args = step?.[verb];
  const kql = compile(args, schema, ['step', verb]).trim().replace(/;$/, '');
  return { kql, source: withSource.safeParse(args).data?.in ?? usualSources[verb] ?? 'DeviceNetworkEvents' };
}

/** The table that the text begins with. */
function firstName(query: string, { tables }: Schema): string | undefined {
  const name = /^\s*([A-Za-z_]\w*)/.exec(query)?.[1];
  return tables.some((table) => table.name === name) ? name : undefined;
}
