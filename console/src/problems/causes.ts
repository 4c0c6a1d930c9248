/** What is wrong, by cause: a group that cannot launch fails again and again, and every instance and volume with it. */
import type { StandingProblem } from '../../../src/explain/why/standing.ts';

/** The gravest of a cause, the newest of these, and what else failed for it. */
export interface Cause extends StandingProblem {
  readonly others: readonly Cause[];
}

/** Whoever reads of the group need not read of its instances. */
const GRAVITY: readonly StandingProblem['kind'][] = [
  'stack',
  'group',
  'instance',
  'snapshot',
  'volume',
  'call',
];

/** In the order in which they are given, by the first of each cause. */
export function byCause(all: readonly StandingProblem[]): readonly Cause[] {
  return [...Map.groupBy(all, causeOf).values()].map((same) => {
    const [first, ...others] = same.toSorted(
      (one, other) => GRAVITY.indexOf(one.kind) - GRAVITY.indexOf(other.kind),
    ) as [StandingProblem, ...StandingProblem[]];
    return { ...first, others: others.map((each) => ({ ...each, others: [] })) };
  });
}

/** The same refused to the same on the same; what nobody was refused has a cause of its own. */
const causeOf = ({ account, who, action, resource, kind, subject }: StandingProblem) =>
  JSON.stringify(action ? [account, who, action, resource] : [kind, subject]);
