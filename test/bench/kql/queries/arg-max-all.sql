SELECT DeviceName, max(Timestamp) AS Timestamp,
  arg_max(DeviceId, Timestamp) AS DeviceId,
  arg_max(ActionType, Timestamp) AS ActionType,
  arg_max(RemoteIP, Timestamp) AS RemoteIP,
  arg_max(RemotePort, Timestamp) AS RemotePort,
  arg_max(RemoteUrl, Timestamp) AS RemoteUrl,
  arg_max(LocalIP, Timestamp) AS LocalIP,
  arg_max(LocalPort, Timestamp) AS LocalPort,
  arg_max(Protocol, Timestamp) AS Protocol,
  arg_max(InitiatingProcessFileName, Timestamp) AS InitiatingProcessFileName,
  arg_max(InitiatingProcessId, Timestamp) AS InitiatingProcessId,
  arg_max(InitiatingProcessCommandLine, Timestamp) AS InitiatingProcessCommandLine,
  arg_max(InitiatingProcessAccountName, Timestamp) AS InitiatingProcessAccountName,
  arg_max(ReportId, Timestamp) AS ReportId,
  arg_max(AdditionalFields, Timestamp) AS AdditionalFields
FROM DeviceNetworkEvents
GROUP BY DeviceName
