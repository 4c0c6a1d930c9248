/**
 * Tag keys that begin with `aws:` are AWS's own: its services set them on what they make for a caller, who can
 * neither set, change nor delete them, and needs no permission for them
 * (https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html).
 */
import type { Caller } from '../invoke/caller.ts';

export const isReservedTag = (key: string): boolean => /^aws:/i.test(key);

/** Whether the request sets, or takes away, tags of which it may do neither. */
export const setsReservedTags = (caller: Caller | undefined, keys: readonly string[]): boolean =>
  (caller === undefined || caller.kind === 'external') && keys.some(isReservedTag);
