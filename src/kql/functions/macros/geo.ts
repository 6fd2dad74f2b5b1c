/** Macros for points given as longitude and latitude in degrees; null outside of their ranges. */

export const geoMacros: readonly string[] = [
  `kql_geo_is_point(x, y) AS abs(x) <= 180 AND abs(y) <= 90`,
  // The haversine formula on a sphere of S2's Earth radius, metres.
  `kql_geo_haversine(x1, y1, x2, y2) AS
    pow(sin(radians(y2 - y1) / 2), 2) + cos(radians(y1)) * cos(radians(y2)) * pow(sin(radians(x2 - x1) / 2), 2)`,
  `kql_geo_distance(x1, y1, x2, y2) AS CASE WHEN kql_geo_is_point(x1, y1) AND kql_geo_is_point(x2, y2)
    THEN 2 * 6371010.0 * asin(sqrt(least(1.0, kql_geo_haversine(x1, y1, x2, y2)))) END`,
  // Clockwise from north, radians from 0 to 2 pi; null from a point to itself and to the opposite one.
  `kql_geo_bearing(x1, y1, x2, y2) AS atan2(sin(radians(x2 - x1)) * cos(radians(y2)),
    cos(radians(y1)) * sin(radians(y2)) - sin(radians(y1)) * cos(radians(y2)) * cos(radians(x2 - x1)))`,
  `kql_geo_azimuth(x1, y1, x2, y2) AS CASE
    WHEN kql_geo_is_point(x1, y1) AND kql_geo_is_point(x2, y2) AND (x1 <> x2 OR y1 <> y2)
      AND kql_geo_haversine(x1, y1, x2, y2) < 1 - 1e-15
    THEN kql_geo_bearing(x1, y1, x2, y2) + CASE WHEN kql_geo_bearing(x1, y1, x2, y2) < 0 THEN 2 * pi() ELSE 0 END END`,
  `kql_geo_angle(first, second) AS CASE WHEN second >= first THEN second - first ELSE second - first + 2 * pi() END`,
];
