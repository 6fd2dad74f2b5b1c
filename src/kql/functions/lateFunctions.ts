/** JavaScript functions that come with large libraries: loaded when a statement first calls one of a group. */
import type { ScalarFunction } from '../scalarFunction.ts';

export interface LateFunctions {
  /** With which the names of all functions of the group begin, and no other name. */
  readonly prefix: string;
  readonly load: () => Promise<readonly ScalarFunction[]>;
}

export const lateFunctions: readonly LateFunctions[] = [
  {
    prefix: 'kql_geo_shape_',
    load: async () => (await import('./js/geoShapes.ts')).geoShapeFunctions,
  },
  {
    prefix: 'kql_geo_cell_',
    load: async () => (await import('./js/geoCells.ts')).geoCellFunctions,
  },
  {
    prefix: 'kql_geo_buffer_',
    load: async () => (await import('./js/geoBuffers.ts')).geoBufferFunctions,
  },
];
