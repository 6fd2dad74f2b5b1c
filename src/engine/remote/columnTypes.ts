/** The services' names of Kusto's types. */
import { scalarTypes, type ScalarType } from '../../kql/types.ts';

/** Names other than Kusto's own, in lower case: those of .NET, which Kusto's v1 replies and Graph write, and aliases. */
const aliases: Readonly<Record<string, ScalarType>> = {
  boolean: 'bool',
  sbyte: 'bool',
  byte: 'int',
  int16: 'int',
  int32: 'int',
  uint16: 'int',
  int64: 'long',
  uint32: 'long',
  uint64: 'decimal',
  double: 'real',
  single: 'real',
  float: 'real',
  sqldecimal: 'decimal',
  date: 'datetime',
  datetimeoffset: 'datetime',
  time: 'timespan',
  uuid: 'guid',
  uniqueid: 'guid',
  object: 'dynamic',
  jobject: 'dynamic',
  array: 'dynamic',
  dictionary: 'dynamic',
};

/** Returns the type of that name; a name that nobody knows is shown as text. */
export function columnTypeOf(name: string): ScalarType {
  const plain = name.toLowerCase().replace(/^.*\./, '');
  return (
    scalarTypes.find((type) => type === plain) ??
    (Object.hasOwn(aliases, plain) ? aliases[plain] : undefined) ??
    'string'
  );
}
