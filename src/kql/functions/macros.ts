/**
 * The DuckDB macros that translated queries call; a connection needs all of them, created in this order, after the
 * JavaScript functions. Each is here because its argument stands in it more than once, or because the shown SQL reads
 * better with a name.
 */
import { timeMacros } from '../time/macros.ts';
import { arrayMacros } from './macros/arrays.ts';
import { conversionMacros } from './macros/conversions.ts';
import { encodingMacros } from './macros/encodings.ts';
import { geoMacros } from './macros/geo.ts';
import { ipMacros } from './macros/ip.ts';
import { numberMacros } from './macros/numbers.ts';
import { sketchMacros } from './macros/sketches.ts';
import { textMacros } from './macros/texts.ts';

/** Complete `CREATE OR REPLACE MACRO` statements. */
export const functionMacros: readonly string[] = [
  ...timeMacros,
  ...conversionMacros,
  ...numberMacros,
  ...textMacros,
  ...arrayMacros,
  ...sketchMacros,
  ...encodingMacros,
  ...ipMacros,
  ...geoMacros,
].map((definition) => `CREATE OR REPLACE MACRO ${definition}`);
