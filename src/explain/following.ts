/**
 * What a service would have asked next, had the call not been denied: a mend that leads only to the next denial is
 * no mend. The sequences are those of aws-facts B2 to B6.
 */
import type { AuditEntry } from '../invoke/audit/audit.ts';
import type { ConditionLookup, GrantTerms } from '../policy/decision.ts';
import type { Need } from './remedy.ts';

/** By the user's call and the denied action: the actions on the same key that follow it. */
const FOLLOWING: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  RunInstances: {
    'kms:GenerateDataKeyWithoutPlaintext': ['kms:CreateGrant'],
    'kms:ReEncryptTo': ['kms:CreateGrant'],
  },
  CopySnapshot: {
    'kms:DescribeKey': ['kms:GenerateDataKeyWithoutPlaintext', 'kms:CreateGrant'],
    'kms:GenerateDataKeyWithoutPlaintext': ['kms:CreateGrant'],
  },
};

/** The grant that EC2 asks for: to decrypt, within the volume's encryption context (aws-facts B2, A6.3). */
const GRANT_CONDITIONS: Readonly<Record<string, readonly string[]>> = {
  'kms:grantisforawsresource': ['true'],
  'kms:grantoperations': ['Decrypt'],
  'kms:grantconstrainttype': ['EncryptionContextSubset'],
};

/** What such a grant hands on: a grant that lends the right to make it must hold as much. */
const CHILD_GRANT: GrantTerms = { actions: ['kms:Decrypt'] };

export function followingNeeds(denied: Need, outer: AuditEntry | undefined): Need[] {
  const actions = FOLLOWING[outer?.body.event.eventName ?? '']?.[denied.request.action] ?? [];
  return actions.map((action) => {
    const { request, inputs } = denied;
    if (action !== 'kms:CreateGrant') return { inputs, request: { ...request, action } };
    const condition: ConditionLookup = (name) => GRANT_CONDITIONS[name] ?? request.condition(name);
    return { inputs, request: { ...request, action, condition, childGrant: CHILD_GRANT } };
  });
}
