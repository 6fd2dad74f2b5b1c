SELECT DeviceName, min(Timestamp) AS Session, count(*) AS Attempts, max(Timestamp) AS Last
FROM (
  SELECT DeviceName, Timestamp, count(*) FILTER (WHERE IsFirst) OVER (PARTITION BY DeviceName ORDER BY Timestamp, ReportId) AS number
  FROM (
    SELECT DeviceName, Timestamp, ReportId,
      Timestamp - lag(Timestamp, 1, 0) OVER (PARTITION BY DeviceName ORDER BY Timestamp, ReportId) > 72000000000 AS IsFirst
    FROM DeviceNetworkEvents
    WHERE RemotePort = 3389 AND ActionType = 'ConnectionFailed'))
GROUP BY DeviceName, number
