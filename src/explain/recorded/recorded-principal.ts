/** Who made a recorded call, as policies see him. */
import { MANY, serviceBehind, type Use } from '../../import/cloudtrail/use.ts';
import type { PolicyPrincipal } from '../../policy/decision.ts';

/** Why a use puts no question that can be decided here. */
export type NotAsked =
  | 'calls of services whose resources have policies that are not read'
  | 'calls that AWS asks no permission for'
  | 'denials that do not name the action'
  | 'sessions of federated users, whose session policies are recorded nowhere'
  | 'callers with a token of an identity provider, whose claims decide and are not recorded'
  | 'users of IAM Identity Center, whose rights there are not read'
  | 'users of a directory, whose rights there are not read'
  | 'calls of services that do not name themselves'
  | "EC2's own sessions for instances"
  | 'calls from other accounts, as the key owner’s trail has them'
  | 'callers that CloudTrail does not name'
  | 'calls that name no key';

export function principalOf(use: Use): PolicyPrincipal | NotAsked {
  const { identity, account, arn, id } = use;
  switch (identity) {
    case 'Root':
      return { kind: 'root', account, arn: `arn:aws:iam::${account}:root` };
    case 'IAMUser':
      return { kind: 'user', account, arn, id };
    case 'AssumedRole':
      return roleSession(use);
    case 'FederatedUser':
      return 'sessions of federated users, whose session policies are recorded nowhere';
    case 'WebIdentityUser':
    case 'SAMLUser':
      return 'callers with a token of an identity provider, whose claims decide and are not recorded';
    case 'IdentityCenterUser':
      return 'users of IAM Identity Center, whose rights there are not read';
    case 'Directory':
      return 'users of a directory, whose rights there are not read';
    case 'AWSService':
      return servicePrincipal(use);
    case 'AWSAccount':
      return 'calls from other accounts, as the key owner’s trail has them';
    default:
      return 'callers that CloudTrail does not name';
  }
}

function roleSession({ account, arn, id, sessions }: Use): PolicyPrincipal | NotAsked {
  if (arn.includes('aws:ec2-infrastructure')) return "EC2's own sessions for instances";
  const roleName = arn.slice(arn.lastIndexOf('/') + 1);
  const session = sessions[0] === undefined || sessions[0] === MANY ? 'session' : sessions[0];
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

/** Services that are principals of a Region. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html */
const REGIONAL: ReadonlySet<string> = new Set(['logs']);

function servicePrincipal({ invokedBy, region }: Use): PolicyPrincipal | NotAsked {
  const service = serviceBehind({ invokedBy });
  if (service === undefined) return 'calls of services that do not name themselves';
  return {
    kind: 'service',
    service: REGIONAL.has(service) ? `${service}.${region}.amazonaws.com` : invokedBy,
  };
}

/** Whose policies speak for the principal: sessions of a role have those of the role. */
export const bearerName = (principal: PolicyPrincipal): string =>
  principal.kind === 'role-session' ? `${principal.roleArn} ${principal.roleId}` : JSON.stringify(principal);
