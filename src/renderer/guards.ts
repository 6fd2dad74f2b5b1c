/** Narrows what arrives from outside the renderer: output items (which a stored notebook may hold) and messages. */
import type { Column, ScalarType } from '../kql/types.ts';
import type { Page } from '../engine/result.ts';
import { isDrawing } from './drawingGuards.ts';
import { isArrayOf, isCount, isFields } from './shapes.ts';
import type { ExtensionMessage, ResultOutput } from './protocol.ts';

/** Keys typed over all scalar types, so that a new type must be added here. */
const isScalarType: Record<ScalarType, true> = {
  bool: true,
  int: true,
  long: true,
  real: true,
  decimal: true,
  string: true,
  guid: true,
  datetime: true,
  timespan: true,
  dynamic: true,
};

/** Whether the value is a result that can be drawn. */
export function isResultOutput(value: unknown): value is ResultOutput {
  return (
    isFields(value) &&
    typeof value['resultId'] === 'string' &&
    isArrayOf(value['columns'], isColumn) &&
    isCount(value['rowCount']) &&
    isRows(value['firstRows']) &&
    isArrayOf(value['notices'], (notice) => typeof notice === 'string') &&
    isProvenance(value['provenance']) &&
    (value['cut'] === undefined || isCut(value['cut'])) &&
    (value['render'] === undefined || isRender(value['render'])) &&
    (value['drawing'] === undefined || isDrawing(value['drawing'])) &&
    (value['publishedAs'] === undefined || typeof value['publishedAs'] === 'string') &&
    typeof value['isStale'] === 'boolean'
  );
}

/** Whether the value is a message of the extension. */
export function isExtensionMessage(value: unknown): value is ExtensionMessage {
  if (!isFields(value)) return false;
  const hasRequest = typeof value['requestId'] === 'string';
  switch (value['kind']) {
    case 'page':
      return hasRequest && isPage(value['page']);
    case 'failed':
      return hasRequest && typeof value['message'] === 'string';
    case 'stale':
      return typeof value['resultId'] === 'string' && typeof value['isStale'] === 'boolean';
    case 'describe':
      return hasRequest;
    default:
      return false;
  }
}

function isPage(value: unknown): value is Page {
  return (
    isFields(value) && isCount(value['offset']) && isCount(value['matchingRows']) && isRows(value['rows'])
  );
}

function isColumn(value: unknown): value is Column {
  return (
    isFields(value) &&
    typeof value['name'] === 'string' &&
    typeof value['type'] === 'string' &&
    Object.hasOwn(isScalarType, value['type'])
  );
}

function isProvenance(value: unknown): boolean {
  return isFields(value) && typeof value['engine'] === 'string' && typeof value['durationMs'] === 'number';
}

function isCut(value: unknown): boolean {
  return isFields(value) && isCount(value['atLeastRows']) && typeof value['limit'] === 'string';
}

function isRender(value: unknown): boolean {
  return (
    isFields(value) &&
    typeof value['kind'] === 'string' &&
    isFields(value['properties']) &&
    Object.values(value['properties']).every((property) => typeof property === 'string')
  );
}

/** Cells are JSON values by construction: they come out of a JSON text or a structured clone. */
function isRows(value: unknown): boolean {
  return isArrayOf(value, Array.isArray);
}
