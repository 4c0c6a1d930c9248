/**
 * Answers that are texts in languages of their own, in which people's words and AWS's cannot be held apart: they are left out
 * of a snapshot under pseudonyms, and so unknown in it.
 */
const UNREDACTED: ReadonlySet<string> = new Set([
  'cloudformation:GetTemplate',
  'cloudformation:GetStackPolicy',
]);

export const isUnredacted = (operation: string): boolean => UNREDACTED.has(operation);

/** By its path in the snapshot. */
export function isUnredactedFile(path: string): boolean {
  const [, service, operation] = /([a-z0-9]+)\/([A-Za-z0-9]+)\.json$/.exec(path) ?? [];
  return isUnredacted(`${service}:${operation}`);
}
