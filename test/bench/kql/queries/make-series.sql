WITH counted AS (
  SELECT DeviceName, (Timestamp - ticks(TIMESTAMP '2025-05-02')) // 216000000000 AS step, count(*) AS failures
  FROM DeviceNetworkEvents
  WHERE ActionType = 'ConnectionFailed'
    AND Timestamp >= ticks(TIMESTAMP '2025-05-02') AND Timestamp < ticks(TIMESTAMP '2025-06-01')
  GROUP BY ALL)
SELECT DeviceName, list(coalesce(failures, 0) ORDER BY step) AS Failures,
  list(strftime(TIMESTAMP '2025-05-02' + INTERVAL 6 HOUR * step, '%Y-%m-%dT%H:%M:%S.0000000Z') ORDER BY step) AS Timestamp
FROM (SELECT DISTINCT DeviceName FROM counted) CROSS JOIN range(120) AS steps(step)
LEFT JOIN counted USING (DeviceName, step)
GROUP BY DeviceName
