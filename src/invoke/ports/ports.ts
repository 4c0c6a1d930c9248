/** What the front door and the operations need from elsewhere; services and hosts implement it, `assemble.ts` wires it. */
import type { Scope } from '../../aws/scope.ts';
import type { RunApart, Sealer } from '../../platform/ports.ts';
import type { NamedPolicy, PolicyPrincipal } from '../../policy/decision.ts';
import type { Missing } from '../../policy/policy.ts';
import type { ReadTransaction, Store, Transaction } from '../../store/store.ts';
import type { Identity } from '../caller.ts';
import type { EffectContext, ResolveContext } from '../context.ts';
import type { EventEnvelope } from '../event.ts';
import type { Check } from '../verdict.ts';
import type { FailureSource } from './failure-source.ts';
import type { BlockHost, InstanceHost } from './hosts.ts';
import type { ResourceFactsSource } from './resource-facts.ts';
import type { SnapshotDirectory } from './snapshot-directory.ts';

/** IAM's part in a decision: what the principal's own policies say. */
export interface IdentityPolicySource {
  identityPolicies(tx: ReadTransaction, principal: PolicyPrincipal): Promise<IdentityPolicies>;
  /** The default versions of managed policies; those that no longer exist are left out. */
  managedPolicies(tx: ReadTransaction, arns: readonly string[]): Promise<readonly NamedPolicy[]>;
  /** Undefined where there is no such group. */
  groupPolicies(
    tx: ReadTransaction,
    account: string,
    name: string,
  ): Promise<readonly NamedPolicy[] | undefined>;
  /** All versions of a managed policy, oldest first. */
  versions(tx: ReadTransaction, arn: string): Promise<readonly ManagedPolicyVersion[]>;
}

export interface ManagedPolicyVersion {
  readonly versionId: string;
  readonly document: string;
  readonly createdAtMs: number;
}

export interface IdentityPolicies {
  readonly identity: readonly NamedPolicy[];
  readonly boundary?: NamedPolicy;
  /** The user's or role's tags: `aws:PrincipalTag/…`. */
  readonly tags: Readonly<Record<string, string>>;
  /** Of a real account's: why there may be others. */
  readonly unknownTags?: Missing;
  /** Names of the groups whose policies are among them. */
  readonly groups?: readonly string[];
}

/** IAM's access keys, by which requests are signed. */
export interface CredentialSource {
  /** The active access key of a user; undefined for one that IAM did not make or that is not active. */
  find(
    tx: ReadTransaction,
    sealer: Sealer,
    accessKeyId: string,
  ): Promise<{ readonly identity: Identity; readonly secretAccessKey: string } | undefined>;
  /** The tables on which an answer depends, and whether who bears a session still exists. */
  readonly tables: readonly string[];
}

/** Organizations' part. */
export interface GuardrailSource {
  /** Undefined for an account that is in no organization. */
  over(tx: ReadTransaction, account: string): Promise<Guardrails | undefined>;
}

/** What an account's organization says of it: policies as a list a level, the root's first, or undefined where none hold it. */
export interface Guardrails {
  /** SCPs, which hold its principals. */
  serviceControl(): NamedPolicy[][] | undefined;
  /** RCPs, which hold its resources. Not all services are held by them: which actions are is Organizations' to know. */
  resourceControl(action: string): NamedPolicy[][] | undefined;
  /** `aws:PrincipalOrgID`, `aws:PrincipalOrgPaths` and their resource twins. */
  readonly membership: Membership;
}

/** Where in which organization an account is, as far as that is known. */
export interface Membership {
  readonly organizationId: string | Missing;
  readonly path: string | Missing;
}

