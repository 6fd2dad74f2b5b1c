/** JSON documents: an array of objects, an API's answer that holds one, or one object a line in a file named `.json`. */
import type { FileImport } from '../../engine/local/fileImport.ts';
import { DataError } from '../dataError.ts';
import { firstLines } from '../fileStart.ts';
import { arrayElements, elementsFrom } from '../jsonElements.ts';
import type { LogFile } from '../resolvePaths.ts';
import { openText, type TextFile } from '../textFile.ts';
import { isAnswer, isFrames, unwrapped } from './jsonAnswers.ts';
import { openLines, openObjects } from './ndjson.ts';
import type { GuessedFile, OpenedFile, Reader } from './reader.ts';

export const jsonReader: Reader = {
  format: 'json',
  endings: ['.json'],
  recognizes: ({ text }) => /^(\{\s*("|\})|\[\s*\{)/.test(text),
  open: async (files, file) => {
    const text = await openText(files, file);
    const start = text.head.replace(/^\ufeff/, '').trimStart();
    if (isFrames(start)) return openAnswers(files, file, text, start);
    if (start.startsWith('[')) {
      return openObjects(files, text, 'array', () => arrayElements(text.chunks()));
    }
    return isOneObjectALine(start) ? openLines(files, text) : openAnswers(files, file, text, start);
  },
};

/** Most of the first lines are whole objects, and no answers that hold rows. */
function isOneObjectALine(start: string): boolean {
  const lines = firstLines(start);
  const objects = lines.flatMap((line) => wholeObject(line) ?? []);
  const [first] = objects;
  return first !== undefined && objects.length * 2 >= lines.length && !isAnswer(first);
}

function wholeObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

async function openAnswers(
  files: FileImport,
  file: LogFile,
  text: TextFile,
  start: string,
): Promise<OpenedFile | GuessedFile> {
  try {
    return await openLines(files, await unwrapped(files, file, text));
  } catch (error) {
    files.signal?.throwIfAborted();
    if (error instanceof DataError || !(error instanceof Error)) throw error;
    // What a download that broke off still holds is worth reading.
    const list = /"[^"\n]{1,40}"\s*:\s*(?=\[\s*\{)/.exec(start);
    if (list !== null) {
      const offset = text.head.indexOf(list[0]) + list[0].length;
      return openObjects(files, text, 'array', () => elementsFrom(text.chunks(), offset));
    }
    throw new DataError(
      'unreadable-file',
      `${file.shownPath} is not valid JSON: ${error.message.split('\n', 1)[0] ?? ''}`,
      file.pathIndex,
    );
  }
}
