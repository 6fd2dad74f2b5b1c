SELECT Timestamp, DeviceName, FileName, FileSize
FROM DeviceProcessEvents
WHERE FileSize > 8000000
ORDER BY FileSize DESC, Timestamp
