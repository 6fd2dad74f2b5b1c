/** The fence lines of a Markdown code block, by CommonMark's rules. */
import { runnableLanguages, type RunnableLanguage } from '../cell.ts';

export interface OpeningFence {
  /** 0 to 3 spaces. */
  readonly indent: number;
  readonly mark: '`' | '~';
  /** Number of marks, at least 3. */
  readonly length: number;
  /** What follows the marks, trimmed. */
  readonly info: string;
}

/** Reads an opening fence line (without its line ending), or undefined when the line is none. */
export function openingFence(line: string): OpeningFence | undefined {
  const match = /^( {0,3})(`{3,}|~{3,})(.*)$/s.exec(line);
  if (match === null) return undefined;
  const [, indent = '', marks = '', rest = ''] = match;
  const mark = marks.startsWith('`') ? '`' : '~';
  if (mark === '`' && rest.includes('`')) return undefined;
  return { indent: indent.length, mark, length: marks.length, info: rest.trim() };
}

/** Whether the line (tabs expanded) closes the fence: as many marks or more, and nothing else. */
export function fenceCloses(line: string, fence: OpeningFence): boolean {
  const start = /^ {0,3}/.exec(line)?.[0].length ?? 0;
  let index = start;
  while (line[index] === fence.mark) index++;
  return index - start >= fence.length && /^ *$/.test(line.slice(index));
}

const aliases: Readonly<Record<string, RunnableLanguage>> = { kusto: 'kql' };

/**
 * The runnable language that an info string names, or undefined. Its first word counts, in any case; attributes may
 * follow (`KQL {title="x"}`, `kql{.wide}`).
 */
export function runnableLanguageOf(info: string): RunnableLanguage | undefined {
  const word = /^[^\s{,]*/.exec(info)?.[0].toLowerCase() ?? '';
  return aliases[word] ?? runnableLanguages.find((language) => language === word);
}

/** The info string with its first word replaced. */
export function withLanguage(info: string, language: string): string {
  return info.replace(/^[^\s{,]*/, () => language);
}
