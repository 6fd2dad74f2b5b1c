/** What a query for scans needs to know, and KQL that its parts share. */
import { kqlTimespan } from '../../kql/kqlText.ts';
import type { ConnectionTable } from '../shared/connections.ts';
import { withoutAddresses, withoutNames, type Exclusions } from '../shared/exclusions.ts';
import { points, scaleWithoutOutcome, type Measured, type Points } from './score.ts';
import type { WalkConstants } from './walk.ts';

export const scanKinds = ['vertical', 'horizontal', 'block', 'slow', 'distributed'] as const;
export type ScanKind = (typeof scanKinds)[number];

export interface ScanQuery {
  readonly from: ConnectionTable;
  readonly windowMs: number;
  /** How long first contacts count together for slow and distributed scans. */
  readonly slowMs: number;
  readonly kinds: readonly ScanKind[];
  readonly exclude: Exclusions;
  readonly thresholds: { readonly ports: number; readonly hosts: number; readonly sources: number };
  readonly minimum: number;
  readonly walk: WalkConstants;
}

/**
 * Windows start every fifth of their length, so what takes no longer than four fifths of a window lies whole in one of
 * them, wherever the clock cuts; what takes longer is put together again from the windows that it fills.
 */
export const hops = 5;

/** Slow windows overlap by half: days hold few first contacts, and what is longer is put together again, too. */
export const slowHops = 2;

/** `_Rows`: every connection attempt that no exclusion names. */
export function connectionRows({ from, exclude }: Pick<ScanQuery, 'from' | 'exclude'>): string {
  return lines(
    `// Connection attempts.`,
    `let _Rows = ${from.tableName}`,
    from.isAttempt !== undefined && `| where ${from.isAttempt}`,
    ...withoutNames(exclude, [from.device, from.process]),
    `| project Time = ${from.time}, Source = ${from.source}, DeviceName = ${from.device},`,
    `    Host = ${from.destination}, Port = ${from.port}, Failed = ${from.isFailed ?? 'false'}`,
    `| where isnotnull(Time) and isnotnull(Port) and isnotempty(Source) and isnotempty(Host)`,
    `| where Host != Source and Host !startswith "127." and Host != "::1"`,
    ...withoutAddresses(exclude, ['Source']),
  ).concat(';');
}

export const knowsOutcome = ({ from }: Pick<ScanQuery, 'from'>): boolean => from.isFailed !== undefined;

/** Returns KQL of the points that a kind of scan gets for what was measured. */
export function pointsFor(query: ScanQuery, measured: Measured): Points {
  return points(measured, knowsOutcome(query));
}

/** The score of a fast scan, 0 to 100, as KQL. */
export function total(each: Points, query: ScanQuery): string {
  const { breadth, failure, sequence, freshness, rate } = each;
  const given = [breadth, failure, sequence, freshness, rate].filter((points) => points !== undefined);
  const sum = `(${given.join(' + ')})`;
  return knowsOutcome(query) ? sum : `${scaleWithoutOutcome} * ${sum}`;
}

export const ratePerSecond = '(1.0 * Attempts / max_of(1.0, (LastSeen - FirstSeen) / 1s))';

export const hopOf = (windowMs: number, parts: number): number => Math.ceil(windowMs / parts);

/** A table of `name` with `Window` beside `Slot`: a row for each of the overlapping windows that cover the slot. */
export function windowsOf(name: string, table: string, windowMs: number, parts: number): string {
  return lines(
    `let ${name} = materialize(${table}`,
    `| extend On = 1`,
    `| join kind=inner (range Part from 0 to ${parts - 1} step 1 | extend On = 1) on On`,
    `| extend Window = Slot - Part * ${kqlTimespan(hopOf(windowMs, parts))}`,
    `| project-away On, On1, Part);`,
  );
}

export function lines(...parts: readonly (string | false)[]): string {
  return parts.filter((part) => part !== false).join('\n');
}
