/** The seven stages of a hunt, and which of them a heading opens. */

export const stages = [
  'Preparation',
  'Data Collection',
  'Data Analysis',
  'Investigation',
  'Response',
  'Documentation',
  'Improvement',
] as const;

export type Stage = (typeof stages)[number];

/** Names by which headings call a stage, as lower-case words. */
const names: Readonly<Record<Stage, readonly string[]>> = {
  Preparation: ['preparation'],
  'Data Collection': ['data collection', 'collection'],
  'Data Analysis': ['data analysis', 'analysis'],
  Investigation: ['investigation'],
  Response: ['response'],
  Documentation: ['documentation'],
  Improvement: ['improvement', 'improvements'],
};

/** Words that number a heading: `Step 3`, `IV`, `b)`. */
const numbering = /^(?:stage|step|phase|part|section|chapter|\d+[a-z]?|[ivx]+|[a-h])$/;

/**
 * The stage that a heading opens, whatever its numbering, letter case, emoji (whole or damaged by a wrong encoding) and
 * what follows a colon, dash or bracket; undefined when it names none.
 */
export function stageOf(heading: string): Stage | undefined {
  const lead = heading.split(/\s[-–—|/]+\s|[:(–—]/).map(asciiWords);
  const words = lead.find((part) => part.length > 0)?.join(' ') ?? '';
  return stages.find((stage) => names[stage].includes(words));
}

/** The words of a text in ASCII letters and digits, without its numbering; everything else counts as decoration. */
function asciiWords(text: string): string[] {
  const words = text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const first = words.findIndex((word) => !numbering.test(word));
  return first < 0 ? [] : words.slice(first);
}
