/** What a rule asks of an event, with all modifiers applied: values and fields, and nothing of any table. */
import type { Place } from './sigmaError.ts';
import type { SigmaText } from './sigmaText.ts';

export const timeParts = ['minute', 'hour', 'day', 'week', 'month', 'year'] as const;
export type TimePart = (typeof timeParts)[number];

export type Comparison = '<' | '<=' | '>' | '>=' | '==';

/** How a field is compared with another field of the same event. */
export type ReferenceKind = 'equals' | 'startswith' | 'endswith' | 'contains';

/** One thing asked of the value of a field. */
export type Test =
  | { readonly kind: 'text'; readonly text: SigmaText; readonly isCased: boolean }
  /** RE2, flags included. */
  | { readonly kind: 'regex'; readonly pattern: string }
  | { readonly kind: 'network'; readonly cidr: string; readonly isIpv6: boolean }
  /** The event has no such field, or nothing in it. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'exists'; readonly exists: boolean }
  | {
      readonly kind: 'number';
      readonly comparison: Comparison;
      readonly value: number;
      readonly source: string;
    }
  | {
      readonly kind: 'reference';
      readonly field: string;
      readonly how: ReferenceKind;
      readonly isCased: boolean;
    }
  | {
      readonly kind: 'time';
      readonly part: TimePart;
      readonly comparison: Comparison;
      readonly value: number;
    };

export type Matcher =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Matcher[] }
  | { readonly kind: 'not'; readonly part: Matcher }
  | { readonly kind: 'atLeast'; readonly count: number; readonly parts: readonly Matcher[] }
  | FieldMatcher;

export interface FieldMatcher {
  readonly kind: 'field';
  /** Undefined: the whole text of the event. */
  readonly field: string | undefined;
  /** Of the field's name in the rule. */
  readonly place: Place;
  /** Whether one or all of the tests must hold. */
  readonly join: 'and' | 'or';
  readonly tests: readonly [Test, ...Test[]];
}

/** Every field that the matcher reads, with its first place; fields that it compares with included. */
export function fieldsOf(matcher: Matcher): ReadonlyMap<string, Place> {
  const fields = new Map<string, Place>();
  const add = (name: string, place: Place): void => {
    if (!fields.has(name)) fields.set(name, place);
  };
  eachField(matcher, ({ field, place, tests }) => {
    if (field !== undefined) add(field, place);
    for (const test of tests) if (test.kind === 'reference') add(test.field, place);
  });
  return fields;
}

/** Calls `visit` with each field matcher, in order. */
export function eachField(matcher: Matcher, visit: (field: FieldMatcher) => void): void {
  switch (matcher.kind) {
    case 'field':
      visit(matcher);
      return;
    case 'not':
      eachField(matcher.part, visit);
      return;
    case 'and':
    case 'or':
    case 'atLeast':
      for (const part of matcher.parts) eachField(part, visit);
  }
}
