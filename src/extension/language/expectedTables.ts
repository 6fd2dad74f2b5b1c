/** Tables that a notebook will have once it runs, as far as that is known before. The readers load with the first question. */
import { knownColumnTypes } from '../../data/schemas/knownSchemas.ts';
import type { Schema } from '../../kql/types.ts';
import type { OpenHunt } from '../notebook/openHunt.ts';

export interface ExpectedTables {
  /** Those with a published schema whose log stands beside the notebook or that a step names. */
  readonly schema: Schema;
  /** Names of all tables whose log stands beside the notebook. */
  readonly beside: ReadonlySet<string>;
}

/** Returns the tables; looks into the notebook's folder, but into no log. */
export async function expectedTables(hunt: OpenHunt): Promise<ExpectedTables> {
  const { logsBeside } = await import('../../data/logsBeside.ts');
  const beside = new Set((await logsBeside(hunt.folder())).keys());
  const named = hunt.notebook
    .getCells()
    .filter(({ document }) => document.languageId === 'hunt')
    .flatMap(({ document }) => document.getText().match(/[A-Za-z_]\w*/g) ?? []);
  const tables = [...new Set([...beside, ...named])].flatMap((name) => {
    const types = knownColumnTypes(name);
    return types === undefined
      ? []
      : { name, columns: [...types].map(([column, type]) => ({ name: column, type })) };
  });
  return { schema: { tables }, beside };
}
