/** Property bags and JSON. */
import type { Call, SqlExpression } from '../expression.ts';
import { stringLiteral } from '../sql/literal.ts';
import { jsonOf, jsonOrNullOf, textOf } from './convert.ts';
import { exact, ofFirst } from './entry.ts';
import type { ScalarEntry, ScalarTable } from './entry.ts';

/** A bag of names and values in turn. */
const pack = exact((args, call) => {
  if (args.length % 2 !== 0) return call.invalid(`${call.name}() needs pairs of a name and a value.`);
  const pairs: string[] = [];
  for (let index = 0; index + 1 < args.length; index += 2) {
    const [name, value] = [args[index], args[index + 1]];
    // An empty name is left out.
    if (name === undefined || value === undefined || name.constant === '') continue;
    pairs.push(textOf(name), jsonOrNullOf(value));
  }
  return `json_object(${pairs.join(', ')})`;
});

/** The bags among the arguments, as a SQL list. */
function bags(args: readonly SqlExpression[]): string {
  return `[${args.map(jsonOf).join(', ')}]`;
}

/** A function in JavaScript from JSON texts to a JSON text. */
export function jsonFunction(name: string): ScalarEntry {
  return exact(
    (args) => `CAST(${name}(${args.map((arg) => `CAST(${jsonOf(arg)} AS VARCHAR)`).join(', ')}) AS JSON)`,
  );
}

function keyPath(key: SqlExpression, call: Call): string {
  if (typeof key.constant !== 'string')
    return call.unsupported(`${call.name}() with a key that is not constant.`, 1);
  if (key.constant.startsWith('$')) return stringLiteral(key.constant.replace(/\[(['"])(.*?)\1\]/g, '."$2"'));
  return stringLiteral(`/${key.constant.replaceAll('~', '~0').replaceAll('/', '~1')}`);
}

const hasKey = exact(
  ofFirst((bag, [key], call) => {
    if (key === undefined) return call.invalid('bag_has_key() needs a key.', 1);
    return `json_exists(${jsonOf(bag)}, ${keyPath(key, call)})`;
  }),
);

export const dynamicFunctions: ScalarTable = {
  bag_pack: pack,
  pack,
  pack_dictionary: pack,
  bag_keys: exact(ofFirst((bag) => `kql_bag_keys(${jsonOf(bag)})`)),
  bag_merge: exact((args) => `kql_bag_merge(${bags(args)})`),
  bag_has_key: hasKey,
  bag_remove_keys: jsonFunction('kql_bag_remove_keys'),
  bag_set_key: jsonFunction('kql_bag_set_key'),
  bag_zip: jsonFunction('kql_bag_zip'),
  treepath: jsonFunction('kql_treepath'),
};
