/** Who used a key, how often and when last, as trails have it: cryptographic calls, and the grants that services ask for. */
import { isCryptographic, serviceBehind, type Use } from '../../import/cloudtrail/use.ts';
import { recordedOutcome } from './recorded-outcome.ts';

export interface RecordedKeyUse {
  /** ARN of the role or user, or what else CloudTrail has of the caller. */
  readonly who: string;
  /** `kms:Decrypt` */
  readonly action: string;
  /** The service that called for the principal. */
  readonly through?: string;
  readonly outcome: ReturnType<typeof recordedOutcome>;
  readonly count: number;
  readonly last: string;
  readonly lastEvent: string;
}

export interface KeyUsage {
  readonly key: string;
  readonly calls: number;
  readonly users: number;
  readonly last: RecordedKeyUse;
}

const isUse = ({ source, name }: Use): boolean =>
  source === 'kms' && (isCryptographic(name) || name === 'CreateGrant');

const keysOf = ({ resource }: Use): string[] => resource.split(' ').filter((arn) => arn.includes(':key/'));

/** Of one key, the latest first. */
export function usesOfKey(uses: Iterable<Use>, keyArn: string): RecordedKeyUse[] {
  const found = new Map<string, RecordedKeyUse>();
  for (const use of uses) {
    if (!isUse(use) || !keysOf(use).includes(keyArn)) continue;
    const one = keyUse(use);
    const name = JSON.stringify([one.who, one.action, one.through, one.outcome]);
    const known = found.get(name);
    found.set(name, known ? together(known, one) : one);
  }
  return [...found.values()].sort(byTime);
}

/** Of every key that was used at all, the latest first. */
export function usageByKey(uses: Iterable<Use>): KeyUsage[] {
  const found = new Map<string, { calls: number; users: Set<string>; last: RecordedKeyUse }>();
  for (const use of uses) {
    if (!isUse(use) || recordedOutcome(use) !== 'allowed') continue;
    const one = keyUse(use);
    for (const key of keysOf(use)) {
      const known = found.get(key) ?? { calls: 0, users: new Set<string>(), last: one };
      known.calls += one.count;
      known.users.add(one.who);
      if (one.last > known.last.last) known.last = one;
      found.set(key, known);
    }
  }
  const all = [...found].map(([key, { calls, users, last }]) => ({ key, calls, users: users.size, last }));
  return all.sort((a, b) => byTime(a.last, b.last));
}

const byTime = (one: RecordedKeyUse, other: RecordedKeyUse): number =>
  one.last === other.last ? 0 : one.last > other.last ? -1 : 1;

function keyUse(use: Use): RecordedKeyUse {
  const through = serviceBehind(use);
  return {
    who: use.arn || use.invokedBy || (use.account && `account ${use.account}`) || use.identity,
    action: `kms:${use.name}`,
    ...(through && use.arn && { through }),
    outcome: recordedOutcome(use),
    count: use.count,
    last: use.last,
    lastEvent: use.lastEvent,
  };
}

function together(one: RecordedKeyUse, other: RecordedKeyUse): RecordedKeyUse {
  const later = other.last > one.last ? other : one;
  return { ...later, count: one.count + other.count };
}

const MAX_SHOWN = 20;
const OUTCOMES: Readonly<Record<RecordedKeyUse['outcome'], string>> = {
  allowed: '',
  denied: ', denied',
  failed: ', failed for a reason other than permission',
};

export function keyUseLines(uses: readonly RecordedKeyUse[], most = MAX_SHOWN): string[] {
  const lines = uses.slice(0, most).map(({ who, action, through, outcome, count, last }) => {
    const by = through ? ` through ${through}` : '';
    return `  ${who}: ${action}${by}, ${times(count)}${OUTCOMES[outcome]}, last at ${last}`;
  });
  return uses.length > most ? [...lines, `  and ${uses.length - most} more`] : lines;
}

export const times = (count: number): string =>
  count === 1 ? 'once' : `${count.toLocaleString('en')} times`;
