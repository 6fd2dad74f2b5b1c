/** `convert_...()`: a value from one unit to another. Factors are those that define the units; a unit not listed here is refused. */
import type { Call, ScalarTranslator, SqlExpression } from '../expression.ts';
import { realLiteral } from '../sql/literal.ts';
import { realOf } from './convert.ts';
import { exact } from './entry.ts';
import type { ScalarTable } from './entry.ts';

/** How many of a base unit each unit is. */
type Units = Readonly<Record<string, number>>;

/** The base unit itself and with prefixes: `Kilo` + `meter` and so on. */
function prefixed(unit: string, size: number, prefixes: readonly (keyof typeof prefixSizes)[]): Units {
  const small = unit.charAt(0).toLowerCase() + unit.slice(1);
  return {
    [unit]: size,
    ...Object.fromEntries(prefixes.map((prefix) => [`${prefix}${small}`, prefixSizes[prefix] * size])),
  };
}

const prefixSizes = {
  Nano: 1e-9,
  Micro: 1e-6,
  Milli: 1e-3,
  Centi: 1e-2,
  Deci: 0.1,
  Deca: 10,
  Hecto: 100,
  Kilo: 1e3,
  Mega: 1e6,
  Giga: 1e9,
  Tera: 1e12,
} as const;

const foot = 0.3048;
const inch = 0.0254;
const pound = 0.45359237;
const gravity = 9.80665;
const lightYear = 9.4607304725808e15;
const parsec = 3.0856775814913672e16;

const lengths: Units = {
  ...prefixed('Meter', 1, ['Nano', 'Milli', 'Centi', 'Deci', 'Deca', 'Hecto', 'Kilo']),
  ...prefixed('LightYear', lightYear, ['Kilo', 'Mega']),
  ...prefixed('Parsec', parsec, ['Kilo', 'Mega']),
  Angstrom: 1e-10,
  AstronomicalUnit: 149_597_870_700,
  Chain: 66 * foot,
  DtpPica: inch / 6,
  DtpPoint: inch / 72,
  Fathom: 6 * foot,
  Foot: foot,
  Hand: 4 * inch,
  Inch: inch,
  Microinch: inch * 1e-6,
  Micrometer: 1e-6,
  Mil: inch * 1e-3,
  Mile: 5280 * foot,
  NauticalMile: 1852,
  Twip: inch / 1440,
  UsSurveyFoot: 1200 / 3937,
  Yard: 3 * foot,
};

const masses: Units = {
  ...prefixed('Gram', 1e-3, ['Nano', 'Micro', 'Milli', 'Centi', 'Deci', 'Deca', 'Hecto', 'Kilo']),
  Grain: pound / 7000,
  LongHundredweight: 112 * pound,
  LongTon: 2240 * pound,
  Ounce: pound / 16,
  Pound: pound,
  Kilopound: 1000 * pound,
  Megapound: 1e6 * pound,
  ShortHundredweight: 100 * pound,
  ShortTon: 2000 * pound,
  Stone: 14 * pound,
  ...prefixed('Tonne', 1e3, ['Kilo', 'Mega']),
};

const angles: Units = {
  ...prefixed('Radian', 1, ['Nano', 'Micro', 'Milli', 'Centi', 'Deci']),
  ...prefixed('Degree', Math.PI / 180, ['Nano', 'Micro', 'Milli']),
  Arcminute: Math.PI / 10_800,
  Arcsecond: Math.PI / 648_000,
  Gradian: Math.PI / 200,
  NatoMil: Math.PI / 3200,
  Revolution: 2 * Math.PI,
};

const energies: Units = {
  ...prefixed('Joule', 1, ['Milli', 'Kilo', 'Mega', 'Giga']),
  ...prefixed('WattHour', 3600, ['Kilo', 'Mega', 'Giga', 'Tera']),
  ...prefixed('WattDay', 86_400, ['Kilo', 'Mega', 'Giga', 'Tera']),
  ...prefixed('Calorie', 4.184, ['Kilo', 'Mega']),
  ...prefixed('BritishThermalUnit', 1055.05585262, ['Kilo', 'Mega', 'Giga']),
  ...prefixed('ElectronVolt', 1.602176634e-19, ['Kilo', 'Mega', 'Giga', 'Tera']),
  Erg: 1e-7,
  FootPound: foot * pound * gravity,
};

const forces: Units = {
  ...prefixed('Newton', 1, ['Micro', 'Milli', 'Deca', 'Kilo', 'Mega']),
  Dyn: 1e-5,
  KilogramForce: gravity,
  KiloPond: gravity,
  OunceForce: (pound * gravity) / 16,
  Poundal: pound * foot,
  PoundForce: pound * gravity,
  KilopoundForce: 1000 * pound * gravity,
  ShortTonForce: 2000 * pound * gravity,
  TonneForce: 1000 * gravity,
};

const usGallon = 231 * inch ** 3;
const imperialGallon = 4.54609e-3;

