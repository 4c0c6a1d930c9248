/** A new statement of an identity-based policy: where whoever is to be allowed can have one. */
import type { PolicyPrincipal } from '../../policy/decision.ts';
import { lastSegment, principalName } from '../words/names.ts';
import type { Conditions } from './fixes.ts';
import { narrowing } from './narrowing.ts';
import type { Question } from './near-miss.ts';
import type { PolicyPlace } from './place.ts';
import { inlinePolicyPlace, managedPolicyPlace } from './policy-place.ts';
import type { Candidate } from './remedy.ts';

export const NEW_POLICY_NAME = 'AllowedAsExplained';

export function newStatement(
  place: PolicyPlace | undefined,
  statement: object,
  sentence: string,
): Candidate[] {
  if (!place) return [];
  const { account, region, target } = place;
  return [{ kind: 'new-statement', account, region, target, sentence, change: { place, statement } }];
}

/** AWS's own cannot be changed: only another one helps, which somebody has to write first. */
export function boundaryStatement(boundary: string, question: Question): Candidate[] {
  const { principal, action } = question.request;
  const place = managedPolicyPlace(boundary);
  if (place || !('arn' in principal))
    return newStatement(
      place,
      identityForm(question),
      `Let the permissions boundary ${boundary} allow it too:`,
    );
  const target = principal.kind === 'role-session' ? principal.roleArn : principal.arn;
  const sentence = `Give ${principalName(principal)} another permissions boundary, which allows ${action} too: ${lastSegment(boundary)} is AWS's, and nobody can change it.`;
  return [{ kind: 'fact', account: principal.account, region: 'us-east-1', target, sentence }];
}

interface IdentityForm {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Conditions;
}

export function identityForm(question: Question): IdentityForm {
  const { action, resource } = question.request;
  return { Effect: 'Allow', Action: [action], Resource: [resource], ...narrowing(question) };
}

interface Bearer {
  readonly noun: 'user' | 'role';
  readonly arn: string;
  readonly account: string;
}

export function identityStatement(question: Question): Candidate[] {
  const bearer = bearerOf(question.request.principal);
  if (!bearer) return [];
  const { account, noun, arn } = bearer;
  const statement = identityForm(question);
  const permissionSet = permissionSetOf(arn);
  if (permissionSet !== undefined) return [inPermissionSet(permissionSet, bearer, statement)];
  const name = lastSegment(arn);
  const inline = inlinePolicyPlace(account, noun, name, NEW_POLICY_NAME, arn);
  return [
    ...newStatement(inline, statement, `Attach this policy to ${noun} ${name}:`),
    asManagedPolicy(question, bearer, statement),
  ];
}

function bearerOf(principal: PolicyPrincipal): Bearer | undefined {
  if (principal.kind === 'user') return { noun: 'user', arn: principal.arn, account: principal.account };
  if (principal.kind === 'role-session')
    return { noun: 'role', arn: principal.roleArn, account: principal.account };
  const isOfUser = principal.kind === 'federated-user' && !/^\d+$/.test(principal.issuerId);
  return isOfUser ? { noun: 'user', arn: principal.issuerArn, account: principal.account } : undefined;
}

/**
 * Of a role that IAM Identity Center made, which nobody else can change.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
 */
const permissionSetOf = (roleArn: string): string | undefined =>
  /:role\/aws-reserved\/sso\.amazonaws\.com\/(?:.*\/)?AWSReservedSSO_(.+)_[0-9a-f]{16}$/.exec(roleArn)?.[1];

function inPermissionSet(permissionSet: string, { account, arn }: Bearer, statement: object): Candidate {
  return {
    kind: 'new-statement',
    account,
    region: 'us-east-1',
    target: arn,
    sentence: `In IAM Identity Center, add this statement to the inline policy of permission set ${permissionSet}, since its role cannot be changed otherwise: ${JSON.stringify(statement)}`,
  };
}

/** Inline policies have a quota together: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
function asManagedPolicy({ request }: Question, bearer: Bearer, statement: object): Candidate {
  const { account, noun, arn } = bearer;
  const name = lastSegment(arn);
  const what = `${request.action}-${request.resource.slice(-12)}`.replace(/[^\w+=,.@-]/g, '-');
  const PolicyName = `${NEW_POLICY_NAME}-${name}-${what}`.slice(0, 128);
  const document = { Version: '2012-10-17', Statement: [statement] };
  const at = { service: 'iam', account, region: 'us-east-1' };
  const Noun = noun === 'user' ? 'User' : 'Role';
  const PolicyArn = `arn:aws:iam::${account}:policy/${PolicyName}`;
  return {
    kind: 'new-statement',
    account,
    region: at.region,
    target: arn,
    sentence: `Attach this as a managed policy to ${noun} ${name}, which cannot have it inline: ${JSON.stringify(statement)}`,
    calls: () => [
      { ...at, operation: 'CreatePolicy', input: { PolicyName, PolicyDocument: JSON.stringify(document) } },
      { ...at, operation: `Attach${Noun}Policy`, input: { [`${Noun}Name`]: name, PolicyArn } },
    ],
  };
}
