/** What the policy decision point is asked, and what it answers. Pure data; see evaluate.ts (serving) and test/policy/naive (specification). */
import type { Missing, Policy } from './policy.ts';

/** Values of one condition key; undefined where the key is absent from the request. Names are lower-case. */
export type ConditionLookup = (lowerCaseName: string) => readonly string[] | undefined;

/** Who asks, as policies see them. `account` is where the identity lives. */
export type PolicyPrincipal =
  | { readonly kind: 'root'; readonly account: string; readonly arn: string }
  | { readonly kind: 'user'; readonly account: string; readonly arn: string; readonly id: string }
  | {
      readonly kind: 'role-session';
      readonly account: string;
      /** `arn:aws:sts::A:assumed-role/Name/session` */
      readonly arn: string;
      /** `AROA…:session` */
      readonly id: string;
      /** `arn:aws:iam::A:role/path/Name` */
      readonly roleArn: string;
      /** `AROA…` */
      readonly roleId: string;
      /** Service-linked roles are exempt from SCPs and RCPs. */
      readonly serviceLinked: boolean;
    }
  | {
      readonly kind: 'federated-user';
      readonly account: string;
      /** `arn:aws:sts::A:federated-user/name` */
      readonly arn: string;
      /** `A:name` */
      readonly id: string;
      /** The IAM user (or root) whose credentials called GetFederationToken, and that user's unique id. */
      readonly issuerArn: string;
      readonly issuerId: string;
    }
  | { readonly kind: 'service'; readonly service: string }
  /** The bearer of a token for AssumeRoleWithWebIdentity or WithSAML: the provider's ARN, or its well-known name. */
  | { readonly kind: 'web-identity'; readonly provider: string }
  | { readonly kind: 'anonymous' };

export interface AccessRequest {
  readonly principal: PolicyPrincipal;
  /** Set by the decision point where the caller has a permissions boundary: then no NotPrincipal spares it from a Deny. */
  readonly isBounded?: boolean;
  /** `kms:CreateGrant`, spelled as the service reference does. */
  readonly action: string;
  /** ARN, or `*` where the action has no resource. */
  readonly resource: string;
  /** The account that owns the resource. */
  readonly resourceAccount: string;
  readonly condition: ConditionLookup;
  /**
   * For kms:CreateGrant: the grant to be made. A grant lends its CreateGrant right only to children that it covers
   * whole (aws-facts A4.5), so one parent is asked at a time.
   */
  readonly childGrant?: GrantTerms;
}

/** What a grant allows, and under which encryption context. */
export interface GrantTerms {
  /** IAM actions it allows, e.g. `kms:Decrypt`, `kms:ReEncryptFrom`. */
  readonly actions: readonly string[];
  readonly encryptionContextEquals?: Readonly<Record<string, string>>;
  readonly encryptionContextSubset?: Readonly<Record<string, string>>;
  /** The resource that a service must call for; looked at only where a service calls (aws-facts A4.14). */
  readonly sourceArn?: string;
  /** Of a grant that is asked for: whatever the caller may give. */
  readonly isOfChoice?: true;
}

/** A policy together with what a denial or a trace calls it. */
export interface NamedPolicy {
  readonly policy: Policy;
  /** e.g. `arn:aws:iam::aws:policy/AdministratorAccess`, `user john, inline policy ec2-all`, `key policy`. */
  readonly name: string;
}

/** A grant, for the decision: who may do what on the key of the request. Constraints are checked here. */
export interface PolicyGrant extends GrantTerms {
  readonly grantId: string;
  /** An ARN or unique id of the grantee: user, role, role session, account root, service principal. */
  readonly grantee: string;
  readonly issuingAccount: string;
}

/**
 * How the resource's own policy takes part (aws-facts A1, G1):
 * - `none`: the resource has no policy; identity side alone decides (EC2, IAM, CloudTrail).
 * - `standard`: an allow on either side suffices within one account (SQS, EventBridge bus).
 * - `kms`: the key policy must allow, or delegate to the account; or a grant.
 * - `trust`: role trust policy: must name the principal, or the account (then identity must allow too).
 */
export type ResourceRule = 'none' | 'standard' | 'kms' | 'trust';

/** Everything that takes part in one decision, gathered before. All lists may be empty. */
export interface PolicyInputs {
  readonly identity: readonly NamedPolicy[];
  readonly boundary?: NamedPolicy;
  /** Session policies given to AssumeRole or GetFederationToken: undefined where none was given. */
  readonly session?: readonly NamedPolicy[];
  /** Service control policies on the caller's side: one list a level, root first; every level must allow. */
  readonly serviceControl?: readonly (readonly NamedPolicy[])[];
  /** Resource control policies of the resource owner's side, one list a level. */
  readonly resourceControl?: readonly (readonly NamedPolicy[])[];
  /** Of the VPC endpoint that the request comes through: another ceiling, on whoever calls. */
  readonly vpcEndpoint?: NamedPolicy;
  readonly resourceRule: ResourceRule;
  readonly resourcePolicy?: NamedPolicy;
  /** Grants on the key. Those of other grantees are passed over, so hand over only `granteeNames(principal)`'s. */
  readonly grants?: readonly PolicyGrant[];
  /** Set where the grants on the key are not known, or not all. */
  readonly unknownGrants?: Missing;
}

export type PolicyType =
  | 'identity-based policy'
  | 'resource-based policy'
  | 'permissions boundary'
  | 'session policy'
  | 'service control policy'
  | 'resource control policy'
  | 'role trust policy'
  | 'VPC endpoint policy';

/** The statement that decided. `line` is 1-based in the policy document as stored. */
export interface StatementReference {
  readonly policyType: PolicyType;
  readonly policyName: string;
  readonly index: number;
  readonly sid?: string;
  readonly line: number;
}

export type Decision =
  | {
      readonly allowed: true;
      /** The allowing statement, or the grant. Root without policies is allowed by `root`. */
      readonly by: StatementReference | { readonly grantId: string } | 'root';
      readonly missing?: undefined;
    }
  | {
      readonly allowed: false;
      readonly explicit: true;
      readonly policyType: PolicyType;
      readonly by: StatementReference;
      readonly missing?: undefined;
    }
  | {
      readonly allowed: false;
      readonly explicit: false;
      /** The policy type that AWS names: "because no <policyType> allows the <action> action". */
      readonly policyType: PolicyType;
      /** Set where it cannot be told: it may be allowed, depending on these. It is not allowed as long as it cannot be told. */
      readonly missing?: readonly Missing[];
    };
