/**
 * Layers of the ATT&CK Navigator, format 4.5
 * (https://github.com/mitre-attack/attack-navigator/blob/master/layers/spec/v4.5/layerformat.md).
 * A technique is marked under each of its tactics, as none is named.
 */
import { z } from 'zod';
import { attackVersion } from './catalogue.ts';

export interface LayerTechnique {
  /** Id of a technique in force. */
  readonly id: string;
  /** 0 to 100; absent where nothing was measured. */
  readonly score?: number;
  /** `#rrggbb`. */
  readonly color: string;
  readonly comment: string;
}

export interface LayerContent {
  readonly name: string;
  readonly description: string;
  readonly techniques: readonly LayerTechnique[];
  /** What the colours mean. */
  readonly legend: readonly { readonly label: string; readonly color: string }[];
}

/** A version of the Navigator that reads format 4.5. */
const navigatorVersion = '5.2.0';
const layerVersion = '4.5';
const domain = 'enterprise-attack';

/** Returns the layer as JSON text, ready to open in the Navigator. */
export function navigatorLayer({ name, description, techniques, legend }: LayerContent): string {
  const layer = {
    name,
    versions: { attack: attackVersion, navigator: navigatorVersion, layer: layerVersion },
    domain,
    description,
    sorting: 0,
    layout: {
      layout: 'side',
      aggregateFunction: 'average',
      showID: true,
      showName: true,
      showAggregateScores: false,
      countUnscored: false,
      expandedSubtechniques: 'annotated',
    },
    hideDisabled: false,
    techniques: techniques.map(({ id, score, color, comment }) => ({
      techniqueID: id,
      ...(score !== undefined && { score }),
      color,
      comment,
      enabled: true,
    })),
    gradient: { colors: ['#ffffff', '#d62728'], minValue: 0, maxValue: 100 },
    legendItems: legend,
    metadata: [],
    links: [],
    showTacticRowBackground: false,
    tacticRowBackground: '#dddddd',
    selectTechniquesAcrossTactics: true,
    selectSubtechniquesWithParent: false,
    selectVisibleTechniques: false,
  };
  return `${JSON.stringify(layer, undefined, 2)}\n`;
}

const layerObject = z.object({
  name: z.string().default(''),
  domain: z.string().default(domain),
  versions: z.object({ layer: z.string().optional() }).optional(),
  techniques: z
    .array(
      z.object({
        techniqueID: z.string(),
        score: z.number().nullish(),
        comment: z.string().nullish(),
        color: z.string().nullish(),
        enabled: z.boolean().default(true),
      }),
    )
    .default([]),
});

/** The Navigator saves one layer as an object and several open ones as a list. */
const layerFile = z.union([layerObject.transform((layer) => [layer]), z.array(layerObject).min(1)]);

export interface ReadLayer {
  readonly name: string;
  /** Techniques that the layer marks with a score, a colour or a comment, each once, as their ids are written. */
  readonly techniques: readonly { readonly id: string; readonly comment: string }[];
}

export type LayerReading =
  { readonly ok: true; readonly layer: ReadLayer } | { readonly ok: false; readonly reason: string };

/** Reads a layer, or all of a list, of any format since 3.0; what cannot be read is said in a sentence. */
export function readNavigatorLayer(text: string): LayerReading {
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return { ok: false, reason: 'it is not JSON. Save it in the Navigator as JSON.' };
  }
  const read = layerFile.safeParse(content);
  if (!read.success) {
    return {
      ok: false,
      reason: 'it is no Navigator layer: that is an object with `name`, `domain` and `techniques`.',
    };
  }
  const other = read.data.find(({ domain: its }) => !/^(mitre-)?enterprise(-attack)?$/.test(its));
  if (other !== undefined) {
    return { ok: false, reason: `it is a layer of ${other.domain}; hunts use the Enterprise matrix.` };
  }
  const marked = read.data
    .flatMap(({ techniques }) => techniques)
    .filter(
      ({ enabled, score, comment, color }) =>
        enabled && (typeof score === 'number' || isFilled(comment) || isFilled(color)),
    );
  const comments = new Map<string, Set<string>>();
  for (const { techniqueID, comment } of marked) {
    const known = comments.get(techniqueID) ?? new Set();
    comments.set(techniqueID, isFilled(comment) ? known.add(comment) : known);
  }
  const name = read.data
    .map((layer) => layer.name)
    .filter(isFilled)
    .join(', ');
  const techniques = [...comments].map(([id, its]) => ({ id, comment: [...its].join('; ') }));
  return { ok: true, layer: { name, techniques } };
}

function isFilled(text: string | null | undefined): text is string {
  return typeof text === 'string' && text !== '';
}
