SELECT DeviceName, Source, count(*) AS Events, min(Timestamp) AS First, max(Timestamp) AS Last
FROM (
  SELECT Timestamp, DeviceName, 'network' AS Source, InitiatingProcessFileName AS Program FROM DeviceNetworkEvents
  UNION ALL
  SELECT Timestamp, DeviceName, 'process' AS Source, FileName AS Program FROM DeviceProcessEvents)
WHERE Program = 'rundll32.exe' AND Timestamp > ticks(TIMESTAMP '2025-05-05')
GROUP BY ALL
