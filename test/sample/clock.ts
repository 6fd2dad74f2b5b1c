/** Times of the sample day as whole microseconds since midnight UTC. */

export const sampleDay = '2025-05-07';

const second = 1_000_000;

/** Microseconds since midnight of `hours:minutes:seconds[.fraction]`. */
export function at(clockTime: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = clockTime.split(':').map(Number);
  return Math.round(((hours * 60 + minutes) * 60 + seconds) * second);
}

export const seconds = (count: number): number => Math.round(count * second);
export const minutes = (count: number): number => seconds(count * 60);
export const hours = (count: number): number => minutes(count * 60);

/** The ISO text that Defender exports: seven fraction digits and `Z`. Negative times lie on the days before. */
export function isoText(time: number): string {
  const wholeSeconds = Math.floor(time / second);
  const fraction = time - wholeSeconds * second;
  const instant = new Date(Date.parse(`${sampleDay}T00:00:00Z`) + wholeSeconds * 1000);
  return `${instant.toISOString().slice(0, 19)}.${String(fraction).padStart(6, '0')}0Z`;
}
