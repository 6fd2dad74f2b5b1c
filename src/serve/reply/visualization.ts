/** `render` as clients of the service read it: one JSON text with all properties, absent ones null. */
import type { Render } from '../../kql/translation.ts';

const properties = [
  'Title',
  'XColumn',
  'Series',
  'YColumns',
  'AnomalyColumns',
  'XTitle',
  'YTitle',
  'XAxis',
  'YAxis',
  'Legend',
  'YSplit',
  'Accumulate',
  'IsQuerySorted',
  'Kind',
  'Ymin',
  'Ymax',
  'Xmin',
  'Xmax',
] as const;

/** What a property is that `render` does not give. */
const absent: Readonly<Partial<Record<(typeof properties)[number], boolean | string>>> = {
  Accumulate: false,
  IsQuerySorted: false,
  Ymin: 'NaN',
  Ymax: 'NaN',
};

/** Properties that are lists: a client wants an array of names. */
const lists: ReadonlySet<string> = new Set(['Series', 'YColumns', 'AnomalyColumns']);

/** Returns the `Visualization` property of a result. */
export function visualization(render: Render | undefined): string {
  const given = new Map(
    Object.entries(render?.properties ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const entries = properties.map((name) => {
    const value = given.get(name.toLowerCase());
    return [name, value === undefined ? (absent[name] ?? null) : valueOf(name, value)] as const;
  });
  return JSON.stringify({ Visualization: render?.kind ?? null, ...Object.fromEntries(entries) });
}

function valueOf(name: string, value: string): unknown {
  if (lists.has(name)) return value.split(',').map((part) => part.trim());
  return name === 'Accumulate' ? value === 'true' : value;
}
