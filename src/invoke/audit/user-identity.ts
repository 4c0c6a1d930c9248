/** CloudTrail's `userIdentity`, `sourceIPAddress` and `userAgent` for each kind of caller (aws-facts B1.5, B10). */
import { accountOf, type Caller, type Identity, principalOf } from '../caller.ts';
import { recordedSeconds } from './recorded-time.ts';

/** What is read of it again. */
export interface UserIdentity {
  readonly type?: string;
  readonly principalId?: string;
  readonly arn?: string;
  readonly accountId?: string;
  readonly accessKeyId?: string;
  readonly userName?: string;
  readonly invokedBy?: string;
  readonly sessionContext?: {
    readonly sessionIssuer?: { readonly arn?: string; readonly userName?: string };
  };
}

export function callOrigin(caller: Caller): { sourceIPAddress: string; userAgent: string } {
  switch (caller.kind) {
    case 'external':
      return { sourceIPAddress: caller.origin.sourceIp, userAgent: caller.origin.userAgent };
    case 'infrastructure':
      return { sourceIPAddress: 'AWS Internal', userAgent: 'AWS Internal' };
    default:
      return { sourceIPAddress: caller.invokedBy, userAgent: caller.invokedBy };
  }
}

export function userIdentity(caller: Caller): object {
  switch (caller.kind) {
    case 'service':
      return { type: 'AWSService', invokedBy: caller.invokedBy };
    case 'external':
      return identityElements(caller.identity);
    case 'infrastructure':
      return {
        ...identityElements(caller.identity),
        inScopeOf: { issuerType: 'AWS::EC2::Instance', credentialsIssuedTo: caller.instanceArn },
        invokedBy: 'AWS Internal',
      };
    default:
      return { ...identityElements(caller.identity), invokedBy: caller.invokedBy };
  }
}

/** What the owner of the resource learns of a caller from another account. */
export function foreignUserIdentity(caller: Caller): object {
  if (caller.kind === 'service') return userIdentity(caller);
  const principal = principalOf(caller);
  return {
    type: 'AWSAccount',
    principalId: 'id' in principal ? principal.id : accountOf(caller),
    accountId: accountOf(caller),
    ...('invokedBy' in caller && { invokedBy: caller.invokedBy }),
  };
}

const TYPES = {
  root: 'Root',
  user: 'IAMUser',
  'role-session': 'AssumedRole',
  'federated-user': 'FederatedUser',
  'web-identity': 'WebIdentityUser',
  service: 'AWSService',
  anonymous: 'Unknown',
} as const;

/** An identity stays the same object while its credentials do, from request to request. */
const elements = new WeakMap<Identity, object>();

function identityElements(identity: Identity): object {
  const known = elements.get(identity);
  if (known) return known;
  const made = newIdentityElements(identity);
  elements.set(identity, made);
  return made;
}

function newIdentityElements(identity: Identity): object {
  const { principal, account, accessKeyId, userName, session } = identity;
  if (principal.kind === 'web-identity') {
    return {
      type: TYPES[principal.kind],
      principalId: `${principal.provider}:${identity.audience}:${userName}`,
      userName,
      identityProvider: principal.provider,
    };
  }
  return {
    type: TYPES[principal.kind],
    principalId: 'id' in principal ? principal.id : account,
    ...('arn' in principal && { arn: principal.arn }),
    accountId: account,
    ...(accessKeyId && { accessKeyId }),
    ...(principal.kind === 'user' && { userName }),
    ...(session && {
      sessionContext: {
        ...(session.issuer && { sessionIssuer: session.issuer }),
        ...(session.federated && {
          webIdFederationData: { federatedProvider: session.federated.provider, attributes: {} },
        }),
        attributes: {
          creationDate: recordedSeconds(session.issuedAtMs),
          mfaAuthenticated: String(session.mfaAuthenticated),
        },
        ...(session.sourceIdentity && { sourceIdentity: session.sourceIdentity }),
      },
    }),
  };
}
