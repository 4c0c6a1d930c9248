/**
 * AWS's global condition keys, from the caller and the request
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
 */
import type { PolicyPrincipal } from '../policy/decision.ts';
import { type Caller, principalOf } from './caller.ts';
import { endpointKeys, resourceKeys } from './given-keys.ts';
import { organizationKeys } from './organization-keys.ts';
import type { IdentityPolicies, Membership } from './ports/ports.ts';
import type { ConditionValue, ConditionValues } from './verdict.ts';

/**
 * A source address of EC2's own: calls a service makes for a user come from it, so that a policy on aws:SourceIp
 * hits them as it does on AWS (aws-facts A1.10). CloudTrail shows the service's host name instead.
 */
const SERVICE_SOURCE_IP = '54.239.0.1';

export interface GlobalKeyFacts {
  readonly caller: Caller;
  readonly action: string;
  readonly region: string;
  readonly nowMs: number;
  readonly resourceAccount: string;
  readonly principal: PrincipalTags;
  readonly organizations: {
    /** Of the caller's account; of a service, the one that it calls for. */
    readonly caller: Membership | undefined;
    readonly resource: Membership | undefined;
    readonly endpoint: Membership | undefined;
  };
}

export function globalConditionKeys(facts: GlobalKeyFacts): ConditionValues {
  const { caller, action, nowMs, organizations } = facts;
  // Services and bearers of tokens come from outside all accounts.
  const isMember = 'account' in principalOf(caller);
  return {
    'aws:CurrentTime': new Date(nowMs).toISOString(),
    'aws:EpochTime': String(Math.floor(nowMs / 1000)),
    'aws:RequestedRegion': facts.region,
    ...resourceKeys(action, facts.resourceAccount, organizations.resource),
    ...organizationKeys('Principal', isMember ? organizations.caller : undefined),
    ...(caller.kind === 'service' && organizationKeys('Source', organizations.caller)),
    ...origin(facts),
    ...identity(caller, facts.principal, nowMs),
  };
}

function origin({ caller, action, region, organizations }: GlobalKeyFacts): ConditionValues {
  const { kind } = caller;
  const external = kind === 'external' ? caller.origin : undefined;
  const endpoint = external?.vpcEndpoint;
  const calledVia = kind === 'forwarded' ? caller.calledVia : undefined;
  return {
    // A private address of the VPC is no source address of the internet (aws-facts G2.9).
    'aws:SourceIp': endpoint ? undefined : (external?.sourceIp ?? SERVICE_SOURCE_IP),
    ...(endpoint && endpointKeys(action, endpoint, region, organizations.endpoint)),
    'aws:UserAgent': external?.userAgent ?? ('invokedBy' in caller ? caller.invokedBy : 'AWS Internal'),
    'aws:SecureTransport': external?.secureTransport ?? true,
    'aws:ViaAWSService': kind === 'forwarded',
    'aws:CalledVia': calledVia?.length ? calledVia : undefined,
    'aws:CalledViaFirst': calledVia?.[0],
    'aws:CalledViaLast': calledVia?.at(-1),
    'aws:PrincipalIsAWSService': kind === 'service',
    ...(kind === 'service' ? serviceNameKeys(caller.principal.service, region) : NO_SERVICE_NAME),
    'aws:SourceAccount': kind === 'service' ? caller.account : undefined,
    'aws:SourceArn': kind === 'service' ? caller.sourceArn : undefined,
    'aws:Ec2InstanceSourceVPC': undefined,
  };
}

const NO_SERVICE_NAME: ConditionValues = {
  'aws:PrincipalServiceName': undefined,
  'aws:PrincipalServiceNamesList': undefined,
};

/** The name by which a service calls, and all that it has in the Region (aws-facts G2.14). */
export function serviceNameKeys(service: string, region: string): ConditionValues {
  const plain = service.replace(`.${region}.`, '.');
  const regional = plain.replace(/\.amazonaws\.com$/, `.${region}.amazonaws.com`);
  return {
    'aws:PrincipalServiceName': service,
    'aws:PrincipalServiceNamesList': [...new Set([plain, regional])],
  };
}

const PRINCIPAL_TYPES = {
  root: 'Account',
  user: 'User',
  'role-session': 'AssumedRole',
  'federated-user': 'FederatedUser',
  'web-identity': undefined,
  service: undefined,
  anonymous: 'Anonymous',
} as const;

/** What the principal alone gives; a service gives next to nothing. */
export function principalConditionKeys(principal: PolicyPrincipal): Record<string, ConditionValue> {
  const values: Record<string, ConditionValue> = { 'aws:PrincipalType': PRINCIPAL_TYPES[principal.kind] };
  if ('account' in principal) values['aws:PrincipalAccount'] = principal.account;
  // The role's ARN for a session, never the session's own (aws-facts A1.11).
  if (principal.kind === 'role-session') values['aws:PrincipalArn'] = principal.roleArn;
  else if ('arn' in principal) values['aws:PrincipalArn'] = principal.arn;
  if (principal.kind === 'root') values['aws:userid'] = principal.account;
  else if ('id' in principal) values['aws:userid'] = principal.id;
  if (principal.kind === 'user') {
    values['aws:username'] = principal.arn.slice(principal.arn.lastIndexOf('/') + 1);
  }
  return values;
}

function identity(caller: Caller, own: PrincipalTags, nowMs: number): ConditionValues {
  const values = principalConditionKeys(principalOf(caller));
  if (caller.kind === 'service') return values;
  const { session } = caller.identity;
  // A user's long-term keys have none, and the service turns them into temporary ones (aws-facts G2.12).
  if (!session && caller.kind === 'forwarded' && values['aws:PrincipalType'] === 'User')
    values['aws:MultiFactorAuthPresent'] = false;
  if (session) {
    values['aws:MultiFactorAuthPresent'] = session.mfaAuthenticated;
    if (session.mfaAuthenticated) {
      values['aws:MultiFactorAuthAge'] = String(Math.floor((nowMs - session.issuedAtMs) / 1000));
    }
    values['aws:TokenIssueTime'] = new Date(session.issuedAtMs).toISOString();
    values['aws:SourceIdentity'] = session.sourceIdentity;
    values['aws:FederatedProvider'] = session.federated?.provider;
  }
  return { ...values, ...principalTagKeys({ ...own, tags: { ...own.tags, ...session?.tags } }) };
}

type PrincipalTags = Pick<IdentityPolicies, 'tags' | 'unknownTags'>;

/** Of a real account's principal there may be tags that nobody has read. */
export function principalTagKeys({ tags, unknownTags }: PrincipalTags): Record<string, ConditionValue> {
  const named = Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]);
  return { ...Object.fromEntries(named), ...(unknownTags && { 'aws:PrincipalTag/*': unknownTags }) };
}
