/** What a recorded event changed, and how the readers of events say it. */
import type { KeptEvent } from '../use.ts';

/** The value of what is there and has no document: an attachment. */
export const ATTACHED = 'attached';
/** Of something: that it is there. */
export const EXISTENCE = 'existence';

export interface Change {
  /** A key's, alias's or managed policy's ARN, `111122223333:user/john`, an id of EC2, or one of the organization: `organization:ou-…`. */
  readonly owner: string;
  /** What of it: `inline policy p`, `key policy`. Undefined where no value of it is known from the event. */
  readonly what?: string;
  /** A document, an ARN, `attached`; null from when it is gone. Undefined where the event does not say. */
  readonly value?: string | null;
  /** What it was before, where the call could not have succeeded else: only what is attached is detached. */
  readonly before?: string | null;
  /** It was made by this: nothing of it was there before. */
  readonly isNew?: true;
  /** From this on there is none of that name. */
  readonly isEnd?: true;
}

export type Part = Omit<Change, 'owner'>;

export interface RecordedChange extends Change {
  readonly event: KeptEvent;
  /** It came with the making: of one second, whatever used it came later. */
  readonly isOfMaking?: true;
}

export type Parameters = Readonly<Record<string, unknown>>;
export type Reader = (parameters: Parameters, event: KeptEvent) => readonly Change[];
export type Readers = Readonly<Record<string, Reader>>;

export const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
export const members = (value: unknown): Parameters => Object(value) as Parameters;
export const listOf = (value: unknown): readonly Parameters[] =>
  (Array.isArray(value) ? value : []).map(members);

export const tagName = (key: unknown): string => `tag ${key}`;

/** Of whoever is tagged, the tags that a request names. */
export const tagged = (tags: unknown, [key, value]: readonly [string, string]): Part[] =>
  listOf(tags).map((tag) => ({ what: tagName(tag[key]), value: text(tag[value]) ?? '' }));

export const untagged = (keys: unknown): Part[] =>
  (Array.isArray(keys) ? keys : []).map((key) => ({ what: tagName(key), value: null }));

export const partsOf = (owner: string, parts: readonly Part[]): Change[] =>
  parts.map((part) => ({ owner, ...part }));
