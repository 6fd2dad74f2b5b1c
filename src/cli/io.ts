/** What a command may touch of its surroundings, so that tests run commands in their own process. */
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { LoadServices } from '../data/loadServices.ts';

export interface Io {
  readonly stdin: Readable;
  readonly isStdinTty: boolean;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Where loads keep tables and downloads; absent: nowhere. */
  readonly loads?: LoadServices;
  /** Folder that relative paths start from. */
  readonly folder: string;
  /** Fires on Ctrl+C and when nobody reads stdout any more; running queries are interrupted. */
  readonly signal: AbortSignal;
}

/** Exit codes: all well, a cell or query failed, wrong usage, stopped by Ctrl+C. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Writes and waits while the reader is behind, so that output of any size takes bounded memory. */
export async function write(stream: Writable, text: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (!stream.write(text)) await once(stream, 'drain', { signal });
}

/** Yields the lines of a UTF-8 stream as they arrive, without their ends. */
export async function* linesOf(stream: Readable): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  for await (const chunk of stream) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(asBytes(chunk), { stream: true });
    const [first = '', ...rest] = text.split('\n');
    parts.push(first);
    for (const next of rest) {
      yield withoutReturn(parts.join(''));
      parts = [next];
    }
  }
  const last = parts.join('') + decoder.decode();
  if (last !== '') yield withoutReturn(last);
}

/** Returns all of a UTF-8 stream as text. */
export async function textOf(stream: Readable): Promise<string> {
  const lines: string[] = [];
  for await (const line of linesOf(stream)) lines.push(line);
  return lines.join('\n');
}

function asBytes(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  throw new TypeError('Standard input is not a stream of bytes.');
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
