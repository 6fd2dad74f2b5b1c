/** A `hunt` cell: YAML with one verb and its arguments, and optionally `as`, the name of the result. */
import { isMap, isNode, isScalar, isSeq, parseDocument, type Document, type YAMLError, visit } from 'yaml';
import { z } from 'zod';
import { closestNames } from '../kql/suggest.ts';
import { complaintsFromIssues, stepArgumentMessage, type Complaint } from './argumentMessages.ts';
import { steps as registeredSteps } from './registry.ts';
import type { Step } from './step.ts';

/** Something wrong in a hunt cell, at its place in the cell's text (UTF-16 code units). */
export interface HuntCellError {
  readonly code: string;
  readonly message: string;
  readonly start: number;
  readonly length: number;
  readonly suggestions?: readonly string[];
}

export interface ParsedHuntCell {
  readonly ok: true;
  readonly step: Step;
  /** The arguments as the step's schema gives them, defaults filled in. */
  readonly args: unknown;
  /** Name under which the result is published. */
  readonly as?: string;
  /** Place in the text of the argument at `path` (inside the verb's value), or of what is nearest around it. */
  readonly placeOf: (path: readonly (string | number)[]) => {
    readonly start: number;
    readonly length: number;
  };
}

export type HuntCell = ParsedHuntCell | { readonly ok: false; readonly errors: readonly HuntCellError[] };

/** More aliases than any hand-written step has; a bound on what a hostile cell can expand to. */
const maxAliases = 20;
const publishedName = /^[A-Za-z_][A-Za-z0-9_]*$/;
type Path = readonly (string | number)[];

/** Reads the text of a hunt cell. Every error is at its place in the YAML. */
export function parseHuntCell(text: string, steps: readonly Step[] = registeredSteps): HuntCell {
  const document = parseDocument(text, { prettyErrors: false, stringKeys: true });
  if (document.errors.length > 0)
    return { ok: false, errors: document.errors.map((error) => yamlError(error, text)) };
  const dangling = danglingAliases(document);
  if (dangling.length > 0) return refuse(...dangling);
  const places = new Places(document, text);
  if (document.contents === null) return refuse(emptyCell);
  if (!isMap(document.contents)) return refuse(noStep(document, text, steps));

  const keys = document.contents.items.map(({ key }) => (isScalar(key) ? String(key.value) : ''));
  const verbs = keys.filter((key) => key !== 'as');
  const unknown = verbs.filter((verb) => !steps.some((step) => step.verb === verb));
  if (unknown.length > 0) return refuse(...unknown.map((verb) => unknownStep(verb, places, steps, verbs)));
  const [verb, second] = verbs;
  const step = steps.find((candidate) => candidate.verb === verb);
  if (verb === undefined || step === undefined) return refuse(noStep(document, text, steps));
  if (second !== undefined) {
    const message = `A cell holds one step. Move \`${second}\` to a cell of its own.`;
    return refuse({ code: 'two-steps', message, ...places.key([second]) });
  }

  const content = contentOf(document);
  if (typeof content === 'string')
    return refuse({ code: 'yaml', message: content, start: 0, length: text.length });
  const as = readName(content['as'], keys.includes('as'), step);
  const errors: HuntCellError[] = as.ok ? [] : [{ code: 'as', message: as.message, ...places.value(['as']) }];
  const read = step.arguments.safeParse(content[verb] ?? {}, { error: stepArgumentMessage });
  if (read.success) {
    if (errors.length > 0) return refuse(...errors);
    const placeOf = (path: Path): { readonly start: number; readonly length: number } =>
      path.length === 0 ? places.key([verb]) : places.value([verb, ...path]);
    return {
      ok: true,
      step,
      args: read.data,
      ...(as.ok && as.name !== undefined && { as: as.name }),
      placeOf,
    };
  }
  const complaints = complaintsFromIssues(read.error.issues, step);
  return refuse(...complaints.map((complaint) => argumentError(complaint, verb, places)), ...errors);
}

/** Whether the cell holds nothing, or only comments: running it does nothing. */
export function isEmptyCell(cell: HuntCell): boolean {
  return !cell.ok && cell.errors.some(({ code }) => code === emptyCell.code);
}

function refuse(...errors: readonly HuntCellError[]): HuntCell {
  return { ok: false, errors };
}

function argumentError(
  { code, message, path, place, suggestions }: Complaint,
  verb: string,
  places: Places,
): HuntCellError {
  const whole = [verb, ...path];
  const at = place === 'key' || path.length === 0 ? places.key(whole) : places.value(whole);
  return { code, message, ...at, ...(suggestions.length > 0 && { suggestions }) };
}

function yamlError({ code, message, pos }: YAMLError, text: string): HuntCellError {
  // The library may point behind the text, and often at one character only; the user sees the word that begins there.
  const start = Math.min(pos[0], text.length);
  const end = Math.min(pos[1], text.length);
  const word = /^[\w-]*/.exec(text.slice(start))?.[0] ?? '';
  return {
    code: 'yaml',
    message: yamlMessages[code] ?? `This is not valid YAML: ${message}.`,
    start,
    length: Math.max(end - start, word.length),
  };
}

const yamlMessages: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  DUPLICATE_KEY: 'This key stands here twice. Keep one of them.',
  TAB_AS_INDENT: 'YAML is indented with spaces; here is a tab.',
  MULTIPLE_DOCS: 'A cell holds one step. Put what follows `---` in a cell of its own.',
};

