/** Translation for queries that must not see one another: those of a batch, and those of a server's clients. */
import type { KqlService } from '../../kql/translation.ts';
import type { Schema } from '../../kql/types.ts';

/**
 * Returns the service without the name that `as` gives a result: one query must not see, or replace the tables of,
 * another. Queries over the same tables share one schema object, for which the binder keeps what it built from hundreds
 * of tables.
 */
export function isolatedKql(service: KqlService): KqlService {
  let shared: Schema = { tables: [] };
  return {
    translate: async (request) => {
      if (!hasSameTables(shared, request.schema)) shared = request.schema;
      const translation = await service.translate({ ...request, schema: shared });
      if (!translation.ok) return translation;
      const queries = translation.queries.map((query) => ({ ...query, publishAs: undefined }));
      return { ...translation, queries };
    },
    inspect: (request) => service.inspect(request),
    complete: (request, offset) => service.complete(request, offset),
    hover: (request, offset) => service.hover(request, offset),
    dispose: () => service.dispose(),
  };
}

function hasSameTables(a: Schema, b: Schema): boolean {
  return a.tables.length === b.tables.length && a.tables.every((table, index) => table === b.tables[index]);
}
