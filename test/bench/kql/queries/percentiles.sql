SELECT FileName, quantile_disc(FileSize, 0.5), quantile_disc(FileSize, 0.95), quantile_disc(FileSize, 0.99),
  avg(FileSize), sum(FileSize)
FROM DeviceProcessEvents
GROUP BY FileName
