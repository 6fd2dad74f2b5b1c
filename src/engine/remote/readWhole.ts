/** Replies that are read whole: errors, and what queries can name. */
import type { RemoteFailure } from './failure.ts';
import { statusFailure } from './failure.ts';
import { ReplyError } from './jsonRows.ts';
import type { HttpReply, RemoteService } from './service.ts';
import { serviceErrorsIn } from './serviceErrors.ts';

/** More than any schema takes. */
const maxBytes = 256 * 1024 ** 2;
/** Bytes of a reply that is an error which are read. */
const maxErrorBytes = 256 * 1024;

/** Returns the JSON of the body. Throws {@link ReplyError} where it is none. */
export async function readWhole(body: AsyncIterable<Uint8Array>): Promise<unknown> {
  const { text, isWhole } = await textOf(body, maxBytes);
  if (!isWhole) throw new ReplyError('too-large');
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    throw new ReplyError(isHtml(text) ? 'html' : /[\]}]\s*$/.test(text) ? 'malformed' : 'cut');
  }
}

/** Rejects with the {@link RemoteFailure} that a reply with another status than 200 is. */
export async function requireOk(
  reply: HttpReply,
  service: Pick<RemoteService, 'product' | 'endpoint'>,
  now: () => number = Date.now,
): Promise<void> {
  if (reply.status !== 200) throw await failureOf(reply, service, now);
}

async function failureOf(
  reply: HttpReply,
  service: Pick<RemoteService, 'product' | 'endpoint'>,
  now: () => number,
): Promise<RemoteFailure> {
  const { text } = await textOf(reply.body, maxErrorBytes);
  return statusFailure(reply, serviceErrorsIn(text), isHtml(text), service, now);
}

async function textOf(
  body: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    parts.push(part);
    size += part.length;
    if (size > limit) break;
  }
  const text = Buffer.concat(parts)
    .toString('utf8')
    .replace(/^\ufeff/, '');
  return { text, isWhole: size <= limit };
}

function isHtml(text: string): boolean {
  return /^\s*<(?:!doctype|html|head|\?xml)/i.test(text);
}
