/** Who made a recorded call, as policies see him. */
import { MANY, serviceBehind, type Use } from '../../import/cloudtrail/use.ts';
import type { PolicyPrincipal } from '../../policy/decision.ts';
import { rootUser } from '../../policy/root-user.ts';
import { lastSegment } from '../words/names.ts';

/** Why a use puts no question that can be decided here. */
export type NotAsked =
  | 'calls of services whose resources have policies that are not read'
  | 'calls that need no permission'
  | 'denials that do not name the action'
  | 'sessions of federated users whose records do not name the user who began them'
  | 'callers with a token of an identity provider that is not named'
  | 'users of IAM Identity Center, whose rights there are not read'
  | 'users of a directory, whose rights there are not read'
  | 'calls of services that do not name themselves'
  | "EC2's own sessions for instances"
  | 'calls from other accounts that were read: their own records of the calls are decided'
  | 'calls from other accounts that are not named'
  | 'callers that CloudTrail does not name'
  | 'calls that name no key';

export function principalOf(use: Use): PolicyPrincipal | NotAsked {
  const { identity, account, arn, id } = use;
  switch (identity) {
    case 'Root':
      return rootUser(account);
    case 'IAMUser':
      return { kind: 'user', account, arn, id };
    case 'AssumedRole':
      return roleSession(use);
    case 'FederatedUser':
      return federatedUser(use);
    case 'WebIdentityUser':
    case 'SAMLUser':
      return tokenBearer(use);
    case 'IdentityCenterUser':
      return 'users of IAM Identity Center, whose rights there are not read';
    case 'Directory':
      return 'users of a directory, whose rights there are not read';
    case 'AWSService':
      return servicePrincipal(use);
    case 'AWSAccount':
      return foreignPrincipal(use);
    default:
      // What AWS does by itself it records without a type.
      return use.invokedBy === ''
        ? 'callers that CloudTrail does not name'
        : 'calls of services that do not name themselves';
  }
}

const sessionOf = ({ sessions: [first] }: Use): string =>
  first === undefined || first === MANY ? 'session' : first;

/** With the policies of the user who began the session, as far as the session's own allow. */
function federatedUser(use: Use): PolicyPrincipal | NotAsked {
  const { account, arn, id } = use;
  if (id === '' || !/:user\/|:root$/.test(arn))
    return 'sessions of federated users whose records do not name the user who began them';
  const name = sessionOf(use);
  return {
    kind: 'federated-user',
    account,
    arn: `arn:aws:sts::${account}:federated-user/${name}`,
    id: `${account}:${name}`,
    issuerArn: arn,
    issuerId: id,
  };
}

/** Provider, audience and subject of an OpenID Connect token, which has a colon in its ARN and in many a subject. */
export function tokenClaims({
  id,
}: Pick<Use, 'id'>):
  | { readonly provider: string; readonly audience: string; readonly subject: string }
  | undefined {
  const [, provider, audience = '', subject = ''] =
    /^(arn:aws[a-z-]*:iam::\d{12}:oidc-provider\/[^:]+|[a-z0-9.-]+\.[a-z]+):([^:]*):(.*)$/.exec(id) ?? [];
  return provider === undefined ? undefined : { provider, audience, subject };
}

function tokenBearer(use: Use): PolicyPrincipal | NotAsked {
  const provider =
    use.identity === 'SAMLUser'
      ? use.resource.split(' ').find((arn) => arn.includes(':saml-provider/'))
      : tokenClaims(use)?.provider;
  return provider === undefined
    ? 'callers with a token of an identity provider that is not named'
    : { kind: 'web-identity', provider };
}

/** Of a caller of another account its owner's trail has the unique id and the account: nobody knows his name. */
function foreignPrincipal({ account, id }: Use): PolicyPrincipal | NotAsked {
  if (account === '') return 'calls from other accounts that are not named';
  const [uniqueId = '', session = 'session'] = id.split(':');
  if (!uniqueId.startsWith('AROA'))
    return { kind: 'user', account, arn: `arn:aws:iam::${account}:user/${uniqueId}`, id: uniqueId };
  return {
    kind: 'role-session',
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${uniqueId}/${session}`,
    id,
    roleArn: `arn:aws:iam::${account}:role/${uniqueId}`,
    roleId: uniqueId,
    serviceLinked: false,
  };
}

function roleSession(use: Use): PolicyPrincipal | NotAsked {
  const { account, arn, id } = use;
  if (arn.includes('aws:ec2-infrastructure')) return "EC2's own sessions for instances";
  const roleName = lastSegment(arn);
  const session = sessionOf(use);
  return {
    kind: 'role-session',
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${roleName}/${session}`,
    id: `${id}:${session}`,
    roleArn: arn,
    roleId: id,
    serviceLinked: arn.includes(':role/aws-service-role/'),
  };
}

/**
 * Services that are principals of a Region, by what they are called there: EBS has the grants of EC2 (aws-facts B2.5).
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
const REGIONAL: Readonly<Record<string, string>> = { ebs: 'ec2', logs: 'logs' };

function servicePrincipal({ invokedBy, region }: Use): PolicyPrincipal | NotAsked {
  const service = serviceBehind({ invokedBy });
  if (service === undefined) return 'calls of services that do not name themselves';
  if (invokedBy.startsWith('fas.')) return 'callers that CloudTrail does not name';
  const name = Object.hasOwn(REGIONAL, service) ? REGIONAL[service] : undefined;
  return { kind: 'service', service: name ? `${name}.${region}.amazonaws.com` : invokedBy };
}

/** By which CloudFormation's calls as a stack's service role are known (aws-facts H10). */
const SESSION_OF_STACKS = 'AWSCloudFormation';

/** Whether the service calls as a role that it was lent: with the rights of whoever called it, it is seen to come through it (aws-facts A1.11). */
export const isLentRole = (principal: PolicyPrincipal, service: string | undefined): boolean =>
  principal.kind === 'role-session' &&
  (principal.serviceLinked ||
    (service === 'cloudformation' && principal.arn.endsWith(`/${SESSION_OF_STACKS}`)));

/** Whose policies speak for the principal: sessions of a role have those of the role. */
export const bearerName = (principal: PolicyPrincipal): string =>
  principal.kind === 'role-session' ? `${principal.roleArn} ${principal.roleId}` : JSON.stringify(principal);
