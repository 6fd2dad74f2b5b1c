/** Reads the body of a request: JSON of a bounded size, whoever sends it. */
import type { IncomingMessage } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import { z } from 'zod';
import { ServiceError } from '../serviceError.ts';

export interface ServiceRequest {
  /** Absent: the first database. */
  readonly database: string | undefined;
  readonly text: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly clientRequestId: string | undefined;
}

const record = z.record(z.string(), z.unknown());

const propertiesSchema = z.object({
  Options: record.nullish(),
  Parameters: record.nullish(),
  ClientRequestId: z.string().nullish(),
});

const bodySchema = z.object({
  db: z.string().nullish(),
  csl: z.string(),
  // Some clients send the properties as JSON text inside the JSON.
  properties: z.union([propertiesSchema, z.string()]).nullish(),
});

/** Returns what the body asks for. Throws {@link ServiceError} for anything but JSON of at most `maxBytes`. */
export async function readRequest(request: IncomingMessage, maxBytes: number): Promise<ServiceRequest> {
  const type = (request.headers['content-type'] ?? '').toLowerCase();
  if (!/^application\/json\s*(;|$)/.test(type) || /charset\s*=\s*"?(?!utf-?8)/.test(type)) {
    throw new ServiceError('mediaType', 'Send the body as application/json in UTF-8.');
  }
  const bytes = await bytesOf(unpacked(request), maxBytes);
  const body = bodySchema.safeParse(parsed(bytes.toString('utf8'), 'body'));
  if (!body.success) throw malformed('body', 'it is no {"db","csl","properties"}');
  const { db, csl, properties } = body.data;
  const named = propertiesSchema.safeParse(
    typeof properties === 'string' ? parsed(properties || '{}', 'properties') : (properties ?? {}),
  );
  if (!named.success) throw malformed('properties', 'they are no {"Options","Parameters"}');
  return {
    database: db ?? undefined,
    text: csl,
    options: named.data.Options ?? {},
    parameters: named.data.Parameters ?? {},
    clientRequestId: named.data.ClientRequestId ?? undefined,
  };
}

function unpacked(request: IncomingMessage): Readable {
  const encoding = (request.headers['content-encoding'] ?? 'identity').toLowerCase();
  if (encoding === 'identity') return request;
  const unpack = encoding === 'gzip' ? createGunzip() : encoding === 'deflate' ? createInflate() : undefined;
  if (!unpack) throw new ServiceError('mediaType', 'Send the body as it is, or packed with gzip or deflate.');
  // Errors of either stream come out of the second, where they are read.
  return pipeline(request, unpack, () => undefined);
}

async function bytesOf(stream: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
      if (!(chunk instanceof Buffer)) continue;
      size += chunk.length;
      if (size > maxBytes) {
        throw new ServiceError(
          'tooLarge',
          `The body is larger than ${maxBytes} bytes. Send a shorter query.`,
        );
      }
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw malformed('body', 'it does not arrive whole, or is not packed as its header says');
  }
  return Buffer.concat(chunks);
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    throw malformed(what, 'it is not JSON');
  }
}

function malformed(what: string, why: string): ServiceError {
  return new ServiceError('badRequest', `The ${what} of the request cannot be read: ${why}.`);
}
