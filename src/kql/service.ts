/** The KQL service in this process. The language library loads with the first question. */
import { sayingWhoCan } from './remoteEngines.ts';
import type { KqlService, Translation, TranslationRequest } from './translation.ts';

/** Returns a service that translates and answers editor questions; it holds nothing that needs disposing. */
export function createKqlService(): KqlService {
  return {
    translate: translateOrFail,
    inspect: async (request) => (await import('./inspect.ts')).inspect(request),
    complete: async (request, offset) => (await import('./editor.ts')).complete(request, offset),
    hover: async (request, offset) => (await import('./editor.ts')).hover(request, offset),
    dispose: () => Promise.resolve(),
  };
}

/** What the translator did not foresee is an error of the text like any other; the hunter's session goes on. */
async function translateOrFail(request: TranslationRequest): Promise<Translation> {
  const { translate } = await import('./translate.ts');
  try {
    return translate(request);
  } catch {
    const message = sayingWhoCan(
      'The local engine could not translate this query. That is a fault of the engine, not of the query; please ' +
        'report it with the text of the query.',
    );
    const place = { start: 0, length: request.text.length };
    return { ok: false, errors: [{ kind: 'unsupported', code: 'engine', message, ...place }] };
  }
}
