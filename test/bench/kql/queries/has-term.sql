SELECT Timestamp, DeviceName, ProcessCommandLine
FROM DeviceProcessEvents
WHERE contains(lower(ProcessCommandLine), 'encodedcommand')
  AND regexp_matches(ProcessCommandLine, '(?i)\bencodedcommand\b')
