SELECT FileName, p[1], p[2], p[3], average, total
FROM (
  SELECT FileName, quantile_disc(FileSize, [0.5, 0.95, 0.99]) AS p, avg(FileSize) AS average, sum(FileSize) AS total
  FROM DeviceProcessEvents
  GROUP BY FileName)
