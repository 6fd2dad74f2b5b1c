/** What `npm run bench` runs: a named group of measurements that prints its own figures. */

export interface BenchOptions {
  /** Rows of the data set. */
  readonly rows: number;
  /** Measure only what has this in its name. */
  readonly only: string;
  /** Measured runs of each side of a pair. */
  readonly runs: number;
  /** `cpu` counts the processor time of this process instead of time gone by: steadier while others use the machine. */
  readonly clock: 'wall' | 'cpu';
}

export interface Benchmark {
  readonly name: string;
  /** One line for the list of groups. */
  readonly about: string;
  run(options: BenchOptions): Promise<void>;
}
