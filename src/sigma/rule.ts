/** Sigma documents: detection rules, correlations and filters, with what they ask resolved and every error in its place. */
import type { Condition } from './condition.ts';
import type { Matcher } from './matcher.ts';
import type { Place } from './sigmaError.ts';

export const levels = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export type Level = (typeof levels)[number];

export const statuses = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'] as const;
export type Status = (typeof statuses)[number];

/** What every document tells of itself. */
export interface About {
  readonly title: string;
  readonly id?: string | undefined;
  /** By which correlations refer to it. */
  readonly name?: string | undefined;
  readonly level?: Level | undefined;
  readonly status?: Status | undefined;
  readonly author?: string | undefined;
  readonly description?: string | undefined;
  readonly tags: readonly string[];
  readonly falsePositives: readonly string[];
}

export interface LogSource {
  readonly category?: string | undefined;
  readonly product?: string | undefined;
  readonly service?: string | undefined;
}

export interface DetectionRule {
  readonly kind: 'rule';
  readonly about: About;
  readonly logSource: LogSource;
  readonly logSourcePlace: Place;
  readonly matcher: Matcher;
}

export const correlationTypes = [
  'event_count',
  'value_count',
  'value_sum',
  'value_avg',
  'value_percentile',
  'value_median',
  'temporal',
  'temporal_ordered',
] as const;
export type CorrelationType = (typeof correlationTypes)[number];

export type Bound = '>' | '>=' | '<' | '<=' | '==' | '!=';

/** A reference to another document, by its id or name. */
export interface Reference extends Place {
  readonly name: string;
}

export interface CorrelationRule {
  readonly kind: 'correlation';
  readonly about: About;
  readonly type: CorrelationType;
  readonly rules: readonly Reference[];
  readonly groupBy: readonly Reference[];
  readonly timespanMs: number;
  /** What the count, or the aggregated value, must be. */
  readonly bounds: readonly { readonly bound: Bound; readonly value: number }[];
  /** Fields whose values are counted or aggregated. */
  readonly fields: readonly Reference[];
  /** Which percentile, of `value_percentile`. */
  readonly percentile: number;
  /** Of temporal correlations: which of the rules must have matched, where not all. */
  readonly condition?: Condition | undefined;
  /** Field of each rule, by rule, by alias. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Whether the rules that it refers to also stand alone. */
  readonly generate: boolean;
}

export interface FilterRule {
  readonly kind: 'filter';
  readonly about: About;
  readonly logSource: LogSource;
  /** Empty: every rule of the log source. */
  readonly rules: readonly Reference[];
  readonly matcher: Matcher;
}

export type SigmaDocument = DetectionRule | CorrelationRule | FilterRule;
