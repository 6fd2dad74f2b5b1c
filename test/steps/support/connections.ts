/** Rows of network events, planted for tests. */
import type { Columns, Row } from './workbench.ts';

export const networkColumns: Columns = {
  Timestamp: 'datetime',
  DeviceName: 'string',
  ActionType: 'string',
  LocalIP: 'string',
  RemoteIP: 'string',
  RemotePort: 'int',
};

export interface Plan {
  readonly source?: string;
  readonly device?: string;
  readonly hosts: readonly string[];
  readonly ports: readonly number[];
  /** ISO instant of the first attempt. */
  readonly start?: string;
  readonly everyMs?: number;
  /** Of a hundred attempts, how many fail. */
  readonly failedPercent?: number;
  /** How often each target is tried. */
  readonly times?: number;
  readonly action?: string;
}

/** Tries every port on every host, one attempt after the other. */
export function attempts(plan: Plan): Row[] {
  const { source = '10.9.0.1', everyMs = 100, failedPercent = 100, times = 1, hosts, ports } = plan;
  const start = Date.parse(plan.start ?? '2025-05-07T12:31:00Z');
  const targets = Array.from({ length: times }, () =>
    hosts.flatMap((host) => ports.map((port) => ({ host, port }))),
  ).flat();
  return targets.map(({ host, port }, index) => ({
    Timestamp: new Date(start + index * everyMs).toISOString(),
    DeviceName: plan.device ?? `device-${source}`,
    ActionType:
      plan.action ?? ((index * 37) % 100 < failedPercent ? 'ConnectionFailed' : 'ConnectionSuccess'),
    LocalIP: source,
    RemoteIP: host,
    RemotePort: port,
  }));
}

export const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

export const subnet = (count: number, prefix = '10.8.0.'): string[] =>
  range(1, count).map((last) => `${prefix}${last}`);
