/** The arguments of `match-indicators`. */
import { z } from 'zod';

export const defaultList = 'Indicators';

const name = z.string().min(1);
const tableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be a table name: letters, digits and `_`');
const oneOrMore = z.union([name.transform((one) => [one]), z.array(name)]);

export const matchIndicatorsArguments = z
  .strictObject({
    from: oneOrMore
      .default([])
      .describe('Files with indicators: CSV or text, STIX 2.1 bundle, MISP JSON; relative to the notebook.'),
    indicators: z
      .union([z.string().transform((text) => text.split(/\r?\n/)), z.array(z.coerce.string())])
      .default([])
      .describe('Indicators as a list or as pasted text, one a line, defanged or not.'),
    in: oneOrMore.default([]).describe('Tables to search. Default: every table of the session.'),
    columns: oneOrMore
      .default([])
      .describe(
        'Columns to search, as free text. Default: all that can hold an indicator, by their names and types.',
      ),
    list: tableName
      .default(defaultList)
      .describe(
        'Name of the table that a long list becomes; what is no indicator stands in `<list>_rejects`.',
      ),
  })
  .refine((args) => args.from.length > 0 || args.indicators.length > 0, {
    message: 'needs indicators: name files in `from`, or list them in `indicators`',
  })
  .describe('Looks for known indicators in every table.');

export type MatchIndicatorsArguments = z.infer<typeof matchIndicatorsArguments>;
