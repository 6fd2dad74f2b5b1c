/** What `activate` returns: eyes for tests that run inside VS Code, on any host. */
import type { DescribedResult } from '../renderer/protocol.ts';

export interface HuntApi {
  /** What the renderers draw now: header, visible cells and status of each result. */
  describeResults(): Promise<readonly DescribedResult[]>;
}
