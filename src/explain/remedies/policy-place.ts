/** Where the policies of a decision are kept, and the calls that read and write them. */
import { parseArn } from '../../aws/arn.ts';
import type { Scope } from '../../aws/scope.ts';
import type { AccessRequest, PolicyInputs, PolicyPrincipal, PolicyType } from '../../policy/decision.ts';
import { makeCall } from '../../rehearsal/maker.ts';
import { lastSegment } from '../words/names.ts';
import { busPolicyPlace } from './bus-policy-place.ts';
import type { PolicyPlace } from './place.ts';
import { parsedDocument, readBy } from './stored-document.ts';

const GLOBAL_REGION = 'us-east-1';

export function keyPolicyPlace(keyArn: string): PolicyPlace | undefined {
  const { account, region } = parseArn(keyArn) ?? {};
  if (!account || !region) return undefined;
  const at = { service: 'kms', account, region };
  return {
    id: keyArn,
    target: keyArn,
    title: `the key policy of ${keyArn}`,
    account,
    region,
    terraform: 'aws_kms_key.policy',
    read: (stage) => readBy(stage, { ...at, operation: 'GetKeyPolicy', input: { KeyId: keyArn } }, 'Policy'),
    write: (document) => ({
      ...at,
      operation: 'PutKeyPolicy',
      input: { KeyId: keyArn, Policy: JSON.stringify(document) },
    }),
  };
}

export function trustPolicyPlace(roleArn: string): PolicyPlace | undefined {
  const account = parseArn(roleArn)?.account;
  if (!account) return undefined;
  const at = { service: 'iam', account, region: GLOBAL_REGION };
  const RoleName = lastSegment(roleArn);
  return {
    id: `trust ${roleArn}`,
    target: roleArn,
    title: `the trust policy of role ${RoleName}`,
    account,
    region: GLOBAL_REGION,
    terraform: 'aws_iam_role.assume_role_policy',
    read: (stage) =>
      readBy(stage, { ...at, operation: 'GetRole', input: { RoleName } }, 'Role.AssumeRolePolicyDocument'),
    write: (document) => ({
      ...at,
      operation: 'UpdateAssumeRolePolicy',
      input: { RoleName, PolicyDocument: JSON.stringify(document) },
    }),
  };
}

const NOUNS = { user: 'User', group: 'Group', role: 'Role' } as const;

/** An inline policy of a user, group or role, there or not. */
export function inlinePolicyPlace(
  account: string,
  noun: keyof typeof NOUNS,
  bearer: string,
  PolicyName: string,
  target = `arn:aws:iam::${account}:${noun}/${bearer}`,
): PolicyPlace {
  const at = { service: 'iam', account, region: GLOBAL_REGION };
  const named = { [`${NOUNS[noun]}Name`]: bearer, PolicyName };
  return {
    id: `${target} ${PolicyName}`,
    target,
    title: `inline policy ${PolicyName} of ${noun} ${bearer}`,
    account,
    region: GLOBAL_REGION,
    terraform: `aws_iam_${noun}_policy.policy`,
    read: (stage) =>
      readBy(stage, { ...at, operation: `Get${NOUNS[noun]}Policy`, input: named }, 'PolicyDocument'),
    write: (document) => ({
      ...at,
      operation: `Put${NOUNS[noun]}Policy`,
      input: { ...named, PolicyDocument: JSON.stringify(document) },
    }),
  };
}

/** A customer managed policy; AWS's own cannot be changed. */
export function managedPolicyPlace(PolicyArn: string): PolicyPlace | undefined {
  const account = parseArn(PolicyArn)?.account;
  if (!account || account === 'aws') return undefined;
  const at = { service: 'iam', account, region: GLOBAL_REGION };
  return {
    id: PolicyArn,
    target: PolicyArn,
    title: `managed policy ${lastSegment(PolicyArn)}`,
    account,
    region: GLOBAL_REGION,
    terraform: 'aws_iam_policy.policy',
    async read(stage) {
      const { output } = await makeCall(stage, { ...at, operation: 'GetPolicy', input: { PolicyArn } });
      const VersionId = (output as { Policy?: { DefaultVersionId?: string } }).Policy?.DefaultVersionId;
      return readBy(
        stage,
        { ...at, operation: 'GetPolicyVersion', input: { PolicyArn, VersionId } },
        'PolicyVersion.Document',
      );
    },
    write: (document) => ({
      ...at,
      operation: 'CreatePolicyVersion',
      input: { PolicyArn, PolicyDocument: JSON.stringify(document), SetAsDefault: true },
    }),
  };
}

