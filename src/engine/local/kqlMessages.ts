/** Messages between the engine's thread and the translator's worker; all plain data. */
import type { Completion, Hover, Translation, TranslationRequest } from '../../kql/translation.ts';

export type KqlCall =
  | { readonly method: 'translate'; readonly request: TranslationRequest }
  | { readonly method: 'complete'; readonly request: TranslationRequest; readonly offset: number }
  | { readonly method: 'hover'; readonly request: TranslationRequest; readonly offset: number };

/** What each method answers. */
export interface KqlAnswers {
  readonly translate: Translation;
  readonly complete: readonly Completion[];
  readonly hover: Hover | undefined;
}

export type KqlWorkerRequest = KqlCall & { readonly id: number };

export type KqlWorkerReply =
  | { readonly id: number; readonly ok: true; readonly answer: KqlAnswers[keyof KqlAnswers] }
  | { readonly id: number; readonly ok: false; readonly message: string };
