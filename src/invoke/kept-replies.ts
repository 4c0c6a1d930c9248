/**
 * What a workflow's step has been answered by the operations that it called. A step that was cut off runs again, and an
 * operation whose reply was committed together with its effect is then not carried out a second time: the step gets the
 * same reply. So nothing that a workflow makes is made twice, whatever kind of thing it is. Replies hold secrets
 * (secret access keys, passwords): they are sealed, and erased with their step.
 */
import { createHash } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import type { Sealer } from '../platform/ports.ts';
import { type ReadTransaction, type Transaction, table } from '../store/store.ts';
import type { Reseal } from './identity/account.ts';

interface KeptReply {
  readonly stepId: string;
  /** Which call of the step: the operation, its input, and which of those that are alike. */
  readonly call: string;
  readonly sealed: string;
}

const replies = table<KeptReply>()({
  name: 'invoke.kept-replies',
  key: ({ stepId, call }) => [stepId, call],
});

export type ReplyKey = Pick<KeptReply, 'stepId' | 'call'>;

const sealContext = ({ stepId, call }: ReplyKey) => `kept-reply:${stepId}:${call}`;

/** Names the calls of one run of a step; in the next run the same calls have the same names. */
export function callNames(stepId: string): (operation: string, input: object) => ReplyKey {
  const counts = new Map<string, number>();
  return (operation, input) => {
    const digest = createHash('sha256').update(JSON.stringify(input)).digest('base64url');
    const alike = `${operation} ${digest}`;
    const count = counts.get(alike) ?? 0;
    counts.set(alike, count + 1);
    return { stepId, call: `${alike} ${count}` };
  };
}

export async function findReply(
  tx: ReadTransaction,
  sealer: Sealer,
  { stepId, call }: ReplyKey,
): Promise<object | undefined> {
  const kept = await tx.get(replies, [stepId, call]);
  return kept && deserialize(sealer.open(kept.sealed, sealContext(kept)));
}

export function keepReply(tx: Transaction, sealer: Sealer, key: ReplyKey, reply: object): void {
  tx.put(replies, { ...key, sealed: sealer.seal(serialize(reply), sealContext(key)) });
}

/** The step is done: nothing will ask again. */
export async function eraseReplies(tx: Transaction, stepId: string): Promise<void> {
  for (const kept of await tx.list(replies, { prefix: [stepId] })) tx.delete(replies, replies.key(kept));
}

/** Puts the replies under the sealer's current root key; returns how many there are. */
export async function resealReplies(tx: Transaction, reseal: Reseal): Promise<number> {
  const all = await tx.list(replies);
  for (const kept of all) tx.put(replies, { ...kept, sealed: reseal(kept.sealed, sealContext(kept)) });
  return all.length;
}