/** A service or resource control policy, which the organization's management account changes. */
export function guardrailPlace(policyArn: string): PolicyPlace | undefined {
  const account = parseArn(policyArn)?.account;
  if (!account || account === 'aws') return undefined;
  const at = { service: 'organizations', account, region: GLOBAL_REGION };
  const PolicyId = lastSegment(policyArn);
  return {
    id: policyArn,
    target: policyArn,
    title: `policy ${PolicyId} of the organization`,
    account,
    region: GLOBAL_REGION,
    terraform: 'aws_organizations_policy.content',
    read: (stage) =>
      readBy(stage, { ...at, operation: 'DescribePolicy', input: { PolicyId } }, 'Policy.Content'),
    write: (document) => ({
      ...at,
      operation: 'UpdatePolicy',
      input: { PolicyId, Content: JSON.stringify(document) },
    }),
  };
}

/** A resource policy of CloudWatch Logs, by which services put events into an account's log groups. */
export function logsPolicyPlace({ account, region }: Scope, policyName: string): PolicyPlace {
  const at = { service: 'logs', account, region };
  const target = `arn:aws:logs:${region}:${account}:resource-policy:${policyName}`;
  return {
    id: target,
    target,
    title: `resource policy ${policyName} of CloudWatch Logs`,
    account,
    region,
    terraform: 'aws_cloudwatch_log_resource_policy.policy_document',
    async read(stage) {
      const { output } = await makeCall(stage, { ...at, operation: 'DescribeResourcePolicies', input: {} });
      const { resourcePolicies = [] } = output as {
        resourcePolicies?: readonly { policyName?: string; policyDocument?: string }[];
      };
      const found = resourcePolicies.find((each) => each.policyName === policyName);
      return found && parsedDocument(found.policyDocument);
    },
    write: (document) => ({
      ...at,
      operation: 'PutResourcePolicy',
      input: { policyName, policyDocument: JSON.stringify(document) },
    }),
  };
}

export function endpointPolicyPlace(endpointArn: string): PolicyPlace | undefined {
  const { account, region } = parseArn(endpointArn) ?? {};
  if (!account || !region) return undefined;
  const at = { service: 'ec2', account, region };
  const id = lastSegment(endpointArn);
  return {
    id: endpointArn,
    target: endpointArn,
    title: `the policy of VPC endpoint ${id}`,
    account,
    region,
    terraform: 'aws_vpc_endpoint.policy',
    read: (stage) =>
      readBy(
        stage,
        { ...at, operation: 'DescribeVpcEndpoints', input: { VpcEndpointIds: [id] } },
        'VpcEndpoints.0.PolicyDocument',
      ),
    write: (document) => ({
      ...at,
      operation: 'ModifyVpcEndpoint',
      input: { VpcEndpointId: id, PolicyDocument: JSON.stringify(document) },
    }),
  };
}

const INLINE = /^(user|group|role) (.+), inline policy (.+)$/;

/** Where a policy that took part in a decision is kept; undefined where nobody can change it. */
export function placeOf(
  policyType: PolicyType,
  policyName: string,
  { resourceRule }: PolicyInputs,
  { resource, principal }: AccessRequest,
): PolicyPlace | undefined {
  switch (policyType) {
    case 'resource-based policy':
      return resourceRule === 'kms' ? keyPolicyPlace(resource) : busPolicyPlace(resource);
    case 'role trust policy':
      return trustPolicyPlace(resource);
    case 'service control policy':
    case 'resource control policy':
      return guardrailPlace(policyName);
    case 'VPC endpoint policy':
      return endpointPolicyPlace(policyName);
    case 'permissions boundary':
    case 'identity-based policy': {
      const [, noun, bearer, name] = INLINE.exec(policyName) ?? [];
      if (noun === 'role' && isReserved(principal)) return undefined;
      if (noun && bearer && name && 'account' in principal)
        return inlinePolicyPlace(
          principal.account,
          noun as keyof typeof NOUNS,
          bearer,
          name,
          bearerArn(principal, noun),
        );
      return policyName.startsWith('arn:') ? managedPolicyPlace(policyName) : undefined;
    }
    default:
      return undefined;
  }
}

/** Whom AWS alone changes. */
const isReserved = (principal: PolicyPrincipal): boolean =>
  principal.kind === 'role-session' && principal.roleArn.includes(':role/aws-reserved/');

function bearerArn(principal: PolicyPrincipal, noun: string): string | undefined {
  if (noun === 'user' && principal.kind === 'user') return principal.arn;
  return noun === 'role' && principal.kind === 'role-session' ? principal.roleArn : undefined;
}
