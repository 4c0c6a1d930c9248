/**
 * Who may come through the front door: a closed union of five. A caller cannot be made up: each kind has one
 * minting function below, and `test/whole/tidy.test.ts` holds each to the one module that may call it.
 */
import type { NamedPolicy, PolicyPrincipal } from '../policy/decision.ts';

/** An identity as IAM and STS know it: what policies, condition keys and CloudTrail's userIdentity know of it. */
export interface Identity {
  readonly principal: PolicyPrincipal;
  readonly account: string;
  readonly accessKeyId: string;
  /** Of an IAM user; of a federated user or a web identity the name that it was given. */
  readonly userName?: string;
  /** Whom the token of a web identity is for. */
  readonly audience?: string;
  /** Present for temporary credentials. */
  readonly session?: Session;
}

export interface Session {
  readonly issuedAtMs: number;
  readonly mfaAuthenticated: boolean;
  /** Session policies; absent where none was passed (an empty list would allow nothing). */
  readonly policies?: readonly NamedPolicy[];
  /** Managed policies passed as session policies by ARN, read at each decision; they count among `policies`. */
  readonly policyArns?: readonly string[];
  /** Session tags, merged over the role's or user's own in `aws:PrincipalTag/…`. */
  readonly tags: Readonly<Record<string, string>>;
  readonly transitiveTagKeys?: readonly string[];
  readonly sourceIdentity?: string;
  /** What vouched for the session, as CloudTrail's `sessionIssuer` records it. */
  readonly issuer?: {
    readonly type: 'Role' | 'IAMUser' | 'Root';
    readonly principalId: string;
    readonly arn: string;
    readonly accountId: string;
    readonly userName: string;
  };
  /** Web identity federation: the provider and its claims, as condition keys see them. */
  readonly federated?: { readonly provider: string; readonly subject: string };
}

/** Where a call came from, for condition keys and audit. For internal calls it names the service. */
export interface Origin {
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly secureTransport: boolean;
  readonly vpcEndpoint?: VpcEndpointOrigin;
}

/** The VPC endpoint that a call came through, and the address in the VPC that it came from. */
export interface VpcEndpointOrigin {
  readonly id: string;
  readonly account: string;
  readonly vpcId: string;
  readonly sourceIp: string;
}

declare const minted: unique symbol;
interface Minted {
  readonly [minted]: true;
}

export interface ExternalCaller extends Minted {
  readonly kind: 'external';
  readonly identity: Identity;
  readonly region: string;
  readonly origin: Origin;
}

/** A forward access session: a service going on with the rights of the caller it serves (forward-session.ts). */
export interface ForwardedCaller extends Minted {
  readonly kind: 'forwarded';
  readonly identity: Identity;
  readonly region: string;
  /** Host name in CloudTrail's `invokedBy`, `sourceIPAddress` and `userAgent`, e.g. `ec2-frontend-api.amazonaws.com`. */
  readonly invokedBy: string;
  /** `kms:ViaService`, e.g. `ec2.us-east-1.amazonaws.com`. */
  readonly viaService?: string;
  /** `aws:CalledVia`: those of the services in between that AWS lists there, the first called first. */
  readonly calledVia: readonly string[];
  /** What CloudTrail calls the way the call took, where it records one. */
  readonly vpcEndpoint?: string;
  readonly requestId: string;
}

export interface ServiceRoleCaller extends Minted {
  readonly kind: 'service-role';
  readonly identity: Identity;
  readonly region: string;
  readonly invokedBy: string;
}

export interface ServiceCaller extends Minted {
  readonly kind: 'service';
  readonly principal: PolicyPrincipal & { readonly kind: 'service' };
  /** The account for which the service works. */
  readonly account: string;
  readonly region: string;
  readonly invokedBy: string;
  readonly sourceArn?: string;
}

/** EC2's own session on behalf of one instance: no policies, rights only through grants (aws-facts B1.4, B10). */
export interface InfrastructureCaller extends Minted {
  readonly kind: 'infrastructure';
  readonly identity: Identity;
  readonly region: string;
  readonly instanceArn: string;
  readonly viaService: string;
}

