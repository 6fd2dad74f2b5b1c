/** How a file begins, for telling its format where its name does not. */
import type { LogFile } from './resolvePaths.ts';
import { startOf } from './textFile.ts';

export interface FileStart {
  /** The first bytes, unpacked. */
  readonly bytes: Buffer;
  /** The first part as text, without byte order mark and blank lines before; empty for a binary file. */
  readonly text: string;
  /** The first lines that are not blank; of a long file only whole ones. */
  readonly lines: readonly string[];
}

/** Lines that readers look at. */
const maxLines = 100;

/** Returns how the file begins. */
export async function contentOf(file: LogFile): Promise<FileStart> {
  const { bytes, text } = await startOf(file);
  return { bytes, text: text.trimStart(), lines: firstLines(text) };
}

/** Returns the first lines of a text that may end inside one. */
export function firstLines(text: string): string[] {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const whole = lines.length > 1 ? lines.slice(0, -1) : lines;
  const last = lines.length > 1 && text.length < 100_000 ? lines.slice(-1) : []; // the whole of a short file
  return [...whole, ...last]
    .map((line) => line.replace(/^\ufeff/, ''))
    .filter((line) => line.trim() !== '')
    .slice(0, maxLines);
}

/** Whether at least half of the lines match. */
export function most(lines: readonly string[], matches: (line: string) => boolean): boolean {
  return lines.length > 0 && lines.filter(matches).length * 2 >= lines.length;
}
