SELECT Timestamp, DeviceName, ProcessCommandLine
FROM DeviceProcessEvents
WHERE regexp_matches(ProcessCommandLine, '(?i)\bencodedcommand\b')
