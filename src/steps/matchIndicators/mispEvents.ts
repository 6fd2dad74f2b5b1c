/** Indicators from MISP JSON: one event, a list of them, or the answer of a search; the core format of misp-standard.org. */
import { z } from 'zod';
import type { IndicatorList } from './indicatorList.ts';

const attribute = z.looseObject({
  type: z.string(),
  value: z.coerce.string(),
  to_ids: z.union([z.boolean(), z.stringbool(), z.number().transform((flag) => flag !== 0)]).default(true),
  comment: z.string().nullish(),
});

const holder = z.looseObject({
  Attribute: z.array(z.unknown()).optional(),
  Object: z.array(z.looseObject({ Attribute: z.array(z.unknown()).optional() })).optional(),
});

const wrapped = z.looseObject({ Event: holder });

const answer = z.union([
  z.looseObject({ response: z.union([z.array(wrapped), holder]) }),
  z.array(wrapped),
  wrapped,
  holder.refine((event) => event.Attribute !== undefined || event.Object !== undefined),
]);

/** Which part of a value with `|` is an indicator, by MISP type; a plain value is its only part. */
const parts: Readonly<Record<string, readonly number[]>> = {
  ...Object.fromEntries(
    (
      'ip-src ip-dst domain hostname url uri link md5 sha1 sha256 sha512 email email-src email-dst ' +
      'email-reply-to'
    )
      .split(' ')
      .map((type) => [type, [0]]),
  ),
  'ip-src|port': [0],
  'ip-dst|port': [0],
  'hostname|port': [0],
  'domain|ip': [0, 1],
  'filename|md5': [1],
  'filename|sha1': [1],
  'filename|sha256': [1],
  'filename|sha512': [1],
};

/** Whether the JSON has the shape of MISP's. */
export function isMisp(json: unknown): boolean {
  return answer.safeParse(json).success;
}

/** Reads the attributes of all events and of their objects. Throws an Error when the JSON is not MISP's. */
export function readMisp(json: unknown, file: string, list: IndicatorList): void {
  const read = answer.parse(json);
  if (Array.isArray(read))
    read.forEach(({ Event }, index) => readHolder(Event, `[${index}].Event`, file, list));
  else if ('response' in read) {
    const { response } = z.looseObject({ response: z.union([z.array(wrapped), holder]) }).parse(read);
    if (Array.isArray(response))
      response.forEach(({ Event }, index) => readHolder(Event, `response[${index}].Event`, file, list));
    else readHolder(response, 'response', file, list);
  } else if ('Event' in read) readHolder(wrapped.parse(read).Event, 'Event', file, list);
  else readHolder(holder.parse(read), '', file, list);
}

function readHolder(event: z.infer<typeof holder>, path: string, file: string, list: IndicatorList): void {
  const place = (...more: readonly string[]): string =>
    [path, ...more].filter((part) => part !== '').join('.');
  event.Attribute?.forEach((one, index) => readAttribute(one, place(`Attribute[${index}]`), file, list));
  event.Object?.forEach((object, index) => {
    object.Attribute?.forEach((one, inner) =>
      readAttribute(one, place(`Object[${index}]`, `Attribute[${inner}]`), file, list),
    );
  });
}

function readAttribute(json: unknown, place: string, file: string, list: IndicatorList): void {
  const at = { file, place };
  const read = attribute.safeParse(json);
  if (!read.success) {
    list.refuse(
      JSON.stringify(json),
      `it is no valid attribute (${read.error.issues[0]?.message ?? ''})`,
      at,
    );
    return;
  }
  const { type, value, to_ids: isForDetection, comment } = read.data;
  const usable = parts[type];
  if (usable === undefined)
    list.refuse(value, `MISP type ${type} is no address, domain, URL, hash or e-mail address`, at);
  else if (!isForDetection)
    list.refuse(value, 'to_ids is false: its author does not mean it for detection', at);
  else for (const part of usable) list.read(value.split('|')[part] ?? '', at, comment ?? '');
}
