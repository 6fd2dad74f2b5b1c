/**
 * How far a load is, in bytes of its files: every byte counts twice, when its digest is made and when it is in. Of a
 * file that a reader converts first, the conversion is half of getting it in.
 */
import type { FileImport } from '../engine/local/fileImport.ts';
import type { LogFile } from './resolvePaths.ts';

export interface Progress {
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly what: string;
}

export type LoadProgress = ReturnType<typeof progressOf>;

const everyMs = 200;
/** Share of getting a file in that its conversion is; Windows event logs take about as long on either side. */
const conversionShare = 0.5;

/** Returns what the parts of a load call as they get on. */
export function progressOf(files: readonly LogFile[], report: ((progress: Progress) => void) | undefined) {
  const sizes = files.map(({ sizeBytes }) => sizeBytes);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);
  const totalBytes = 2 * sum(sizes);
  const digested = sizes.map(() => 0);
  /** Bytes of each file that a reader has converted. */
  const converted = sizes.map(() => 0);
  let loadedFiles = 0;
  let current = 0;
  let done = 0;
  const inBytes = (file: number, share: number): number => {
    const size = sizes[file] ?? 0;
    if (file < loadedFiles) return size;
    const ahead = conversionShare * (converted[file] ?? 0);
    return file === loadedFiles ? ahead + share * (size - ahead) : ahead;
  };
  const tell = (share: number): void => {
    const loaded = sum(sizes.map((_size, file) => inBytes(file, share)));
    done = Math.min(totalBytes, Math.max(done, Math.round(sum(digested) + loaded)));
    report?.({ doneBytes: done, totalBytes, what: `Reading ${files[current]?.shownPath ?? ''}` });
  };
  return {
    digested: (file: number, bytes: number): void => {
      digested[file] = (digested[file] ?? 0) + bytes;
      tell(0);
    },
    /** A reader has so many bytes of the file, as it stands on disk, in a form that DuckDB reads. */
    converted: (file: number, bytes: number): void => {
      current = file;
      converted[file] = Math.min(bytes, sizes[file] ?? 0);
      tell(0);
    },
    loaded: (file: number): void => {
      loadedFiles = Math.max(loadedFiles, file + 1);
      current = Math.min(loadedFiles, files.length - 1);
      tell(0);
    },
    /** Reports DuckDB's own progress within a file until the returned function is called. */
    watch: (reading: FileImport): (() => void) => {
      if (report === undefined) return () => undefined;
      const timer = setInterval(() => tell(Math.min(1, reading.progress())), everyMs);
      return () => clearInterval(timer);
    },
  };
}
