/**
 * Tag keys that begin with `aws:` are AWS's own: its services set them on what they make for a caller, who can
 * neither set nor forge them, and needs no permission for them
 * (https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html).
 */
import type { Caller } from '../invoke/caller.ts';

export const isReservedTag = (key: string): boolean => /^aws:/i.test(key);

/** Whether the request sets tags that it may not set. */
export const setsReservedTags = (caller: Caller | undefined, keys: readonly string[]): boolean =>
  (caller === undefined || caller.kind === 'external') && keys.some(isReservedTag);