/** Who exists. KMS and STS store principals as unique ids, so that a re-created namesake does not match. */
export interface PrincipalDirectory {
  /**
   * The unique id (`AIDA…`, `AROA…`) of a user or role ARN, or of the role of an `assumed-role` ARN; undefined where
   * there is none.
   */
  uniqueId(tx: ReadTransaction, arn: string): Promise<string | undefined>;
  /** Of the one of that name, whatever its path. */
  uniqueIdByName(
    tx: ReadTransaction,
    account: string,
    noun: 'user' | 'role',
    name: string,
  ): Promise<string | undefined>;
  /** The ARN that a unique id stands for now; undefined once it is deleted. */
  arn(tx: ReadTransaction, uniqueId: string): Promise<string | undefined>;
  /** The OpenID Connect provider that the account knows by this URL, which is without its scheme. */
  identityProvider(
    tx: ReadTransaction,
    account: string,
    url: string,
  ): Promise<{ readonly arn: string; readonly clientIds: readonly string[] } | undefined>;
  accountExists(tx: ReadTransaction, account: string): Promise<boolean>;
  /** Whether a service goes by this name (`ec2.amazonaws.com`). */
  isService(name: string): boolean;
  /** A role and its trust policy, for a service that assumes it. */
  role(tx: ReadTransaction, arn: string): Promise<AssumableRole | undefined>;
  /** An instance profile with the role that it hands to instances, where it holds one. */
  instanceProfile(
    tx: ReadTransaction,
    account: string,
    by: { arn: string } | { name: string },
  ): Promise<{ arn: string; id: string; name: string; role?: AssumableRole } | undefined>;
}

