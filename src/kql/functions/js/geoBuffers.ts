/** The `geo_` functions that widen shapes by a distance in metres. */
import type { SqlValue } from '../../scalarFunction.ts';
import type { JsonValue } from '../../types.ts';
import { bufferOfLines, bufferOfPoint, bufferOfPolygons, reachOf } from '../geo/buffer.ts';
import { pointOf } from '../geo/shapes.ts';
import { bufferSignatures } from '../geo/signatures.ts';
import { jsonFromText } from '../json.ts';
import { geoFunctions, linesOfText, numberOf, polygonsJson, polygonsOfText } from './geoFunction.ts';
import type { Implementation } from './geoFunction.ts';

function buffer(radius: SqlValue | undefined, tolerance: SqlValue | undefined): ReturnType<typeof reachOf> {
  const [metres, deviation] = [numberOf(radius), numberOf(tolerance)];
  return metres === undefined || deviation === undefined ? undefined : reachOf(metres, deviation);
}

const lineBuffer: Implementation = (text, radius, tolerance) => {
  const [lines, reach] = [linesOfText(text), buffer(radius, tolerance)];
  return lines === undefined || reach === undefined ? undefined : polygonsJson(bufferOfLines(lines, reach));
};

const polygonBuffer: Implementation = (text, radius, tolerance) => {
  const [polygons, reach] = [polygonsOfText(text), buffer(radius, tolerance)];
  return polygons === undefined || reach === undefined
    ? undefined
    : polygonsJson(bufferOfPolygons(polygons, reach));
};

/** Metres by which a widened shape may be too wide. */
const wideningTolerance = 10;

function widened(text: SqlValue | undefined, radius: SqlValue | undefined): JsonValue | undefined {
  if (radius === 0) return typeof text === 'string' ? jsonFromText(text, true) : undefined;
  const [shape = null, metres = null] = [text, radius];
  return polygonBuffer(shape, metres, wideningTolerance) ?? lineBuffer(shape, metres, wideningTolerance);
}

export const geoBufferFunctions = geoFunctions('kql_geo_buffer_', bufferSignatures, {
  point_buffer: (longitude = null, latitude = null, radius, tolerance) => {
    const [point, reach] = [pointOf(longitude, latitude), buffer(radius, tolerance)];
    return point === undefined || reach === undefined
      ? undefined
      : polygonsJson([bufferOfPoint(point, reach)]);
  },
  line_buffer: lineBuffer,
  polygon_buffer: polygonBuffer,
  widened,
});
