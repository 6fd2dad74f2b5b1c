/**
 * A network's connections with scans hidden in them: the same seed gives the same rows. What is planted is known, so that
 * precision and recall can be measured.
 */
import { range } from './connections.ts';
import type { Row } from './workbench.ts';
import { kindsOfScan, type KindOfScan } from './scanKinds.ts';

export interface GeneratorOptions {
  readonly seed: number;
  /** Workstations with everyday traffic; scanners are some of them. */
  readonly devices: number;
  readonly days: number;
  /** Everyday connections of a workstation a day. */
  readonly dailyConnections: number;
  /** Share of everyday first contacts that fail. */
  readonly failureShare: number;
  /** Share of a scan's attempts that the log misses. */
  readonly lostShare: number;
  /** Share of a scan's attempts that are tried again. */
  readonly retryShare: number;
  /** Least and greatest share of a scan's targets that refuse. */
  readonly refused: readonly [number, number];
  readonly scansOfEachKind: number;
}

export const defaultOptions: GeneratorOptions = {
  seed: 20240501,
  devices: 120,
  days: 4,
  dailyConnections: 40,
  failureShare: 0.05,
  lostShare: 0.1,
  retryShare: 0.1,
  refused: [0.75, 1],
  scansOfEachKind: 20,
};

/** A scan that was planted. */
export interface PlantedScan {
  readonly kind: KindOfScan;
  readonly sources: readonly string[];
  readonly hosts: readonly string[];
}

export interface Generated {
  readonly rows: readonly Row[];
  readonly scans: readonly PlantedScan[];
}

const start = Date.UTC(2024, 4, 6);
const dayMs = 86_400_000;

/** The noise levels in one line, for the table that is printed. */
export function noiseText(options: GeneratorOptions): string {
  const percent = (value: number): string => `${(value * 100).toFixed(0)} %`;
  return [
    `${options.devices} devices, ${options.days} days, ${options.dailyConnections} connections a device and day of which ${percent(options.failureShare)} fail`,
    `scans lose ${percent(options.lostShare)} of their attempts, retry ${percent(options.retryShare)}, and ${percent(options.refused[0])} to ${percent(options.refused[1])} of their targets refuse`,
  ].join('; ');
}

export function generate(options: GeneratorOptions = defaultOptions): Generated {
  const random = randomFrom(options.seed);
  const rows: Row[] = [];
  for (let device = 0; device < options.devices; device++) everyday(device, options, random, rows);
  lookAlikes(options, random, rows);
  const scans = kindsOfScan.flatMap((kind, place) =>
    range(0, options.scansOfEachKind - 1).map((index) =>
      plant(kind, place * options.scansOfEachKind + index, options, random, rows),
    ),
  );
  return { rows, scans };
}

interface Random {
  /** A number from 0 to below 1. */
  unit(): number;
  /** A whole number from `from` to `to`. */
  whole(from: number, to: number): number;
}

/** Mulberry32 (Tommy Ettinger, public domain): small, fast, and good enough to place connections. */
function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const unit = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { unit, whole: (from, to) => from + Math.floor(unit() * (to - from + 1)) };
}

const addressOf = (device: number): string => `10.1.${Math.floor(device / 250)}.${(device % 250) + 1}`;

function row(source: string, host: string, port: number, timeMs: number, isFailed: boolean): Row {
  return {
    Timestamp: new Date(timeMs).toISOString(),
    DeviceName: `device-${source}`,
    ActionType: isFailed ? 'ConnectionFailed' : 'ConnectionSuccess',
    LocalIP: source,
    RemoteIP: host,
    RemotePort: port,
  };
}

/** A dozen servers again and again, and the long tail of the web. */
function everyday(device: number, options: GeneratorOptions, random: Random, rows: Row[]): void {
  const source = addressOf(device);
  const services = [445, 443, 389, 88, 53, 135, 3389, 8080];
  for (let index = 0; index < options.days * options.dailyConnections; index++) {
    // Working hours, so that a day's connections come close together.
    const time = start + random.whole(0, options.days - 1) * dayMs + (8 + 10 * random.unit()) * 3_600_000;
    const isWeb = random.unit() < 0.6;
    const server = random.whole(1, 12);
    const host = isWeb
      ? `203.${random.whole(0, 60)}.${random.whole(0, 255)}.${random.whole(1, 254)}`
      : `10.200.0.${server}`;
    const port = isWeb ? (random.unit() < 0.9 ? 443 : 80) : (services[server % services.length] ?? 443);
    rows.push(row(source, host, port, time, random.unit() < options.failureShare));
  }
}

