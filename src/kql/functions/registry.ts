/** Every scalar function that the local engine runs, by Kusto's name. */
import { arrayFunctions } from './array.ts';
import { binFunctions } from './bin.ts';
import { conditionalFunctions } from './conditional.ts';
import { conversionFunctions } from './conversion.ts';
import { datetimeFunctions } from './datetime.ts';
import { distributionFunctions } from './distributions.ts';
import { dynamicFunctions } from './dynamic.ts';
import { encodingFunctions } from './encoding.ts';
import type { ScalarEntry } from './entry.ts';
import { geoFunctions } from './geo.ts';
import { geoInfoFunctions } from './geoInfo.ts';
import { ipFunctions } from './ip.ts';
import { mathFunctions } from './math.ts';
import { parseFunctions } from './parse.ts';
import { regexFunctions } from './regex.ts';
import { seriesFunctions } from './series.ts';
import { setFunctions } from './set.ts';
import { sketchFunctions } from './sketch.ts';
import { stringFunctions } from './string.ts';
import { unitFunctions } from './units.ts';

export type { ScalarEntry } from './entry.ts';

export const scalarFunctions: ReadonlyMap<string, ScalarEntry> = new Map(
  [
    stringFunctions,
    regexFunctions,
    conversionFunctions,
    datetimeFunctions,
    binFunctions,
    mathFunctions,
    distributionFunctions,
    conditionalFunctions,
    dynamicFunctions,
    arrayFunctions,
    setFunctions,
    ipFunctions,
    geoInfoFunctions,
    geoFunctions,
    unitFunctions,
    encodingFunctions,
    parseFunctions,
    sketchFunctions,
    seriesFunctions,
  ].flatMap((table) => Object.entries(table)),
);

export { jsFunctions } from './jsFunctions.ts';
export { functionMacros as engineMacros } from './macros.ts';
