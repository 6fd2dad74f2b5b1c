/** Syslog messages as they are framed in a stream by their length (RFC 6587, 3.4.1); such a message may span lines. */
import type { LogText } from '../readers/logLines.ts';

/** Longest message that is taken for one, in bytes. */
const maxMessageBytes = 16_777_216;
const frame = /^(\d{1,8}) (?=<\d{1,3}>)/;

/** Whether the text begins with a framed message. */
export function isFramed(start: string): boolean {
  return frame.test(start);
}

/** Yields each message with the line where its frame begins; what stands between frames as a problem. */
export async function* framedMessages(chunks: AsyncIterable<string>): AsyncIterable<LogText> {
  let rest = Buffer.alloc(0);
  let line = 1;
  const take = (length: number): Buffer => {
    const taken = rest.subarray(0, length);
    rest = rest.subarray(length);
    return taken;
  };
  const next = (isEnd: boolean): LogText | undefined => {
    while (rest[0] === 0x0a || rest[0] === 0x0d) if (take(1)[0] === 0x0a) line++;
    const start = line;
    const [header, length] = frame.exec(rest.toString('latin1', 0, 16)) ?? [];
    if (header === undefined || Number(length) > maxMessageBytes) {
      const end = rest.indexOf(0x0a);
      if ((end < 0 && !isEnd) || rest.length === 0) return undefined;
      const text = take(end < 0 ? rest.length : end).toString();
      return { line: start, text, problem: 'No message with its length before it begins here.' };
    }
    const whole = header.length + Number(length);
    if (rest.length < whole && !isEnd) return undefined;
    const isCut = rest.length < whole;
    const bytes = take(whole).subarray(header.length);
    for (const byte of bytes) if (byte === 0x0a) line++;
    const text = bytes.toString().replace(/\r?\n$/, '');
    return isCut
      ? { line: start, text, problem: 'The file ends inside this message.' }
      : { line: start, text };
  };
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, Buffer.from(chunk)]);
    for (let message = next(false); message !== undefined; message = next(false)) yield message;
  }
  for (let message = next(true); message !== undefined; message = next(true)) yield message;
}