/** What looks like a scan and is none: monitoring, a dead printer, stale shares, and a laptop away from its network. */
function lookAlikes(options: GeneratorOptions, random: Random, rows: Row[]): void {
  for (let at = 0; at < options.days * dayMs; at += 900_000) {
    for (const host of range(1, 60)) {
      rows.push(row('10.1.250.1', `10.201.0.${host}`, 9182, start + at + host * 900, host % 25 === 0));
    }
    rows.push(row('10.1.250.2', '10.202.0.9', 9100, start + at, true));
  }
  for (const day of range(0, options.days - 1)) {
    for (const share of range(1, 9)) {
      rows.push(
        row('10.1.250.3', `10.203.0.${share}`, 445, start + day * dayMs + random.whole(0, 60_000), true),
      );
    }
    for (const service of [53, 88, 389, 445, 443]) {
      for (const host of range(1, 4)) {
        rows.push(
          row('10.1.250.4', `10.200.0.${host}`, service, start + day * dayMs + random.whole(0, 90_000), true),
        );
      }
    }
  }
}

interface Target {
  readonly host: string;
  readonly port: number;
}

function plant(
  kind: KindOfScan,
  index: number,
  options: GeneratorOptions,
  random: Random,
  rows: Row[],
): PlantedScan {
  const net = `10.${100 + Math.floor(index / 250)}.${index % 250}`;
  const host = (last: number): string => `${net}.${last}`;
  const shape =
    kind === 'slow' || kind === 'distributed' ? (random.unit() < 0.5 ? 'vertical' : 'horizontal') : kind;
  const targets: Target[] = [];
  if (shape === 'vertical') {
    const [first, count] = [random.whole(1, 900), random.whole(60, kind === 'vertical' ? 400 : 140)];
    for (const port of range(first, first + count)) targets.push({ host: host(9), port });
  } else if (shape === 'horizontal') {
    const [first, count] = [random.whole(1, 60), random.whole(70, 190)];
    const port = [22, 445, 3389, 5985, 1433][random.whole(0, 4)] ?? 22;
    for (const last of range(first, first + count)) targets.push({ host: host(last), port });
  } else {
    const [hosts, ports] = [random.whole(10, 25), random.whole(10, 25)];
    for (const last of range(1, hosts))
      for (const port of range(1, ports)) targets.push({ host: host(last), port: 20 + 7 * port });
  }
  const sources = range(0, kind === 'distributed' ? random.whole(10, 24) : 0).map((offset) =>
    addressOf((index * 31 + offset * 7) % options.devices),
  );
  const refused = options.refused[0] + random.unit() * (options.refused[1] - options.refused[0]);
  const stepMs = stepOf(kind, targets.length, options, random);
  const begin = start + random.unit() * Math.max(0, options.days * dayMs - targets.length * stepMs);
  for (const [place, target] of targets.entries()) {
    if (random.unit() < options.lostShare) continue;
    const source = sources[place % sources.length] ?? addressOf(0);
    const isFailed = random.unit() < refused;
    const time = begin + (place + random.unit() * 0.8) * stepMs;
    rows.push(row(source, target.host, target.port, time, isFailed));
    if (random.unit() < options.retryShare)
      rows.push(row(source, target.host, target.port, time + Math.min(3000, stepMs), isFailed));
  }
  return { kind, sources, hosts: [...new Set(targets.map((target) => target.host))] };
}

/** Milliseconds from one target to the next. */
function stepOf(kind: KindOfScan, targets: number, options: GeneratorOptions, random: Random): number {
  if (kind === 'slow') {
    // At most seven targets in ten minutes, and done within the days there are.
    const longest = Math.min(1_800_000, (options.days * dayMs * 0.9) / targets);
    return 90_000 + random.unit() * Math.max(0, longest - 90_000);
  }
  if (kind === 'distributed') return 2000 + random.unit() * 60_000;
  return 50 + random.unit() * 1500;
}
