/** An organization's policies over an account: all of them, and with others in their place. */
import type { GuardrailSource, Guardrails } from '../../invoke/ports/ports.ts';
import type { NamedPolicy } from '../../policy/decision.ts';

/** Those that hold its principals, then those that hold its keys. */
export const policiesOf = (guardrails: Guardrails | undefined): NamedPolicy[] =>
  [guardrails?.serviceControl() ?? [], guardrails?.resourceControl('kms:Decrypt') ?? []].flat(2);

/** The same, with each policy become another; `other` is called only for those that are asked for. */
export function withPolicies(
  source: GuardrailSource,
  other: (policy: NamedPolicy) => NamedPolicy,
): GuardrailSource {
  const all = (levels: NamedPolicy[][] | undefined) => levels?.map((level) => level.map(other));
  return {
    async over(tx, account) {
      const known = await source.over(tx, account);
      return (
        known && {
          membership: known.membership,
          serviceControl: () => all(known.serviceControl()),
          resourceControl: (action) => all(known.resourceControl(action)),
        }
      );
    },
  };
}
