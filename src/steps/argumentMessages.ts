/** What zod finds wrong with a step's arguments, in a hunter's words. */
import { z } from 'zod';
import { closestNames } from '../kql/suggest.ts';
import type { Step } from './step.ts';

export interface Complaint {
  readonly code: string;
  readonly message: string;
  /** Path of the argument inside the verb's value. */
  readonly path: readonly (string | number)[];
  /** Whether the key or the value is at fault. */
  readonly place: 'key' | 'value';
  readonly suggestions: readonly string[];
}

type Issue = z.core.$ZodIssue;

/** Messages for what the schemas of the steps do not word themselves. */
export function stepArgumentMessage(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type') {
    if (issue.input === undefined) return 'is missing';
    return `must be ${typeNames[issue.expected] ?? issue.expected}, not ${nameOf(issue.input)}`;
  }
  if (issue.code === 'invalid_value') {
    return `must be one of ${issue.values.map((value) => `\`${String(value)}\``).join(', ')}`;
  }
  if (issue.code === 'too_small') return `must ${bound(issue.origin)} at least ${issue.minimum.toString()}`;
  if (issue.code === 'too_big') return `must ${bound(issue.origin)} at most ${issue.maximum.toString()}`;
  return undefined;
}

function bound(origin: string): string {
  return origin === 'number' || origin === 'int' ? 'be' : 'have a length of';
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: '`true` or `false`',
  array: 'a list',
  object: 'a map (`name: value` lines)',
  record: 'a map (`name: value` lines)',
};

function nameOf(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return (
    { string: 'text', number: 'a number', boolean: '`true` or `false`', object: 'a map' }[
      typeof value as string
    ] ?? typeof value
  );
}

/** The issues as complaints about arguments; of a union, those of the alternative that came closest. */
export function complaintsFromIssues(issues: readonly Issue[], step: Step): readonly Complaint[] {
  return issues.flatMap((issue) => complaintsFrom(issue, [], step));
}

function complaintsFrom(issue: Issue, base: readonly PropertyKey[], step: Step): readonly Complaint[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownArgument(key, path, step));
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const closest = [...issue.errors].sort((a, b) => depthOf(b) - depthOf(a))[0] ?? [];
    if (depthOf(closest) > 0) return closest.flatMap((inner) => complaintsFrom(inner, path, step));
    const expected = new Set(issue.errors.flatMap((errors) => errors.map(({ message }) => message)));
    return [complaint(path, step, [...expected].join(', or '))];
  }
  return [complaint(path, step, issue.message)];
}

function complaint(path: readonly PropertyKey[], step: Step, text: string): Complaint {
  const name = path.findLast((part) => typeof part === 'string') ?? step.verb;
  const entry = path.at(-1);
  const subject = typeof entry === 'number' ? `Entry ${entry + 1} of \`${name}\`` : `\`${name}\``;
  const message = /^(?:must|is|needs|has|takes|names)\b/.test(text)
    ? `${subject} ${text}`
    : `${subject}: ${text}`;
  return {
    code: 'argument',
    message: message.endsWith('.') ? message : `${message}.`,
    path: plain(path),
    place: 'value',
    suggestions: [],
  };
}

function unknownArgument(key: string, path: readonly PropertyKey[], step: Step): Complaint {
  const known = propertyNames(step);
  const suggestions = closestNames(key, known);
  const offer =
    suggestions.length > 0
      ? ` Did you mean ${suggestions.map((name) => `\`${name}\``).join(', ')}?`
      : path.length === 0 && known.length > 0
        ? ` It takes ${known.map((name) => `\`${name}\``).join(', ')}.`
        : '';
  const message = `\`${step.verb}\` has no argument \`${key}\`${path.length > 0 ? ' here' : ''}.${offer}`;
  return { code: 'unknown-argument', message, path: plain([...path, key]), place: 'key', suggestions };
}

/** All argument names of the step, nested ones included. */
function propertyNames(step: Step): readonly string[] {
  const names = new Set<string>();
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('properties' in node && typeof node.properties === 'object' && node.properties !== null) {
      for (const name of Object.keys(node.properties)) names.add(name);
    }
    Object.values(node).forEach(visit);
  };
  visit(
    z.toJSONSchema(step.arguments, { io: 'input', unrepresentable: 'any', reused: 'inline', cycles: 'ref' }),
  );
  return [...names];
}

function depthOf(issues: readonly Issue[]): number {
  return Math.max(0, ...issues.map(({ path, code }) => path.length + (code === 'unrecognized_keys' ? 1 : 0)));
}

function plain(path: readonly PropertyKey[]): readonly (string | number)[] {
  return path.map((part) => (typeof part === 'symbol' ? String(part) : part));
}
