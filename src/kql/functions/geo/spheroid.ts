/** Distances on the WGS 84 spheroid (Vincenty 1975). */
import type { Position } from './shapes.ts';

const equatorialRadius = 6_378_137;
const flattening = 1 / 298.257223563;
const polarRadius = equatorialRadius * (1 - flattening);
/** Radians: a hundredth of a millimetre. */
const precision = 1e-12;
/** Nearly opposite points do not converge; the last approximation is within kilometres. */
const mostRounds = 200;

/** Metres between two positions. */
export function spheroidDistance(from: Position, to: Position): number {
  if (from[0] === to[0] && from[1] === to[1]) return 0;
  const [u1, u2] = [reducedLatitude(from[1]), reducedLatitude(to[1])];
  const difference = radians(to[0] - from[0]);
  const wanted = difference - 2 * Math.PI * Math.round(difference / (2 * Math.PI));
  let [lambda, result] = [wanted, 0];
  for (let round = 0; round < mostRounds; round++) {
    const [sinLambda, cosLambda] = [Math.sin(lambda), Math.cos(lambda)];
    const across = Math.cos(u2) * sinLambda;
    const along = Math.cos(u1) * Math.sin(u2) - Math.sin(u1) * Math.cos(u2) * cosLambda;
    const sinSigma = Math.hypot(across, along);
    if (sinSigma === 0) return 0;
    const cosSigma = Math.sin(u1) * Math.sin(u2) + Math.cos(u1) * Math.cos(u2) * cosLambda;
    const sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (Math.cos(u1) * Math.cos(u2) * sinLambda) / sinSigma;
    const cosSqAlpha = 1 - sinAlpha ** 2;
    const cos2SigmaM = cosSqAlpha === 0 ? 0 : cosSigma - (2 * Math.sin(u1) * Math.sin(u2)) / cosSqAlpha;
    const c = (flattening / 16) * cosSqAlpha * (4 + flattening * (4 - 3 * cosSqAlpha));
    const series = cos2SigmaM + c * cosSigma * (2 * cos2SigmaM ** 2 - 1);
    const next = wanted + (1 - c) * flattening * sinAlpha * (sigma + c * sinSigma * series);
    result = lengthOf(sigma, sinSigma, cosSigma, cosSqAlpha, cos2SigmaM);
    if (Math.abs(next - lambda) < precision) return result;
    lambda = Math.max(-Math.PI, Math.min(Math.PI, next));
  }
  return result;
}

function lengthOf(sigma: number, sin: number, cos: number, cosSqAlpha: number, cos2m: number): number {
  const uSq = (cosSqAlpha * (equatorialRadius ** 2 - polarRadius ** 2)) / polarRadius ** 2;
  const a = 1 + (uSq / 16384) * (4096 + uSq * (-768 + uSq * (320 - 175 * uSq)));
  const b = (uSq / 1024) * (256 + uSq * (-128 + uSq * (74 - 47 * uSq)));
  const inner = cos * (2 * cos2m ** 2 - 1) - (b / 6) * cos2m * (4 * sin ** 2 - 3) * (4 * cos2m ** 2 - 3);
  return polarRadius * a * (sigma - b * sin * (cos2m + (b / 4) * inner));
}

function reducedLatitude(latitude: number): number {
  return Math.atan((1 - flattening) * Math.tan(radians(latitude)));
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
