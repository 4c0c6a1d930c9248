/** What a policy says to a call, in the words of the explanations. */
import type { ExplainedPolicy } from '../../../src/explain/denial/explanation.ts';
import { type Outcome, OutcomeIndicator } from './states.tsx';

const SAYS: Readonly<Record<ExplainedPolicy['outcome'], readonly [outcome: Outcome, text: string]>> = {
  allow: ['allowed', 'Allows it'],
  'explicit deny': ['denied', 'Denies it'],
  'no match': ['silent', 'Says nothing about it'],
  unknown: ['unknown', 'Could not be read'],
};

export function PolicySays({ policy }: { readonly policy: ExplainedPolicy }) {
  const [outcome, text] = isLeftToAccount(policy)
    ? (['silent', 'Leaves it to identity-based policies'] as const)
    : SAYS[policy.outcome];
  return <OutcomeIndicator outcome={outcome} text={text} />;
}

/** A key policy that only names the account allows nobody yet. */
function isLeftToAccount({ outcome, statements }: ExplainedPolicy): boolean {
  const allowing = statements.filter(({ matched, effect }) => matched && effect === 'Allow');
  return (
    outcome === 'allow' && allowing.length > 0 && allowing.every(({ principal }) => principal === 'account')
  );
}
