/** The techniques that a hunter adds, resolved against the catalogue. */
import { resolutionNote, resolveTechnique } from '../../attack/resolve.ts';
import type { Technique } from '../../attack/catalogue.ts';
import { StepError, type Advice } from '../step.ts';
import type { MapTtpsArguments, Status } from './arguments.ts';
import { statuses } from './arguments.ts';

export interface Added {
  readonly technique: Technique;
  readonly status: Status;
  readonly note: string;
}

/** One entry a technique in force; two ids of the same one are joined under the surer status. Unknown ids are StepErrors. */
export function addedTechniques(also: MapTtpsArguments['also']): readonly Added[] {
  const added = new Map<string, Added>();
  also.forEach(({ technique: id, status, note }, index) => {
    const resolution = resolveTechnique(id);
    if (resolution.kind === 'unknown') {
      const close = resolution.closeIds;
      const question =
        close.length === 0 ? 'Ids look like T1046 or T1059.001.' : `Did you mean ${close.join(', ')}?`;
      throw new StepError(
        `ATT&CK has no technique "${id}". ${question}`,
        ['also', index, 'technique'],
        'unknown-technique',
      );
    }
    const { technique } = resolution;
    const earlier = added.get(technique.id);
    const notes = [earlier?.note, resolutionNote(resolution), note].filter(
      (text) => text !== undefined && text !== '',
    );
    added.set(technique.id, {
      technique,
      status: earlier ? surer(earlier.status, status) : status,
      note: [...new Set(notes)].join('; '),
    });
  });
  return [...added.values()];
}

/** The ids that ATT&CK no longer uses, each with the one in force. */
export function adviceOn(also: MapTtpsArguments['also']): readonly Advice[] {
  return also.flatMap(({ technique: id }, index) => {
    const resolution = resolveTechnique(id);
    const note = resolutionNote(resolution);
    if (note === '') return [];
    const replacements = resolution.kind === 'revoked' ? [resolution.technique.id] : [];
    return { message: `${note}.`, path: ['also', index, 'technique'], replacements };
  });
}

const surer = (left: Status, right: Status): Status =>
  statuses.indexOf(left) <= statuses.indexOf(right) ? left : right;
