/** Messages between the engine's thread and the translator's worker; all plain data. */
import type {
  Completion,
  Hover,
  Inspection,
  Translation,
  TranslationRequest,
} from '../../kql/translation.ts';
import type { Schema } from '../../kql/types.ts';

/** A request without its schema, which travels only when it changed. */
export type SentRequest = Omit<TranslationRequest, 'schema'>;

export type KqlCall =
  | { readonly method: 'translate'; readonly request: SentRequest }
  | { readonly method: 'inspect'; readonly request: SentRequest }
  | { readonly method: 'complete'; readonly request: SentRequest; readonly offset: number }
  | { readonly method: 'hover'; readonly request: SentRequest; readonly offset: number };

/** What each method answers. */
export type KqlAnswer =
  | { readonly method: 'translate'; readonly answer: Translation }
  | { readonly method: 'inspect'; readonly answer: Inspection }
  | { readonly method: 'complete'; readonly answer: readonly Completion[] }
  | { readonly method: 'hover'; readonly answer: Hover | undefined };

export type KqlWorkerRequest = KqlCall & {
  readonly id: number;
  /** Present when it differs from the schema of the call before; always in a worker's first call. */
  readonly schema?: Schema;
};

export type KqlWorkerReply =
  | ({ readonly id: number; readonly ok: true } & KqlAnswer)
  | { readonly id: number; readonly ok: false; readonly message: string };
