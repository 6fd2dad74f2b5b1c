/** The documentation page of `match-indicators`. */
import { defaultList } from './arguments.ts';

export const matchIndicatorsDocs = `# match-indicators

Looks for known bad addresses, ranges, domains, URLs, file hashes and e-mail addresses in every table of the session, each
table read once.

\`\`\`hunt
match-indicators:
  from: [feeds/iocs.csv, feeds/bundle.json]
  indicators: |
    198[.]51[.]100[.]7        # from the report, as it stands there
    hxxps://evil[.]example/a.exe
    203.0.113.0/24
as: Matches
\`\`\`

| argument | default | meaning |
|---|---|---|
| \`from\` | none | files: CSV, a text with one indicator a line, a STIX 2.1 bundle, MISP JSON; each also as \`.gz\` |
| \`indicators\` | none | a list, or pasted text with one indicator a line |
| \`in\` | every table | tables to search |
| \`columns\` | found by name and type | columns to search instead, as free text |
| \`list\` | \`${defaultList}\` | name of the table that a list of more than 500 becomes |

## What is read

- **Defanged** text is understood: \`hxxp\`, \`fxp\`, \`[.]\`, \`(.)\`, \`{.}\`, \`[dot]\`, \`[:]\`, \`[://]\`, \`[@]\`, \`[at]\`.
- **Text**: one indicator a line, lists with commas, hosts files, bullets; what follows on the line is a note. Lines that
  begin with \`#\`, \`;\`, \`!\` or \`//\` are comments.
- **CSV**: the columns whose heading names an indicator (\`indicator\`, \`value\`, \`ip\`, \`domain\`, \`url\`, \`sha256\`, ...), in a
  heading that may itself stand in a comment; \`comment\`, \`description\`, \`malware\`, \`type\`, \`tags\` become the note.
- **STIX**: the patterns of \`indicator\` objects (OASIS STIX 2.1, section 9): comparisons with \`=\`, \`IN\` and \`ISSUBSET\` of
  \`ipv4-addr\`, \`ipv6-addr\`, \`domain-name\`, \`url\`, \`email-addr\` values and file hashes, combined by OR. Under AND and FOLLOWEDBY each
  part is looked for alone, and its note says so.
- **MISP**: attributes with \`to_ids\`, of events and of their objects.

Nothing is dropped in silence. What is no indicator or cannot be looked for (\`LIKE\`, \`MATCHES\`, \`NOT\`, revoked ones, file names,
loopback addresses, ranges wider than /6, ...) is counted, and stands in the table \`${defaultList}_rejects\` with file, line or place,
and reason.

## How it is compared

| indicator | matches |
|---|---|
| address | the same address, also as \`::ffff:1.2.3.4\`, with a port, and as the host of a URL |
| range (CIDR) | every address in it |
| domain | the domain and its subdomains, also as the host of a URL and behind the \`@\` of an e-mail address; not \`notevil.example\` for \`evil.example\` |
| URL | the same URL without regard to scheme, letter case, default port and the slash at its end; with any query where the indicator has none |
| MD5, SHA-1, SHA-256, SHA-512 | the same hash |
| e-mail address | the same address |

Columns are chosen by name and type: those that hold addresses, names and URLs are compared as above; hashes as whole values;
command lines, messages and dynamic columns are searched inside, for what has the form of an indicator of the list. Other
strings are compared as whole values, and identifiers, kinds and states are left out. A row is taken apart only when one of its
values is in the list, so that a table is read once however long the list is.

A list of up to 500 indicators stands in the query itself. A longer one becomes the table \`${defaultList}\` (\`Indicator, Type, Key,
Source, Note\`), which the query joins. On another engine the list always stands in the query, at most 10,000 long.

## Result

\`Indicator, Type, Source, Table, Column, Timestamp, DeviceName, Value, Rows, Note, Row\`: one row for each indicator and place,
oldest first; \`Source\` is where the indicator stands (file and line), \`Row\` the whole row as a bag, \`Rows\` how many rows are exactly alike.
`;
