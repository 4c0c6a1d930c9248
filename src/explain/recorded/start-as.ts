/** Where no trail says who asked: what starting the instance would ask for, by whoever is named, and what would let it through. */
import type { Scope } from '../../aws/scope.ts';
import type { Runtime } from '../../invoke/runtime.ts';
import { signedIn } from '../../rehearsal/maker.ts';
import { knownPrincipals } from '../asked-principals.ts';
import type { Explanation } from '../explanation.ts';
import { NoAnswer } from '../key-question.ts';
import { planOf } from '../rehearsed.ts';
import { renderExplanation } from '../render.ts';
import { findPrincipal } from '../what-can.ts';

export async function startAs(
  runtime: Runtime,
  subject: string,
  as: string,
  { account, region }: Scope,
): Promise<Explanation & { readonly text: string }> {
  if (!/^i-[0-9a-f]+$/.test(subject))
    throw new NoAnswer('--as decides the start of an instance: explain i-… --as user/john');
  const asked = await runtime.store.read(async (tx) =>
    findPrincipal((await knownPrincipals(tx)).asked, as, account),
  );
  const { principal, who } = asked;
  const operation = runtime.registry.operation('ec2', 'StartInstances');
  if (!operation || !('account' in principal)) throw new NoAnswer(`${who} starts no instances`);
  const caller = signedIn(principal, region, runtime.clock.nowMs());
  const call = { caller, operation, input: { InstanceIds: [subject] } };
  const asking: Explanation = {
    version: 1,
    subject,
    found: true,
    verdict: 'denied',
    headline: '',
    checks: [],
    following: [],
    remedies: [],
    remediesVerified: false,
  };
  const plan = await planOf(runtime, call, asking);
  if (!plan) throw new NoAnswer(`${subject} cannot be started as it is: it is not there, or not stopped`);
  const isAllowed = plan.now === 'allowed';
  const explanation: Explanation = {
    ...asking,
    ...plan,
    verdict: isAllowed ? 'allowed' : 'denied',
    headline: `${who} could ${isAllowed ? '' : 'not '}start ${subject}: the plan was decided, as no trail was asked.`,
  };
  return { ...explanation, text: renderExplanation(explanation) };
}