const volumes: Units = {
  ...prefixed('Liter', 1e-3, ['Micro', 'Milli', 'Centi', 'Deci', 'Deca', 'Hecto', 'Kilo', 'Mega']),
  CubicMeter: 1,
  CubicMicrometer: 1e-18,
  CubicMillimeter: 1e-9,
  CubicCentimeter: 1e-6,
  CubicDecimeter: 1e-3,
  CubicHectometer: 1e6,
  CubicKilometer: 1e9,
  HectocubicMeter: 100,
  KilocubicMeter: 1000,
  CubicInch: inch ** 3,
  CubicFoot: foot ** 3,
  CubicYard: (3 * foot) ** 3,
  CubicMile: (5280 * foot) ** 3,
  HectocubicFoot: 100 * foot ** 3,
  KilocubicFoot: 1000 * foot ** 3,
  MegacubicFoot: 1e6 * foot ** 3,
  // As Kusto rounds it; 43,560 cubic feet are 1.3 millionths less.
  AcreFoot: 1 / 0.000810714,
  BoardFoot: foot * foot * inch,
  UsGallon: usGallon,
  DeciusGallon: 0.1 * usGallon,
  DecausGallon: 10 * usGallon,
  HectousGallon: 100 * usGallon,
  KilousGallon: 1000 * usGallon,
  MegausGallon: 1e6 * usGallon,
  UsQuart: usGallon / 4,
  UsPint: usGallon / 8,
  UsCustomaryCup: usGallon / 16,
  UsLegalCup: 2.4e-4,
  UsOunce: usGallon / 128,
  UsTablespoon: usGallon / 256,
  UsTeaspoon: usGallon / 768,
  UsBeerBarrel: 31 * usGallon,
  OilBarrel: 42 * usGallon,
  ImperialGallon: imperialGallon,
  KiloimperialGallon: 1000 * imperialGallon,
  MegaimperialGallon: 1e6 * imperialGallon,
  ImperialPint: imperialGallon / 8,
  ImperialOunce: imperialGallon / 160,
  ImperialBeerBarrel: 36 * imperialGallon,
  MetricCup: 2.5e-4,
  MetricTeaspoon: 5e-6,
  AuTablespoon: 2e-5,
  UkTablespoon: 1.5e-5,
};

const lengthPerTime: readonly (readonly [length: string, size: number])[] = [
  ['Nanometer', 1e-9],
  ['Micrometer', 1e-6],
  ['Millimeter', 1e-3],
  ['Centimeter', 1e-2],
  ['Decimeter', 0.1],
  ['Meter', 1],
  ['Kilometer', 1000],
  ['Foot', foot],
  ['Inch', inch],
  ['Yard', 3 * foot],
  ['UsSurveyFoot', 1200 / 3937],
];

const speeds: Units = {
  ...Object.fromEntries(
    lengthPerTime.flatMap(([length, size]) => [
      [`${length}PerSecond`, size],
      [`${length}PerMinute`, size / 60],
      [`${length}PerHour`, size / 3600],
    ]),
  ),
  Knot: 1852 / 3600,
  Mach: 340.29,
  MilePerHour: (5280 * foot) / 3600,
};

/** A function of units that are multiples of one another; the units must be constant. */
function converter(units: Units): ScalarTranslator {
  return ([value, from, to], call) => {
    if (value === undefined) return call.invalid(`${call.name}() needs a value.`);
    const [source, target] = [unitOf(units, from, 1, call), unitOf(units, to, 2, call)];
    return `(${realOf(value)} * ${realLiteral(source)} / ${realLiteral(target)})`;
  };
}

/** What the table holds for the unit that a constant argument names. */
function unitOf<T>(
  table: Readonly<Record<string, T>>,
  unit: SqlExpression | undefined,
  place: number,
  call: Call,
): T {
  if (typeof unit?.constant !== 'string') {
    return call.unsupported(`${call.name}() with a unit that is not constant.`, place);
  }
  const found = Object.hasOwn(table, unit.constant) ? table[unit.constant] : undefined;
  return found ?? call.unsupported(`${call.name}() with the unit '${unit.constant}'.`, place);
}

/** Degrees of each scale per kelvin, and the scale's reading at absolute zero. */
const scales: Readonly<Record<string, readonly [perKelvin: number, zero: number]>> = {
  Kelvin: [1, 0],
  DegreeCelsius: [1, -273.15],
  MillidegreeCelsius: [1000, -273_150],
  DegreeDelisle: [-1.5, 559.725],
  DegreeFahrenheit: [1.8, -459.67],
  DegreeNewton: [0.33, -90.1395],
  DegreeRankine: [1.8, 0],
  DegreeReaumur: [0.8, -218.52],
  DegreeRoemer: [0.525, -135.90375],
};

const temperature: ScalarTranslator = ([value, from, to], call) => {
  if (value === undefined) return call.invalid('convert_temperature() needs a value.');
  const [source, target] = [unitOf(scales, from, 1, call), unitOf(scales, to, 2, call)];
  const kelvin = `(${realOf(value)} - ${realLiteral(source[1])}) / ${realLiteral(source[0])}`;
  return `(${kelvin} * ${realLiteral(target[0])} + ${realLiteral(target[1])})`;
};

export const unitFunctions: ScalarTable = {
  convert_length: exact(converter(lengths)),
  convert_mass: exact(converter(masses)),
  convert_angle: exact(converter(angles)),
  convert_energy: exact(converter(energies)),
  convert_force: exact(converter(forces)),
  convert_speed: exact(converter(speeds)),
  convert_volume: exact(converter(volumes)),
  convert_temperature: exact(temperature),
};
