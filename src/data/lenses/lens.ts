/**
 * A lens presents raw events as rows of a published table, so that public queries run on the logs one has. It is data:
 * which events, and the KQL of each column over their fields.
 */
import type { ScalarType } from '../../kql/types.ts';

/** The kinds of raw source that rules are written for. */
export type SourceKind = 'windows' | 'zeek';

/** KQL in which `$Name` is the text of the event's field (empty where it has none). */
export type FieldKql = string;

/** Columns of the published table, by name, as KQL over the event's fields; columns that are not named are empty. */
export type ColumnMapping = Readonly<Record<string, FieldKql>>;

export interface LensRule {
  /** What the rows are, for people: `Sysmon 1`. */
  readonly from: string;
  readonly source: SourceKind;
  /** Which events. */
  readonly when: FieldKql;
  /** A source that lacks one of these fields has no such events. */
  readonly needs?: readonly string[];
  readonly columns: ColumnMapping;
  /**
   * Field that holds the process GUID of who did it: the columns of `columns` may then use `Creation*` of that process,
   * from the event of its creation ({@link processCreations}).
   */
  readonly initiator?: string;
  /** Columns that `columns` does not name take the field of their own name. */
  readonly takesSameNames?: true;
  /** Events of another rule that tell the same are shown instead. */
  readonly rather?: Rather;
}

/** Two logs often tell of one thing; where both do, the rows of the one that tells more are enough. */
export interface Rather {
  /** The rule that tells more, by its `from`. */
  readonly rule: string;
  /** Columns, or fields as `$Name`, that are the same in both. */
  readonly same: readonly string[];
  /** Timespan, in KQL, that they lie apart at most; it may be up to twice that, as time is compared in steps. */
  readonly within: string;
}

export interface Lens {
  readonly table: string;
  readonly columns: ReadonlyMap<string, ScalarType>;
  /** Column that takes the fields no column takes, as JSON text. */
  readonly rest?: string;
  readonly rules: readonly LensRule[];
}

/** What a lens can know of the process that did something, from its creation: column of that name, and its KQL. */
export const processCreations: {
  readonly when: FieldKql;
  readonly guid: string;
  readonly columns: ColumnMapping;
} = {
  when: "$channel =~ 'Microsoft-Windows-Sysmon/Operational' and $eventId == 1",
  guid: 'ProcessGuid',
  columns: {
    CreationTime: '$time',
    CreationCommandLine: '$CommandLine',
    CreationHashes: '$Hashes',
    CreationIntegrityLevel: '$IntegrityLevel',
    CreationUser: '$User',
    CreationParentImage: '$ParentImage',
    CreationParentId: 'tolong($ParentProcessId)',
    CreationCompany: '$Company',
    CreationProduct: '$Product',
    CreationFileVersion: '$FileVersion',
    CreationOriginalFileName: '$OriginalFileName',
    CreationDescription: '$Description',
  },
};

/**
 * Short forms that column mappings may call, with one argument, `#`. They are written out before the query is translated: a
 * KQL function would be bound anew at each of its hundreds of calls.
 */
export const shortForms: Readonly<Record<string, FieldKql>> = {
  file_of: String.raw`extract(@'[^\\/]*$', 0, #)`,
  name_of: String.raw`tolower(extract(@'[^\\]*$', 0, #))`,
  domain_of: String.raw`tolower(extract(@'^(.*)\\', 1, #))`,
  sha1_of: "tolower(extract('SHA1=([0-9A-Fa-f]{40})', 1, #))",
  sha256_of: "tolower(extract('SHA256=([0-9A-Fa-f]{64})', 1, #))",
  md5_of: "tolower(extract('MD5=([0-9A-Fa-f]{32})', 1, #))",
  given: "trim('^-$', #)",
  hive_of: String.raw`replace_regex(replace_regex(replace_regex(#, @'^HKLM\b', 'HKEY_LOCAL_MACHINE'), @'^HKU\b', 'HKEY_USERS'), @'^HKCR\b', 'HKEY_CLASSES_ROOT')`,
  ip_of: "replace_regex(#, '^(::ffff:|-$)', '')",
};
