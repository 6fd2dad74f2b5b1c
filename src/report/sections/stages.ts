/** The notebook's own prose, by stage, with each query's results where the query stands. */
import type { NumberedHunt } from '../numberedHunt.ts';
import { parseProse, shiftHeadings, splitAtHeadings } from '../prose.ts';
import type { Block } from '../reportDocument.ts';
import { stageOf, stages } from '../stageOf.ts';
import type { Stage } from '../stageOf.ts';
import { queryBlocks } from './queryBlocks.ts';

export interface StagedNotebook {
  /** What stands before the first stage, without the notebook's title. */
  readonly introduction: readonly Block[];
  readonly stages: ReadonlyMap<Stage, readonly Block[]>;
  /** Sections after or between the stages that are none of them. */
  readonly further: readonly Block[];
}

/** Sorts prose and results into the stages whose headings stand before them. A stage may open more than once. */
export function stageNotebook(hunt: NumberedHunt, title: string): StagedNotebook {
  const introduction: Block[] = [];
  const further: Block[] = [];
  const staged = new Map<Stage, Block[]>();
  let target = introduction;
  let stageLevel = 0;

  for (const cell of hunt.numberedCells) {
    if (cell.kind === 'query') {
      target.push(...queryBlocks(cell));
      continue;
    }
    for (const piece of splitAtHeadings(parseProse(cell.text))) {
      const stage = piece.heading && stageOf(piece.heading.text);
      if (stage !== undefined && piece.heading) {
        target = staged.get(stage) ?? [];
        staged.set(stage, target);
        stageLevel = piece.heading.level;
      } else if (piece.heading && stageLevel > 0 && piece.heading.level <= stageLevel) {
        target = further;
      }
      const isTitle =
        stage === undefined && target === introduction && isSameTitle(piece.heading?.text, title);
      const tokens = stage !== undefined || isTitle ? piece.body : piece.tokens;
      if (tokens.some(({ type }) => type !== 'hr')) {
        const [shift, least] =
          target === introduction ? [1, 3] : [(target === further ? 4 : 3) - stageLevel, 4];
        target.push({ kind: 'prose', tokens: shiftHeadings(withoutEdgeRules(tokens), shift, least) });
      }
    }
  }
  return { introduction, stages: staged, further };
}

/** One section per stage, in order; a stage that the notebook lacks is said so. */
export function stageBlocks(staged: StagedNotebook): Block[] {
  return [
    { kind: 'heading', level: 2, text: 'The hunt, stage by stage', id: 'stages' },
    ...stages.flatMap((stage, index): Block[] => {
      const blocks = staged.stages.get(stage);
      const id = `stage-${index + 1}`;
      const content: readonly Block[] =
        blocks === undefined
          ? [{ kind: 'notice', tone: 'info', text: `The notebook has no section “${stage}”.` }]
          : blocks.length === 0
            ? [{ kind: 'notice', tone: 'info', text: `The notebook's section “${stage}” is empty.` }]
            : blocks;
      return [{ kind: 'heading', level: 3, text: `${index + 1}. ${stage}`, id }, ...content];
    }),
    ...(staged.further.length === 0
      ? []
      : [{ kind: 'heading', level: 3, text: 'Further notes', id: 'further' } as const, ...staged.further]),
  ];
}

function isSameTitle(heading: string | undefined, title: string): boolean {
  return heading !== undefined && heading.trim().toLowerCase() === title.trim().toLowerCase();
}

/** Rules that only parted sections of the notebook part nothing here. */
function withoutEdgeRules<T extends { readonly type: string }>(tokens: readonly T[]): readonly T[] {
  const first = tokens.findIndex(({ type }) => type !== 'hr');
  const last = tokens.findLastIndex(({ type }) => type !== 'hr');
  return tokens.slice(first, last + 1);
}
