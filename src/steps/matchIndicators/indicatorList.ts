/** The indicators of all sources, each once, and what could not be used. */
import type { Indicator, IndicatorType } from './indicator.ts';
import { readIndicator } from './indicator.ts';

/** An indicator with where it came from. */
export interface Listed extends Indicator {
  /** `iocs.csv:12`, `bundle.json objects[3]`; more places follow after a comma. */
  readonly source: string;
  /** What the source says of it. */
  readonly note: string;
}

/** What a source holds that is no indicator, or none that can be matched. */
export interface Unusable {
  readonly file: string;
  /** Line in the file; undefined in JSON, which `place` is about. */
  readonly line: number | undefined;
  /** Path in the JSON, empty in text. */
  readonly place: string;
  readonly reason: string;
  readonly raw: string;
}

export interface Place {
  readonly file: string;
  readonly line?: number;
  readonly place?: string;
}

const maxRawLength = 500;
const maxPlaces = 5;

export class IndicatorList {
  readonly #byKey = new Map<string, Listed & { readonly places: number }>();
  readonly #unusable: Unusable[] = [];
  #repeated = 0;

  /** Adds the text as an indicator, or as what cannot be used. */
  read(text: string, at: Place, note = ''): void {
    const read = readIndicator(text);
    if (read.ok) this.add(read.indicator, at, note);
    else this.refuse(text, read.reason, at);
  }

  add(indicator: Indicator, at: Place, note = ''): void {
    const identity = `${indicator.type} ${indicator.key}`;
    const known = this.#byKey.get(identity);
    const source = shown(at);
    if (known === undefined) {
      this.#byKey.set(identity, { ...indicator, source, note, places: 1 });
      return;
    }
    this.#repeated++;
    if (known.places > maxPlaces) return;
    const more = known.places === maxPlaces ? '...' : source;
    this.#byKey.set(identity, {
      ...known,
      source: `${known.source}, ${more}`,
      note: known.note === '' ? note : known.note,
      places: known.places + 1,
    });
  }

  refuse(raw: string, reason: string, { file, line, place = '' }: Place): void {
    this.#unusable.push({ file, line, place, reason, raw: raw.slice(0, maxRawLength) });
  }

  get indicators(): readonly Listed[] {
    return [...this.#byKey.values()];
  }

  get size(): number {
    return this.#byKey.size;
  }

  get unusable(): readonly Unusable[] {
    return this.#unusable;
  }

  /** Entries that were in the list already. */
  get repeated(): number {
    return this.#repeated;
  }
}

function shown({ file, line, place }: Place): string {
  if (line !== undefined) return `${file}:${line}`;
  return place === undefined || place === '' ? file : `${file} ${place}`;
}

/** What of the list decides how the logs are searched: which kinds there are, and in which widths. */
export interface Shape {
  readonly types: ReadonlySet<IndicatorType>;
  /** Prefix lengths of the IPv4 and IPv6 ranges. */
  readonly ipv4Prefixes: readonly number[];
  readonly ipv6Prefixes: readonly number[];
  /** Numbers of labels of the domains. */
  readonly labelCounts: readonly number[];
  /** Top-level labels of domains, URLs and e-mail addresses. */
  readonly topLabels: readonly string[];
}

/** Returns which types of indicator, and which forms of each, a list holds. */
export function shapeOf(indicators: readonly Indicator[]): Shape {
  const types = new Set<IndicatorType>();
  const v4 = new Set<number>();
  const v6 = new Set<number>();
  const labels = new Set<number>();
  const tops = new Set<string>();
  for (const { type, key } of indicators) {
    types.add(type);
    if (type === 'cidr') (key.includes(':') ? v6 : v4).add(Number(key.slice(key.indexOf('/') + 1)));
    if (type === 'domain') labels.add(key.split('.').length);
    if (type === 'domain' || type === 'email' || type === 'url') {
      const host = type === 'url' ? (/^[^/?#:]*/.exec(key)?.[0] ?? '') : key;
      const top = host.slice(host.lastIndexOf('.') + 1);
      if (/^[a-z]/.test(top)) tops.add(top);
    }
  }
  const ascending = (numbers: Set<number>): number[] => [...numbers].sort((a, b) => a - b);
  return {
    types,
    ipv4Prefixes: ascending(v4),
    ipv6Prefixes: ascending(v6),
    labelCounts: ascending(labels),
    topLabels: [...tops].sort(),
  };
}