/** Aliases without their anchor; the library finds them only when it makes plain data. */
function danglingAliases(document: Document): HuntCellError[] {
  const errors: HuntCellError[] = [];
  visit(document, {
    Alias: (_key, alias) => {
      if (alias.resolve(document) !== undefined) return;
      const [start = 0, end = 0] = alias.range ?? [];
      const message = `Nothing above is marked \`&${alias.source}\`. Mark it, or put the value in quotes when it begins with \`*\`.`;
      errors.push({ code: 'yaml', message, start, length: end - start });
    },
  });
  return errors;
}

const emptyCell: HuntCellError = {
  code: 'empty-cell',
  message: 'This cell holds no step yet.',
  start: 0,
  length: 0,
};

function noStep(document: Document, text: string, steps: readonly Step[]): HuntCellError {
  const verbs = steps.map(({ verb }) => `\`${verb}:\``).join(', ');
  const written = isScalar(document.contents) ? String(document.contents.value) : '';
  const suggestions = closestNames(
    /^[\w-]*/.exec(written)?.[0] ?? '',
    steps.map(({ verb }) => verb),
  );
  const start = text.length - text.trimStart().length;
  return {
    code: 'no-step',
    message: `This cell names no step. Begin with one of ${verbs}, with a colon.`,
    start,
    length: text.trim().length,
    ...(suggestions.length > 0 && { suggestions: suggestions.map((verb) => `${verb}:`) }),
  };
}

function unknownStep(
  verb: string,
  places: Places,
  steps: readonly Step[],
  verbs: readonly string[],
): HuntCellError {
  const known = [...steps.map((step) => step.verb), 'as'];
  const suggestions = closestNames(verb, known).filter((name) => !verbs.includes(name));
  const hasOther = verbs.some((other) => other !== verb && known.includes(other));
  const message = hasOther
    ? `\`${verb}\` belongs to no step here: beside the step stands only \`as\`. Indent it if it is an argument.`
    : `There is no step \`${verb}\`.` + offer(suggestions, known.slice(0, -1));
  return {
    code: 'unknown-step',
    message,
    ...places.key([verb]),
    ...(suggestions.length > 0 && { suggestions }),
  };
}

function offer(suggestions: readonly string[], known: readonly string[]): string {
  const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
  return suggestions.length > 0
    ? ` Did you mean ${quoted(suggestions)}?`
    : ` The steps are ${quoted(known)}.`;
}

type ReadName =
  { readonly ok: true; readonly name?: string } | { readonly ok: false; readonly message: string };

function readName(value: unknown, isPresent: boolean, step: Step): ReadName {
  if (!isPresent) return { ok: true };
  if (step.kind === 'action')
    return { ok: false, message: `\`${step.verb}\` gives no result that \`as\` could name. Remove \`as\`.` };
  if (typeof value === 'string' && publishedName.test(value)) return { ok: true, name: value };
  return {
    ok: false,
    message: '`as` takes a table name: letters, digits and `_`, not starting with a digit.',
  };
}

const mapping = z.record(z.string(), z.unknown());

/** The document as plain data, or why it cannot be. */
function contentOf(document: Document): Record<string, unknown> | string {
  try {
    return mapping.parse(document.toJS({ maxAliasCount: maxAliases }));
  } catch (error) {
    // The library throws when aliases would expand beyond the limit.
    if (error instanceof ReferenceError)
      return 'The YAML aliases of this cell expand too far. Write the values out.';
    throw error;
  }
}

/** Finds keys and values of a YAML document in its text. */
class Places {
  readonly #document: Document;
  readonly #text: string;

  constructor(document: Document, text: string) {
    this.#document = document;
    this.#text = text;
  }

  /** The last key of the path that exists. */
  key(path: Path): { readonly start: number; readonly length: number } {
    return this.#span(this.#walk(path).key);
  }

  /** The value at the path; the nearest key around it where there is no such value or it is empty. */
  value(path: Path): { readonly start: number; readonly length: number } {
    const { key, value, isComplete } = this.#walk(path);
    return this.#span(isComplete && value !== undefined && value[0] < value[1] ? value : key);
  }

  #walk(path: Path): {
    key: readonly [number, number];
    value?: readonly [number, number];
    isComplete: boolean;
  } {
    let node: unknown = this.#document.contents;
    let key: readonly [number, number] = [0, this.#text.length];
    for (const part of path) {
      if (isMap(node)) {
        const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(part));
        if (pair === undefined) return { key, isComplete: false };
        key = rangeOf(pair.key) ?? key;
        node = pair.value;
      } else if (isSeq(node) && typeof part === 'number' && part < node.items.length) {
        node = node.items[part];
        key = rangeOf(node) ?? key;
      } else return { key, isComplete: false };
    }
    const value = rangeOf(node);
    return { key, isComplete: true, ...(value !== undefined && { value }) };
  }

  /** Ranges of block collections reach into the next line; what the user sees ends with the last visible character. */
  #span([start, end]: readonly [number, number]): { readonly start: number; readonly length: number } {
    return { start, length: this.#text.slice(start, end).trimEnd().length };
  }
}

function rangeOf(node: unknown): readonly [number, number] | undefined {
  return isNode(node) && node.range ? [node.range[0], node.range[1]] : undefined;
}
