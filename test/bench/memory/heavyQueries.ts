/** Queries that hold most of ten million rows at once: what cannot stay in memory must spill. */
export const heavyQueries: Readonly<Record<string, string>> = {
  sort: 'DeviceNetworkEvents | sort by RemoteIP asc, Timestamp desc',
  'join of all rows': `DeviceNetworkEvents
    | project Timestamp, DeviceName, ReportId, RemoteIP
    | join kind=inner (DeviceProcessEvents | project DeviceName, ReportId, ProcessCommandLine) on ReportId`,
  'innerunique join': `DeviceNetworkEvents
    | join (DeviceNetworkEvents | project ReportId, AdditionalFields) on ReportId
    | summarize Rows = count(), Devices = dcount(DeviceName)`,
  'summarize by a unique key': `DeviceNetworkEvents
    | summarize Rows = count(), Last = max(Timestamp), Command = take_any(InitiatingProcessCommandLine) by ReportId, RemoteIP`,
  'distinct rows': 'DeviceNetworkEvents | distinct *',
  'arg_max of all columns': 'DeviceNetworkEvents | summarize arg_max(Timestamp, *) by ReportId',
  'dcount of texts': 'DeviceProcessEvents | summarize dcount(ProcessCommandLine) by FileName',
  'make_set, many groups':
    'DeviceNetworkEvents | summarize make_set(RemoteIP), make_set(RemoteUrl) by DeviceName',
  'make_set, few groups':
    'DeviceNetworkEvents | summarize make_set(RemoteIP), make_set(RemoteUrl) by Protocol',
  'make_list of texts': 'DeviceProcessEvents | summarize make_list(ProcessCommandLine) by DeviceName',
  'prev over all rows': `DeviceNetworkEvents
    | sort by DeviceName asc, Timestamp asc
    | extend Gap = Timestamp - prev(Timestamp)
    | summarize max(Gap) by DeviceName`,
  'sorted union': 'union DeviceNetworkEvents, DeviceProcessEvents | sort by Timestamp desc',
};
