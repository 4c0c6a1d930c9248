/**
 * AWS's global condition keys, from the caller and the request
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
 */
import type { PolicyPrincipal } from '../policy/decision.ts';
import { type Caller, principalOf, type ServiceCaller, type Session } from './caller.ts';
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

/** One literal, and what is spread into it last: V8 defines whatever follows a spread one member at a time. */
export function globalConditionKeys(facts: GlobalKeyFacts): ConditionValues {
  const { caller, action, region, nowMs, organizations } = facts;
  const principal = principalOf(caller);
  const external = caller.kind === 'external' ? caller.origin : undefined;
  const endpoint = external?.vpcEndpoint;
  const calledVia = caller.kind === 'forwarded' ? caller.calledVia : undefined;
  const service = caller.kind === 'service' ? caller : undefined;
  return {
    'aws:CurrentTime': new Date(nowMs).toISOString(),
    'aws:EpochTime': String(Math.floor(nowMs / 1000)),
    'aws:RequestedRegion': region,
    // A private address of the VPC is no source address of the internet (aws-facts G2.9).
    'aws:SourceIp': endpoint ? undefined : (external?.sourceIp ?? SERVICE_SOURCE_IP),
    'aws:UserAgent': external?.userAgent ?? ('invokedBy' in caller ? caller.invokedBy : 'AWS Internal'),
    'aws:SecureTransport': external?.secureTransport ?? true,
    'aws:ViaAWSService': caller.kind === 'forwarded',
    'aws:CalledVia': calledVia?.length ? calledVia : undefined,
    'aws:CalledViaFirst': calledVia?.[0],
    'aws:CalledViaLast': calledVia?.at(-1),
    'aws:PrincipalIsAWSService': service !== undefined,
    'aws:SourceAccount': service?.account,
    'aws:SourceArn': service?.sourceArn,
    'aws:Ec2InstanceSourceVPC': undefined,
    ...resourceKeys(action, facts.resourceAccount, organizations.resource),
    // Services and bearers of tokens come from outside all accounts.
    ...organizationKeys('Principal', 'account' in principal ? organizations.caller : undefined),
    ...(service && serviceNameKeys(service.principal.service, region)),
    ...(service && organizationKeys('Source', organizations.caller)),
    ...(endpoint && endpointKeys(action, endpoint, region, organizations.endpoint)),
    ...principalConditionKeys(principal),
    ...(caller.kind !== 'service' && identityKeys(caller, facts.principal, nowMs)),
  };
}

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
  return {
    'aws:PrincipalType': PRINCIPAL_TYPES[principal.kind],
    'aws:PrincipalAccount': 'account' in principal ? principal.account : undefined,
    'aws:PrincipalArn': principalArn(principal),
    'aws:userid':
      principal.kind === 'root' ? principal.account : 'id' in principal ? principal.id : undefined,
    'aws:username':
      principal.kind === 'user' ? principal.arn.slice(principal.arn.lastIndexOf('/') + 1) : undefined,
  };
}

/** The role's ARN for a session, never the session's own (aws-facts A1.11). */
function principalArn(principal: PolicyPrincipal): string | undefined {
  if (principal.kind === 'role-session') return principal.roleArn;
  return 'arn' in principal ? principal.arn : undefined;
}

function identityKeys(
  caller: Exclude<Caller, ServiceCaller>,
  own: PrincipalTags,
  nowMs: number,
): ConditionValues {
  const { principal, session } = caller.identity;
  const { tags, unknownTags } = own;
  const tagKeys = principalTagKeys(session?.tags ? { tags: { ...tags, ...session.tags }, unknownTags } : own);
  if (session) return { ...sessionKeys(session, nowMs), ...tagKeys };
  // A user's long-term keys have none, and the service turns them into temporary ones (aws-facts G2.12).
  const madeTemporary = caller.kind === 'forwarded' && principal.kind === 'user';
  return madeTemporary ? { 'aws:MultiFactorAuthPresent': false, ...tagKeys } : tagKeys;
}

const sessionKeys = (session: Session, nowMs: number): ConditionValues => ({
  'aws:MultiFactorAuthPresent': session.mfaAuthenticated,
  'aws:MultiFactorAuthAge': session.mfaAuthenticated
    ? String(Math.floor((nowMs - session.issuedAtMs) / 1000))
    : undefined,
  'aws:TokenIssueTime': new Date(session.issuedAtMs).toISOString(),
  'aws:SourceIdentity': session.sourceIdentity,
  'aws:FederatedProvider': session.federated?.provider,
});

type PrincipalTags = Pick<IdentityPolicies, 'tags' | 'unknownTags'>;

/** Of a real account's principal there may be tags that nobody has read. */
export function principalTagKeys({ tags, unknownTags }: PrincipalTags): Record<string, ConditionValue> {
  const keys: Record<string, ConditionValue> = {};
  for (const name in tags) keys[`aws:PrincipalTag/${name}`] = tags[name];
  if (unknownTags) keys['aws:PrincipalTag/*'] = unknownTags;
  return keys;
}
