/** Objects that are only the envelope of a row, as exports of Splunk and Elasticsearch write them, one a line. */
import { z } from 'zod';

/** Returns SQL of the row in an envelope's JSON, NULL where it has none. */
export type Envelope = (json: string) => string;

const object = z.record(z.string(), z.unknown());
const envelopes: readonly (readonly [z.ZodType, Envelope])[] = [
  // Elasticsearch's scroll and dump tools; the document's place in its index stays with it.
  [
    z.looseObject({ _index: z.string(), _source: object }),
    (json) =>
      `json_merge_patch(json_extract(${json}, '/_source'), json_object('_index', ${json} -> '_index', '_id', ${json} -> '_id'))`,
  ],
  // Splunk's search/jobs/export; its last line may hold no result.
  [
    z.strictObject({
      preview: z.boolean(),
      offset: z.number().optional(),
      lastrow: z.boolean().optional(),
      result: object.optional(),
    }),
    (json) => `json_extract(${json}, '/result')`,
  ],
  [z.strictObject({ result: object }), (json) => `json_extract(${json}, '/result')`],
];

/** Lines that must agree. */
const checkedLines = 20;

/** Returns the envelope that all of the first lines have; undefined where they are rows. */
export function envelopeOf(lines: readonly string[]): Envelope | undefined {
  const objects = lines.slice(0, checkedLines).flatMap((line) => {
    try {
      return [JSON.parse(line) as unknown];
    } catch {
      return []; // a broken line is told of later
    }
  });
  if (objects.length === 0) return undefined;
  return envelopes.find(([schema]) => objects.every((value) => schema.safeParse(value).success))?.[1];
}
