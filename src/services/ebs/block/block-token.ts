/** Block tokens and page tokens: opaque to clients, good for seven days (aws-facts F9). */
import { DAY_MS } from '../../../platform/durations.ts';
import { invalid } from '../ebs.ts';

const LIFETIME_MS = 7 * DAY_MS;

export const expiryOf = (nowMs: number): number => nowMs + LIFETIME_MS;

export function blockToken(snapshotId: string, index: number, nowMs: number): string {
  return Buffer.from(`${snapshotId}/${index}/${expiryOf(nowMs)}`).toString('base64');
}

export function requireBlockToken(token: string, snapshotId: string, index: number, nowMs: number): void {
  const [id, at, expiresAtMs] = Buffer.from(token, 'base64').toString().split('/');
  if (id === snapshotId && at === String(index) && nowMs < Number(expiresAtMs)) return;
  throw invalid('INVALID_BLOCK_TOKEN', 'The block token is not valid, or has expired.');
}

const MARK = 'after/';

export const pageToken = (index: number): string => Buffer.from(MARK + index).toString('base64');

/** The index after which the page starts. */
export function afterIndexOf({
  NextToken: token,
  StartingBlockIndex: start = 0,
}: {
  readonly NextToken?: string;
  readonly StartingBlockIndex?: number;
}): number {
  if (token === undefined) return start - 1;
  const text = Buffer.from(token, 'base64').toString();
  const index = Number(text.slice(MARK.length));
  if (!text.startsWith(MARK) || !Number.isSafeInteger(index) || index < 0) {
    throw invalid('INVALID_PAGE_TOKEN', 'The page token is not valid.');
  }
  return index;
}
