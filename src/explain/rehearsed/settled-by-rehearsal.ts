/**
 * What the record of a real account's call leaves open, the call itself may tell: made again, its service takes the key from
 * the launch template and the condition keys from the parameters, which are no part of the record of what was denied.
 */
import { DENIAL_REASON } from '../../import/cloudtrail/use.ts';
import type { Runtime } from '../../invoke/runtime.ts';
import type { Outcome } from '../../rehearsal/rehearsal.ts';
import { explainedCheck } from '../denial/explained-check.ts';
import type { ExplainedCheck, Explanation } from '../denial/explanation.ts';
import { deniedHeadline } from '../why/explain.ts';

/** Some services refuse in words of their own when another has refused them. */
const NAMES_REASON = new RegExp(DENIAL_REASON);

type Settled = Partial<Pick<Explanation, 'headline' | 'call'>> & Pick<Explanation, 'checks'>;

export async function settledByRehearsal(
  { store, ports }: Runtime,
  { verdict, checks, call, event }: Explanation,
  { transcript }: Outcome,
): Promise<Settled> {
  const isOpen = checks.length === 0 || checks.some(({ missing }) => missing);
  if (verdict !== 'denied' || !call || !isOpen) return { checks };
  const { errorMessage = '' } = event ?? {};
  const isReworded = !NAMES_REASON.test(errorMessage);
  const denials = await store.read(async (tx) => {
    const found: (ExplainedCheck | undefined)[] = [];
    for (const { ruling } of transcript.denied)
      found.push(await explainedCheck({ tx, ports }, ruling.inputs, ruling.request, ruling.conditions()));
    // Of what would be denied now, only what AWS says of the call.
    return found.flatMap((check) =>
      check && !check.missing && (isReworded || errorMessage.includes(check.reason)) ? [check] : [],
    );
  });
  if (checks.length > 0) {
    const settled = checks.map((check) =>
      check.missing ? (denials.find((each) => isSame(each, check)) ?? check) : check,
    );
    return { checks: settled };
  }
  // What is denied by another service is said in other words, what is denied by itself in AWS's own.
  const denial = denials.find(({ action }) => (action === call.action) !== isReworded);
  if (!denial) return { checks };
  const { resource, resourceName } = denial;
  return {
    checks: [denial],
    call: { ...call, resource, resourceName },
    headline: deniedHeadline(call, [denial]),
  };
}

const isSame = (one: ExplainedCheck, other: ExplainedCheck): boolean =>
  one.action === other.action && one.resource === other.resource;
