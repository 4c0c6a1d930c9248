/** How many may use each of several keys: the number of those whom who-can names. */
import type { Scope } from '../../aws/scope.ts';
import { knownPrincipals } from '../question/asked-principals.ts';
import { factsOf } from '../question/key-question.ts';
import type { Reading } from '../question/reading.ts';
import { type KeyUser, rightsOnKey } from './who-can.ts';

export interface KeyUserCount {
  /** As it was named. */
  readonly key: string;
  readonly users: number;
  /** Those of whom it cannot be told, for what could not be read of a real account. */
  readonly uncertain: number;
  /** Principals of accounts that are not known here may too. */
  readonly isOpenToEverybody: boolean;
}

/** In their order, as many as there is time for, at least one. */
export async function keyUserCounts(
  from: Reading,
  { keys, account, region }: Scope & { readonly keys: readonly string[] },
  isTimeUp: () => boolean,
): Promise<KeyUserCount[]> {
  const known = await knownPrincipals(from.tx);
  const counts: KeyUserCount[] = [];
  for (const name of keys) {
    if (counts.length > 0 && isTimeUp()) break;
    const key = await factsOf({ tx: from.tx, account, region }, name);
    const { users } = await rightsOnKey(from, key, key.actions, known);
    const uncertain = users.filter(isUncertain).length;
    counts.push({
      key: name,
      users: users.length - uncertain,
      uncertain,
      isOpenToEverybody: users.some(({ principal }) => principal === '*'),
    });
  }
  return counts;
}

const isUncertain = ({ rights }: KeyUser): boolean =>
  rights.every(({ grounds }) => grounds.every(({ provided = [] }) => provided.length > 0));