export type Caller =
  | ExternalCaller
  | ForwardedCaller
  | ServiceRoleCaller
  | ServiceCaller
  | InfrastructureCaller;

export function principalOf(caller: Caller): PolicyPrincipal {
  return caller.kind === 'service' ? caller.principal : caller.identity.principal;
}

export function accountOf(caller: Caller): string {
  return caller.kind === 'service' ? caller.account : caller.identity.account;
}

/** The ARN a denial names: user, role session, root, or the service's principal name. */
export function callerArn(caller: Caller): string {
  const principal = principalOf(caller);
  return 'arn' in principal ? principal.arn : principal.kind === 'service' ? principal.service : 'anonymous';
}

/** `AIDA…`, `AROA…:session`; the account for root. */
export function principalId(caller: Caller): string {
  const principal = principalOf(caller);
  return 'id' in principal ? principal.id : accountOf(caller);
}

/** The unique id of the user or role behind an identity; undefined for root, which is never deleted. */
export function standsFor(principal: PolicyPrincipal): string | undefined {
  if (principal.kind === 'user') return principal.id;
  if (principal.kind === 'role-session') return principal.roleId;
  // A federated user may have been made with root's key, whose id is the account's.
  if (principal.kind === 'federated-user' && !/^\d+$/.test(principal.issuerId)) return principal.issuerId;
  return undefined;
}

const mint = <C extends Caller>(caller: Omit<C, typeof minted>): C => caller as unknown as C;

/**
 * Minted by `wire/endpoint.ts`, from a verified signature, and by `control/credentials.ts`, for whoever holds the token of
 * the server and so could have the secret as well.
 */
export function mintExternalCaller(identity: Identity, region: string, origin: Origin): ExternalCaller {
  return mint<ExternalCaller>({ kind: 'external', identity, region, origin });
}

/** Minted by `effects.ts`: derived from the caller that an operation was given. In rehearsals, as a record has it. */
export function mintForwardedCaller(
  identity: Identity,
  via: Omit<ForwardedCaller, 'kind' | 'identity' | typeof minted>,
): ForwardedCaller {
  return mint<ForwardedCaller>({ kind: 'forwarded', identity, ...via });
}

/** Minted by `effects.ts`: a service that has assumed a role whose trust policy lets it. In rehearsals, as a record has it. */
export function mintServiceRoleCaller(
  identity: Identity,
  region: string,
  invokedBy: string,
): ServiceRoleCaller {
  return mint<ServiceRoleCaller>({ kind: 'service-role', identity, region, invokedBy });
}

/** Minted by `effects.ts` only, for the service whose workflow runs. */
export function mintServiceCaller(caller: {
  service: string;
  account: string;
  region: string;
  invokedBy: string;
  sourceArn?: string;
}): ServiceCaller {
  const { service, ...rest } = caller;
  return mint<ServiceCaller>({ kind: 'service', principal: { kind: 'service', service }, ...rest });
}

/** Minted by `effects.ts` only, for EC2's work on one instance. */
export function mintInfrastructureCaller(session: {
  account: string;
  region: string;
  instanceId: string;
  accessKeyId: string;
  atMs: number;
}): InfrastructureCaller {
  const { account, region, instanceId, accessKeyId, atMs } = session;
  const roleName = 'aws:ec2-infrastructure';
  const roleArn = `arn:aws:iam::${account}:role/${roleName}`;
  const roleId = `${account}:${roleName}`;
  return mint<InfrastructureCaller>({
    kind: 'infrastructure',
    region,
    instanceArn: `arn:aws:ec2:${region}:${account}:instance/${instanceId}`,
    viaService: `ec2.${region}.amazonaws.com`,
    identity: {
      account,
      accessKeyId,
      principal: {
        kind: 'role-session',
        account,
        arn: `arn:aws:sts::${account}:assumed-role/${roleName}/${instanceId}`,
        id: `${roleId}:${instanceId}`,
        roleArn,
        roleId,
        serviceLinked: false,
      },
      session: {
        issuedAtMs: atMs,
        mfaAuthenticated: false,
        tags: {},
        issuer: { type: 'Role', principalId: roleId, arn: roleArn, accountId: account, userName: roleName },
      },
    },
  });
}
