/** A thousand rules on process creations: the public ones that are at hand, and made ones of the same build. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { RuleText } from '../../../src/sigma/ruleCollection.ts';

const corpus = join(import.meta.dirname, '../../../../shared/conformance/sigma/sigma-rules.jsonl');
const line = z.object({ path: z.string(), yaml: z.string() });

/** Texts of `count` rules for Windows process creations. */
export function benchRules(count: number): readonly RuleText[] {
  const published = existsSync(corpus)
    ? readFileSync(corpus, 'utf8')
        .trim()
        .split('\n')
        .map((each) => line.parse(JSON.parse(each)))
        .filter(({ path }) => path.includes('proc_creation_win'))
        .map(({ path, yaml }) => ({ file: path, text: yaml }))
    : [];
  const made = Array.from({ length: Math.max(0, count - published.length) }, (_each, index) =>
    madeRule(index),
  );
  return [...published, ...made].slice(0, count);
}

function madeRule(index: number): RuleText {
  const program = ['rundll32', 'regsvr32', 'certutil', 'wmic', 'powershell', 'cmd'][index % 6] ?? '';
  const text = `title: Made rule ${index}
id: 00000000-0000-4000-8000-${String(index).padStart(12, '0')}
level: medium
tags: [attack.execution, attack.t1059]
logsource: { category: process_creation, product: windows }
detection:
  selection_img:
    - Image|endswith: '\\${index % 3 === 0 ? `tool${index}` : program}.exe'
    - OriginalFileName: '${program}${index}.EXE'
  selection_cli:
    CommandLine|contains|all: [' --mode${index} ', 'marker-${index * 7}']
  filter:
    ParentImage|startswith: 'C:\\Program Files\\Vendor${index}\\'
  condition: all of selection_* and not filter
`;
  return { file: `made/${index}.yml`, text };
}
