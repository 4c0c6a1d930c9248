/**
 * Policies that no account has: a session's are in the call that began it, and which VPC endpoint a call came through, with that
 * one's policy, is in its event. Of a call of which its error message is all there is, they are there where AWS says that they refuse it.
 */
import type { AccessRequest, NamedPolicy, PolicyInputs } from '../../policy/decision.ts';
import type { IsOpen } from '../../policy/requirement.ts';
import { unknownPolicy } from '../../policy/unknown.ts';
import { UnknownReached } from '../../policy/unknown-reached.ts';
import type { Ground } from '../rights/rights.ts';
import type { Said } from './as-recorded.ts';

export function withPoliciesOfCall(
  inputs: PolicyInputs,
  { principal }: Pick<AccessRequest, 'principal'>,
  said: Said | undefined,
): PolicyInputs {
  const who = 'arn' in principal ? principal.arn : principal.kind;
  if (said?.policyType === 'session policy')
    return { ...inputs, session: [unknownPolicy(`session policy of ${who}`, SESSION)] };
  if (said?.policyType === 'VPC endpoint policy')
    return {
      ...inputs,
      vpcEndpoint: unknownPolicy(`policy of the VPC endpoint that ${who} came through`, ENDPOINT),
    };
  return inputs;
}

const SESSION = "a session's policies are in the call that began it alone";
const ENDPOINT = 'which endpoint a call came through is in its event alone';

const OF_RESOURCE = ({ resourcePolicy }: PolicyInputs) => (resourcePolicy ? [resourcePolicy] : []);

const BY_TYPE: Readonly<Record<Said['policyType'], (inputs: PolicyInputs) => readonly NamedPolicy[]>> = {
  'identity-based policy': ({ identity }) => identity,
  'resource-based policy': OF_RESOURCE,
  'role trust policy': OF_RESOURCE,
  'permissions boundary': ({ boundary }) => (boundary ? [boundary] : []),
  'session policy': ({ session = [] }) => session,
  'service control policy': ({ serviceControl = [] }) => serviceControl.flat(),
  'resource control policy': ({ resourceControl = [] }) => resourceControl.flat(),
  'VPC endpoint policy': ({ vpcEndpoint }) => (vpcEndpoint ? [vpcEndpoint] : []),
};

export const policiesOfType = (inputs: PolicyInputs, type: Said['policyType']): readonly NamedPolicy[] =>
  BY_TYPE[type](inputs);

/** Ceilings: what one of them refuses, no other policy lets through. */
const isCeiling = (type: Said['policyType']): boolean =>
  /(?:control|endpoint|session) policy$|boundary$/.test(type);

/** Why nothing can be proposed where AWS says that a call was refused by what nobody here has read; undefined where all of that was. */
export function refusedUnread(
  inputs: PolicyInputs,
  said: Said | undefined,
  action: string,
): string | undefined {
  if (!said || !isCeiling(said.policyType)) return undefined;
  const unread = policiesOfType(inputs, said.policyType).flatMap(({ policy }) => policy.missing?.name ?? []);
  if (unread.length === 0) return undefined;
  const ofCall = OF_CALL[said.policyType]?.(action);
  return ofCall ?? `It cannot be told what would let it through without the ${unread.join(', the ')}.`;
}

const OF_CALL: Partial<Readonly<Record<Said['policyType'], (action: string) => string>>> = {
  'session policy': (action) =>
    `Whoever starts the session has to give it policies that allow ${action} too (AssumeRole's Policy and PolicyArns), or none: with none, the role's own decide.`,
  'VPC endpoint policy': (action) =>
    `The endpoint's policy has to allow ${action} too. Which endpoint that is, its event says: latchkey explain EVENT_ID, or a file of the record.`,
};

/** What such a message leaves open of the request is not known, and not absent. `grounds` spell it. */
export function asInMessage(
  request: AccessRequest,
  isOpen: IsOpen,
  grounds: readonly Ground[],
): AccessRequest {
  const spelt = grounds.flatMap(({ where, unless }) => [where, ...unless].flat().map(({ key }) => key));
  return {
    ...request,
    condition(key) {
      if (!isOpen(key)) return request.condition(key);
      const name = spelt.find((each) => each.toLowerCase() === key) ?? key;
      throw new UnknownReached({ kind: 'condition key', name, why: 'the message does not say' });
    },
  };
}

/** Policies that no reader of an account finds. */
export const isOfCall = ({ policyType }: { readonly policyType: Said['policyType'] }): boolean =>
  policyType in OF_CALL;
