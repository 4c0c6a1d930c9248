/** Statements that situations are made of. */
import type { Statement } from './situation.ts';

type Rest = Readonly<Record<string, unknown>>;
const ROOT = { AWS: 'arn:aws:iam::<home>:root' };

/** Of an identity-based policy. */
export const may = (Action: string | readonly string[], rest: Rest = {}): Statement => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...rest,
});
export const mayNot = (Action: string | readonly string[], rest: Rest = {}): Statement =>
  may(Action, { Effect: 'Deny', ...rest });

/** Of a key policy: what a principal, given by its ARN, may do. */
export const forPrincipal = (
  principal: string | readonly string[],
  Action: string | readonly string[],
  rest: Rest = {},
): Statement => ({ Effect: 'Allow', Principal: { AWS: principal }, Action, Resource: '*', ...rest });
export const forAnybody = (Action: string | readonly string[], rest: Rest = {}): Statement => ({
  Effect: 'Allow',
  Principal: '*',
  Action,
  Resource: '*',
  ...rest,
});
export const forService = (
  Service: string,
  Action: string | readonly string[],
  rest: Rest = {},
): Statement => ({
  Effect: 'Allow',
  Principal: { Service },
  Action,
  Resource: '*',
  ...rest,
});

/** The statement of the default key policy: the account's own policies decide. */
export const DELEGATION: Statement = {
  Sid: 'Delegation',
  Effect: 'Allow',
  Principal: ROOT,
  Action: 'kms:*',
  Resource: '*',
};

/** The account administers the key; nobody uses it by that. */
export const ADMINISTRATION: Statement = {
  Sid: 'Administration',
  Effect: 'Allow',
  Principal: ROOT,
  Action: [
    'kms:CancelKeyDeletion',
    'kms:CreateAlias',
    'kms:DescribeKey',
    'kms:DisableKey',
    'kms:EnableKey',
    'kms:GetKeyPolicy',
    'kms:ListGrants',
    'kms:PutKeyPolicy',
    'kms:RevokeGrant',
    'kms:ScheduleKeyDeletion',
    'kms:TagResource',
  ],
  Resource: '*',
};

export const FOR_AWS_RESOURCES = { Bool: { 'kms:GrantIsForAWSResource': 'true' } };
export const THROUGH_EC2 = { StringEquals: { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' } };

/** Of an identity-based policy of somebody who makes and attaches volumes under these keys. */
export const grantFor = (...keys: string[]): Statement =>
  may('kms:CreateGrant', { Resource: keys.map((key) => `<${key}>`), Condition: FOR_AWS_RESOURCES });
export const throughEc2 = (actions: string | string[], ...keys: string[]): Statement =>
  may(actions, { Resource: keys.map((key) => `<${key}>`), Condition: THROUGH_EC2 });
