SELECT Timestamp - Timestamp % 36000000000 AS Timestamp, Protocol, count(*) AS Connections,
  count(*) FILTER (WHERE ActionType = 'ConnectionFailed') AS Failed
FROM DeviceNetworkEvents
WHERE Timestamp BETWEEN ticks(TIMESTAMP '2025-05-10') AND ticks(TIMESTAMP '2025-05-28')
GROUP BY 1, 2
