/** Parameters of a run: the front matter's defaults, with the values that the caller gives instead. */
import { closestNames } from '../kql/suggest.ts';
import type { ParameterValue } from '../kql/types.ts';
import type { FrontMatter } from './huntDocument.ts';
import { parseParameterValue } from './parameterValue.ts';

export class ParameterError extends Error {
  constructor(
    message: string,
    readonly parameter: string,
    readonly code: 'unknown-parameter' | 'bad-parameter',
  ) {
    super(message);
    this.name = 'ParameterError';
  }
}

/** The parameters with `overrides` (name → text) read by their types. Throws {@link ParameterError}. */
export function parametersWith(
  frontMatter: FrontMatter,
  overrides: Readonly<Record<string, string>> = {},
): readonly ParameterValue[] {
  const names = frontMatter.params.map(({ name }) => name);
  for (const name of Object.keys(overrides)) {
    if (!names.includes(name))
      throw new ParameterError(unknownParameter(name, names), name, 'unknown-parameter');
  }
  return frontMatter.params.map(({ name, type, value }) => {
    const text = Object.hasOwn(overrides, name) ? overrides[name] : undefined;
    if (text === undefined) return { name, type, value };
    const read = parseParameterValue(type, text);
    if (!read.ok) throw new ParameterError(`Parameter \`${name}\`: ${read.message}.`, name, 'bad-parameter');
    return { name, type, value: read.value };
  });
}

function unknownParameter(name: string, known: readonly string[]): string {
  const quoted = (names: readonly string[]): string => names.map((each) => `\`${each}\``).join(', ');
  const close = closestNames(name, known);
  const hint =
    close.length > 0
      ? `Did you mean ${quoted(close)}?`
      : known.length > 0
        ? `It has ${quoted(known)}.`
        : 'It declares none in its front matter.';
  return `The notebook has no parameter \`${name}\`. ${hint}`;
}