export interface AssumableRole {
  readonly arn: string;
  readonly id: string;
  readonly name: string;
  readonly account: string;
  readonly serviceLinked: boolean;
  readonly trustPolicy: NamedPolicy;
  readonly maxSessionDurationSeconds: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** IAM's MFA devices. A code counts once. */
export interface MfaSource {
  /** The time step that the code belongs to; `unknown` where the user has no such device. */
  step(
    tx: ReadTransaction,
    world: { readonly sealer: Sealer; readonly nowMs: number },
    claim: {
      readonly account: string;
      readonly userId: string;
      readonly serialNumber: string;
      readonly code: string;
    },
  ): Promise<number | 'unknown' | 'wrong'>;
  spend(
    tx: Transaction,
    spent: { readonly account: string; readonly serialNumber: string; readonly step: number },
  ): Promise<void>;
}

/** IAM's part when Organizations makes an account: the roles that AWS puts into it. */
export interface AccountFounding {
  foundAccount(
    context: EffectContext,
    founded: {
      readonly account: string;
      /** The role by which the management account gets in. */
      readonly accessRoleName: string;
      readonly managementAccount: string;
    },
  ): Promise<void>;
}

/** EventBridge's part: whether anything catches an event. What nothing catches need not be routed. */
export interface EventAudience {
  /** Whether anything may catch the events of a place: asked at every call, so it costs next to nothing. */
  listens(store: Pick<Store, 'generation'>, tx: ReadTransaction, scope: Scope): Promise<boolean>;
  catches(tx: ReadTransaction, event: EventEnvelope, report: (fault: Error) => void): Promise<boolean>;
}

/** What of a service's own still works with a service-linked role: as long as anything does, the role is not deleted. */
export interface RoleUseSource {
  /** Why such a role stays, where the service says it in words of its own. */
  readonly reason?: string;
  usesOfRole(
    tx: ReadTransaction,
    roleArn: string,
  ): Promise<readonly { readonly region: string; readonly resources: readonly string[] }[]>;
}

/** How long simulated work takes: about as long as on AWS, times a factor of the user's, zero for none. */
export interface Delays {
  scaled(awsMs: number): number;
  /** How long a grant needs its token, until all of KMS knows it (aws-facts A4.7). */
  readonly grantPropagationMs: number;
}

/** A grant as the service sees it that may retire it. */
export interface RetirableGrant {
  readonly keyArn: string;
  readonly grantId: string;
  readonly grantee: string;
  readonly encryptionContext: Readonly<Record<string, string>>;
}

/** KMS's part in what a service does with its own grants. */
export interface GrantDirectory {
  /** Those that the service principal may retire, on the keys of a Region. */
  retirableBy(tx: ReadTransaction, servicePrincipal: string, region: string): Promise<RetirableGrant[]>;
}

/** EC2's part in Parameter Store: which public image is the newest of its kind, by the name of AWS's parameter. */
export interface PublicImageSource {
  parameters(region: string): ReadonlyMap<string, string>;
}

/** EC2's part in what names an instance type and launches nothing yet. */
export interface InstanceTypeSource {
  exists(name: string): boolean;
}

/** EC2's VPC endpoints, as far as they hold calls. */
export interface VpcEndpointSource {
  endpoint(tx: ReadTransaction, id: string): Promise<VpcEndpoint | undefined>;
}

export interface VpcEndpoint extends Scope {
  readonly vpcId: string;
  /** What its service is called in signatures: `kms`. */
  readonly signingName: string;
  readonly policy: NamedPolicy;
  /** An address of its VPC, for a call that does not say where it comes from. */
  readonly anyAddress: string;
}

/** Parameter Store's part in EC2: what the parameter holds that an image id names as `resolve:ssm:…`. */
export interface ImageParameterSource {
  /** `named`: a name or ARN, with a version or label. The record is undefined for what does not hold an image's id. */
  imageParameterCheck(
    context: ResolveContext,
    named: string,
  ): Promise<Check<{ readonly imageId: string } | undefined>>;
}

/** What an alarm asks for: an action that it names by an ARN. */
export interface AlarmAction {
  readonly arn: string;
  readonly alarmName: string;
  /** How far the metric is past the alarm's threshold: negative where it is below. */
  readonly breach: number;
}

/** Whoever carries out what alarms ask for: Auto Scaling its policies. */
export interface AlarmActionTarget {
  carriesOut(arn: string): boolean;
  /** Why it was not done; undefined where it was. */
  carryOut(context: EffectContext, action: AlarmAction): Promise<string | undefined>;
}

/** CloudWatch's part in what shows the alarms that use it: those that name an action, by the action's ARN. */
export interface AlarmDirectory {
  byAction(
    tx: ReadTransaction,
    scope: Scope,
  ): Promise<ReadonlyMap<string, readonly { readonly name: string; readonly arn: string }[]>>;
}

/** What CloudFormation reads in place of S3. */
export interface TemplateFolder {
  /** The text of a file within the folder, no longer than `maxBytes`; undefined where there is none. */
  read(path: string, maxBytes: number): Promise<string | undefined>;
}

declare module '../port.ts' {
  interface Ports {
    readonly policies: IdentityPolicySource;
    readonly guardrails: GuardrailSource;
    readonly principals: PrincipalDirectory;
    readonly blocks: BlockHost;
    readonly instances: InstanceHost;
    readonly snapshots: SnapshotDirectory;
    readonly delays: Delays;
    readonly runApart: RunApart;
    /**
     * Set where any image id is to do: one that is unknown stands for an image like ours. Receives a sentence for each
     * that does.
     */
    readonly standInImages?: (sentence: string) => void;
    /** Present where the server was given a folder of templates, since there is no S3 here. */
    readonly templates?: TemplateFolder;
    /** Hears what AWS's sentence leaves out and whoever runs the server may want to know. Absent: nobody listens. */
    readonly hint?: (sentence: string) => void;
    /** Where the server listens, once it does. */
    readonly address: { url?: string };
    readonly mfa: MfaSource;
    readonly founding: AccountFounding;
    readonly credentials: CredentialSource;
    readonly roleUses: readonly RoleUseSource[];
    readonly failures: readonly FailureSource[];
    readonly alarms: AlarmDirectory;
    readonly alarmActions: readonly AlarmActionTarget[];
    readonly resourceFacts: readonly ResourceFactsSource[];
    readonly publicImages: PublicImageSource;
    readonly instanceTypes: InstanceTypeSource;
    readonly imageParameters: ImageParameterSource;
    readonly grants: GrantDirectory;
    readonly vpcEndpoints: VpcEndpointSource;
    readonly audience?: EventAudience;
    /** Hears of faults that are neither the caller's nor a reason to fail a call: those of whoever listens to it. */
    readonly reportFault: (fault: Error) => void;
  }
}
