/** The KQL service in this process. The language library loads with the first question. */
import type { KqlService, TranslationRequest } from './translation.ts';

/** Returns a service that translates and answers editor questions; it holds nothing that needs disposing. */
export function createKqlService(): KqlService {
  return {
    translate: async (request: TranslationRequest) => (await import('./translate.ts')).translate(request),
    complete: async (request, offset) => (await import('./editor.ts')).complete(request, offset),
    hover: async (request, offset) => (await import('./editor.ts')).hover(request, offset),
    dispose: () => Promise.resolve(),
  };
}
