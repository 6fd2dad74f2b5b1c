/** Returns why something failed, as a sentence for the hunter. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
