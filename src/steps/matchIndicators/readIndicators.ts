/** Reads the indicators that a cell names: its own list, and files of any of the formats. */
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { DataError } from '../../data/dataError.ts';
import { resolvePaths } from '../../data/resolvePaths.ts';
import { StepError } from '../step.ts';
import type { FileAccess } from '../step.ts';
import type { MatchIndicatorsArguments } from './arguments.ts';
import { IndicatorList } from './indicatorList.ts';
import { readLine, readText } from './listText.ts';
import { isMisp, readMisp } from './mispEvents.ts';
import { isStixBundle, readStixBundle } from './stixBundle.ts';

/** A file is read whole; the largest public feeds are a tenth of this. */
const maxBytes = 256 * 1024 * 1024;

/** What a pasted list is called in sources and rejects. */
const pastedName = 'this cell';

/**
 * Returns all indicators with what could not be used. Throws {@link StepError} for a file that cannot be read, is JSON of
 * another kind, or when there is no indicator at all.
 */
export async function readIndicators(
  args: Pick<MatchIndicatorsArguments, 'from' | 'indicators'>,
  files: FileAccess,
): Promise<IndicatorList> {
  const list = new IndicatorList();
  args.indicators.forEach((line, index) => readLine(line, { file: pastedName, line: index + 1 }, list));
  for (const [index, path] of args.from.entries()) {
    files.signal?.throwIfAborted();
    await readNamed(path, ['from', ...(args.from.length > 1 ? [index] : [])], files, list);
  }
  if (list.size > 0) return list;
  const [first] = list.unusable;
  const told =
    first === undefined
      ? ''
      : ` ${list.unusable.length} ${list.unusable.length === 1 ? 'entry is' : 'entries are'} none; the first, ${first.file}${first.line === undefined ? ` ${first.place}` : `:${first.line}`}: ${first.reason}.`;
  throw new StepError(
    `There is no indicator to look for.${told} Write one a line, such as 198.51.100.7 or evil[.]example.`,
    [args.from.length > 0 ? 'from' : 'indicators'],
    'no-indicators',
  );
}

async function readNamed(
  path: string,
  at: readonly (string | number)[],
  files: FileAccess,
  list: IndicatorList,
): Promise<void> {
  try {
    const found = await resolvePaths({ paths: [path], folder: files.folder, allowPath: files.allowPath });
    for (const file of found) {
      if (file.sizeBytes > maxBytes) {
        throw new DataError('unreadable-file', `${file.shownPath} is larger than 256 MB. Split it.`);
      }
      await readContent(await textOf(file.path), file.shownPath, list);
    }
  } catch (error) {
    throw error instanceof DataError ? new StepError(error.message, at, error.code) : error;
  }
}

async function textOf(path: string): Promise<string> {
  const bytes = await readFile(path);
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const plain = isPacked ? await promisify(gunzip)(bytes, { maxOutputLength: maxBytes }) : bytes;
  const isWide = plain[0] === 0xff && plain[1] === 0xfe;
  return new TextDecoder(isWide ? 'utf-16le' : 'utf-8').decode(plain);
}

async function readContent(text: string, file: string, list: IndicatorList): Promise<void> {
  if (!/^\s*[{[]/.test(text) || /^\s*\[(?!\s*[[{"\]])/.test(text)) {
    await readText(text, file, list);
    return;
  }
  const json = parsed(text, file);
  if (isStixBundle(json)) readStixBundle(json, file, list);
  else if (isMisp(json)) readMisp(json, file, list);
  else if (Array.isArray(json) && json.every((one) => typeof one === 'string')) {
    json.forEach((one: string, index) => list.read(one, { file, place: `[${index}]` }));
  } else {
    throw new DataError(
      'unknown-format',
      `${file} is JSON, but neither a STIX bundle (\`"type": "bundle"\`) nor MISP events (\`"Event"\`), nor a list of texts. Export it as one of these, or as CSV.`,
    );
  }
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DataError(
      'unreadable-file',
      `${file} begins like JSON but is none: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
}
