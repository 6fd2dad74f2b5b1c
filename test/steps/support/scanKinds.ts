/** The kinds of scan that are planted, and how well a detection finds them. */
import type { Generated, PlantedScan } from './scanGenerator.ts';
import type { Row } from './workbench.ts';

export const kindsOfScan = ['vertical', 'horizontal', 'block', 'slow', 'distributed'] as const;
export type KindOfScan = (typeof kindsOfScan)[number];

export interface Quality {
  readonly kind: KindOfScan;
  readonly planted: number;
  readonly listed: number;
  /** Share of the listed scans that were planted as that kind. */
  readonly precision: number;
  /** Share of the planted scans that are listed as their kind. */
  readonly recall: number;
}

/** Measures a result of `find-scans` against what was planted, kind by kind. */
export function qualityOf(result: readonly Row[], { scans }: Generated): readonly Quality[] {
  return kindsOfScan.map((kind) => {
    const planted = scans.filter((scan) => scan.kind === kind);
    const listed = result.filter((row) => row['Kind'] === kind);
    const right = listed.filter((row) => planted.some((scan) => isSame(row, scan)));
    const found = planted.filter((scan) => listed.some((row) => isSame(row, scan)));
    return {
      kind,
      planted: planted.length,
      listed: listed.length,
      precision: listed.length === 0 ? 0 : right.length / listed.length,
      recall: planted.length === 0 ? 0 : found.length / planted.length,
    };
  });
}

/** Same targets (each planted scan has its own) by the same source. */
function isSame(row: Row, { sources, hosts }: PlantedScan): boolean {
  const listed = textsOf(row['HostSample']);
  const by = textsOf(row['Source']);
  return listed.some((host) => hosts.includes(host)) && by.some((source) => sources.includes(source));
}

const textsOf = (sample: unknown): readonly string[] =>
  typeof sample === 'string' ? sample.split(', ') : [];
