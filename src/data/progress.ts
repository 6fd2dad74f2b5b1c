/** How far a load is, in bytes of its files: every byte counts twice, when its digest is made and when it is in. */
import type { FileImport } from '../engine/local/fileImport.ts';
import type { LogFile } from './resolvePaths.ts';

export interface Progress {
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly what: string;
}

const everyMs = 200;

/** Returns what the parts of a load call as they get on. */
export function progressOf(files: readonly LogFile[], report: ((progress: Progress) => void) | undefined) {
  const sizes = files.map(({ sizeBytes }) => sizeBytes);
  const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);
  const totalBytes = 2 * sum(sizes);
  const digested = sizes.map(() => 0);
  let loadedFiles = 0;
  let done = 0;
  const tell = (share: number): void => {
    const loadedBytes = sum(sizes.slice(0, loadedFiles)) + share * (sizes[loadedFiles] ?? 0);
    done = Math.min(totalBytes, Math.max(done, Math.round(sum(digested) + loadedBytes)));
    const file = files[Math.min(loadedFiles, files.length - 1)];
    report?.({ doneBytes: done, totalBytes, what: `Reading ${file?.shownPath ?? ''}` });
  };
  return {
    digested: (file: number, bytes: number): void => {
      digested[file] = (digested[file] ?? 0) + bytes;
      tell(0);
    },
    loaded: (file: number): void => {
      loadedFiles = Math.max(loadedFiles, file + 1);
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
