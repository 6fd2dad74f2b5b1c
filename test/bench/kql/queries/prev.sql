SELECT DeviceName, max(Gap) AS Longest, min(Gap) AS Shortest
FROM (
  SELECT DeviceName, Timestamp - lag(Timestamp) OVER (PARTITION BY DeviceName ORDER BY Timestamp, ReportId) AS Gap
  FROM DeviceNetworkEvents
  WHERE RemotePort = 22)
WHERE Gap IS NOT NULL
GROUP BY ALL
