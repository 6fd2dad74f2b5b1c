/** Request properties: what a client, or a `set` statement, asks of the service for one query. */
import { z } from 'zod';
import { parseDatetime } from '../../kql/time/parseDatetime.ts';
import { parseTimespan } from '../../kql/time/parseTimespan.ts';
import { isCommand } from '../commands/commandText.ts';
import { ServiceError } from '../serviceError.ts';
import { setOptions } from './queryText.ts';

/** Kusto's own limits: Microsoft Learn, "Query limits". */
const defaults = {
  queryTimeoutMs: 4 * 60_000,
  commandTimeoutMs: 10 * 60_000,
  maxTimeoutMs: 60 * 60_000,
  maxRecords: 500_000,
  maxBytes: 64 * 1024 ** 2,
} as const;

export type ErrorPlacement = 'in_data' | 'end_of_table' | 'end_of_dataset';

export interface RequestProperties {
  readonly timeoutMs: number;
  /** Infinite where truncation is off. */
  readonly maxRecords: number;
  readonly maxBytes: number;
  /** Tell of a cut result in the status table only, and not as an error of the request. */
  readonly defersPartialFailures: boolean;
  readonly isProgressive: boolean;
  readonly isFragmented: boolean;
  readonly hasNewlines: boolean;
  readonly errorPlacement: ErrorPlacement;
  /** The instant that `now()` means, in ticks; absent: the clock. */
  readonly nowTicks?: bigint;
}

const truth = z.union([z.boolean(), z.stringbool()]);
const limit = z.coerce.number().int().positive();

/** The options that mean something here; Kusto's others are read past. */
const optionsSchema = z.object({
  servertimeout: z.union([z.string(), z.number()]).optional(),
  norequesttimeout: truth.default(false),
  notruncation: truth.default(false),
  truncationmaxrecords: limit.default(defaults.maxRecords),
  truncationmaxsize: limit.default(defaults.maxBytes),
  deferpartialqueryfailures: truth.default(false),
  results_progressive_enabled: truth.default(false),
  results_v2_fragment_primary_tables: truth.default(false),
  results_v2_newlines_between_frames: truth.default(false),
  results_error_reporting_placement: z.enum(['in_data', 'end_of_table', 'end_of_dataset']).default('in_data'),
  query_now: z.string().optional(),
});

/** Returns what the options ask for, those of `set` statements of the text before the request's. Throws {@link ServiceError}. */
export function requestProperties(
  options: Readonly<Record<string, unknown>>,
  text: string,
): RequestProperties {
  const lowered = Object.entries(options)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => [name.toLowerCase(), value] as const);
  const parsed = optionsSchema.safeParse(Object.fromEntries([...lowered, ...setOptions(text)]));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const name = issue?.path.join('.') ?? '';
    throw new ServiceError('badRequest', `The request property '${name}' is wrong: ${issue?.message ?? ''}`);
  }
  const asked = parsed.data;
  return {
    timeoutMs: asked.norequesttimeout ? defaults.maxTimeoutMs : timeoutOf(asked.servertimeout, text),
    maxRecords: asked.notruncation ? Infinity : asked.truncationmaxrecords,
    maxBytes: asked.notruncation ? Infinity : asked.truncationmaxsize,
    defersPartialFailures: asked.deferpartialqueryfailures,
    isProgressive: asked.results_progressive_enabled,
    isFragmented: asked.results_progressive_enabled || asked.results_v2_fragment_primary_tables,
    hasNewlines: asked.results_v2_newlines_between_frames,
    errorPlacement: asked.results_error_reporting_placement,
    ...(asked.query_now !== undefined && { nowTicks: nowOf(asked.query_now) }),
  };
}

const ticksPerMs = 10_000;

/** A timespan as text, or its ticks as a number; Kusto grants an hour at most. */
function timeoutOf(asked: string | number | undefined, text: string): number {
  if (asked === undefined) return isCommand(text) ? defaults.commandTimeoutMs : defaults.queryTimeoutMs;
  const ticks = typeof asked === 'number' ? asked : parseTimespan(literal(asked, 'timespan|time'));
  if (ticks === null || ticks <= 0) {
    throw new ServiceError('badRequest', `'${asked}' is no timeout. Write servertimeout as hh:mm:ss.`);
  }
  return Math.min(Math.max(1, Number(ticks) / ticksPerMs), defaults.maxTimeoutMs);
}

function nowOf(asked: string): bigint {
  const ticks = parseDatetime(literal(asked, 'datetime|date'));
  if (ticks !== null) return ticks;
  throw new ServiceError('badRequest', `'${asked}' is no datetime for query_now.`);
}

/** What stands inside `timespan(...)`, or the text itself. */
function literal(text: string, types: string): string {
  return new RegExp(`^\\s*(?:${types})\\s*\\(\\s*(.*?)\\s*\\)\\s*$`).exec(text)?.[1] ?? text;
}
