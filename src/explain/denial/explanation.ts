/** What an explanation is made of. docs/explain-json.md describes it for those who read it as JSON. */
import type { CloudTrailEvent } from '../../invoke/audit/audit.ts';
import type { PolicyPrincipal, PolicyType, StatementReference } from '../../policy/decision.ts';
import type { PolicyTrace, StatementTrace } from '../../policy/trace.ts';
import type { ChangeSince, LetThroughBefore } from '../history/changes-since.ts';
import type { RemedyCode } from '../remedies/as-code.ts';
import type { RemedyKind } from '../remedies/remedy.ts';
import type { Gain } from '../remedies/risk.ts';
import type { UnmadeChange } from '../remedies/search.ts';
import type { NearGrant } from './near-grants.ts';

export interface ExplainedPrincipal {
  readonly kind: PolicyPrincipal['kind'];
  /** `user john` */
  readonly who: string;
  readonly arn?: string;
  readonly account?: string;
}

export interface ExplainedStatement extends StatementTrace {
  /** In words: why it matched or did not. */
  readonly why: string;
  /** Only one of its elements kept it from matching. */
  readonly isNearMiss: boolean;
}

export interface ExplainedPolicy extends Omit<PolicyTrace, 'statements'> {
  /** `key policy`, `managed policy app`, `service control policy Guard on OU Prod` */
  readonly title: string;
  readonly statements: readonly ExplainedStatement[];
}

export interface ExplainedCheck {
  readonly principal: ExplainedPrincipal;
  readonly action: string;
  readonly resource: string;
  /** `key 1234… (alias/app)` */
  readonly resourceName: string;
  readonly resourceAccount: string;
  readonly conditions: Readonly<Record<string, readonly string[]>>;
  readonly verdict: 'explicit-deny' | 'implicit-deny';
  /** The kind of policy that denies, or lacks an allow. */
  readonly policyType: PolicyType;
  /** As AWS words it. */
  readonly reason: string;
  /** In plain words. */
  readonly summary: string;
  readonly by?: StatementReference;
  /** Of a real account's call, where AWS's sentence says otherwise: what the policies come to that were read. */
  readonly asRead?:
    | Pick<ExplainedCheck, 'verdict' | 'policyType' | 'reason' | 'by'>
    | { readonly verdict: 'allowed' };
  /** Of a real account's call: what is not known, where that leaves open which policy denied it. */
  readonly missing?: readonly string[];
  /** In the order of evaluation. */
  readonly policies: readonly ExplainedPolicy[];
  /** Grants of the key, as they are now, that nearly fit. */
  readonly nearGrants: readonly NearGrant[];
}

export interface ExplainedCall {
  /** `kms:CreateGrant` */
  readonly action: string;
  /** `user john`, `role app`, or a service. */
  readonly who: string;
  readonly arn?: string;
  readonly at: string;
  readonly account?: string;
  readonly region: string;
  readonly eventId: string;
  readonly requestId?: string;
  readonly resource?: string;
  /** `key 1234… (alias/app)` */
  readonly resourceName?: string;
  /** The service that made the call for the caller. */
  readonly invokedBy?: string;
  readonly error?: { readonly code: string; readonly message?: string };
}

export interface ExplainedRemedy {
  readonly sentence: string;
  /** What `document` is: a policy to attach, a statement to add, a grant to make; `none` where there is no document. */
  readonly shape: 'policy' | 'statement' | 'grant' | 'none';
  readonly document?: object;
  /** What is changed: a key's state, the request, a fact, a statement, a new statement, a grant, a deny. */
  readonly kind?: RemedyKind;
  /** In whose account the change is made. */
  readonly account?: string;
  /** ARN of what is changed. */
  readonly target?: string;
  /** Somebody who may make it. */
  readonly by?: string;
  /** The calls that make it, in order, each in the account. */
  readonly calls?: readonly {
    readonly service: string;
    readonly operation: string;
    readonly input: object;
    readonly account: string;
    readonly region: string;
  }[];
  /** It can be told only, and was not tried: to import key material, to remember an encryption context. */
  readonly isUntried?: true;
  /** The AWS CLI's commands that make it. */
  readonly commands?: readonly string[];
  /** The argument of Terraform's AWS provider that holds it. */
  readonly terraform?: string;
  /** The same as infrastructure code, where there is a place for it. */
  readonly code?: RemedyCode;
  /** What the change does to a policy document. */
  readonly patch?: {
    readonly target: string;
    readonly replaced: readonly { readonly index: number; readonly statement: object }[];
    readonly added: readonly object[];
    /** Absent where there was no document. */
    readonly before?: object;
    readonly after: object;
  };
}

/** One question that the call asks, itself or through a service. */
export interface PlannedCheck {
  /** ARN of who asks. */
  readonly who: string;
  /** In which way: itself, a service for it, a service's role. */
  readonly by: string;
  /** `kms:CreateGrant` */
  readonly operation: string;
  readonly action: string;
  readonly resource: string;
  /** With the policies of now. */
  readonly allowed: boolean;
  /** Where it cannot be told: what was not read of a real account. */
  readonly missing?: readonly string[];
}

/** Another denial that the subject has met. */
export interface OtherDenial {
  readonly who: string;
  readonly action: string;
  readonly resource: string;
  /** The latest of them. */
  readonly at: string;
  readonly eventId: string;
  readonly count: number;
}

export interface Explanation {
  /** Of this form; it grows only by members that may be left out. */
  readonly version: 1;
  readonly subject: string;
  /** False when nothing is known of the subject. */
  readonly found: boolean;
  /** `failed`: no policy refused it; the request or a state did. `depends`: on what is not known of the request. `unknown`: nothing is known. */
  readonly verdict: 'denied' | 'failed' | 'allowed' | 'depends' | 'unknown';
  /** The verdict in one sentence. */
  readonly headline: string;
  /** What became of the subject: `i-… was stopped: Client.InternalError…` */
  readonly symptom?: string;
  /** Of several calls that may have been meant, which this is, and how the others are asked for. */
  readonly chosen?: string;
  /** Of what was asked about by a name or an id: other denials, each kind once, the latest first. */
  readonly others?: readonly OtherDenial[];
  /** Of a text in which several denials stand: those after the first, each by itself. */
  readonly further?: readonly Explanation[];
  /** How many more stand in it. */
  readonly more?: number;
  /** The call that is explained. */
  readonly call?: ExplainedCall;
  /** The user's call in whose course a service made it. */
  readonly outerCall?: ExplainedCall;
  /** Where a service made that call, too, in a request of its own: the call that set it going. */
  readonly initialCall?: ExplainedCall;
  /** Of a refused call that was let through before: when, and what was changed between. */
  readonly before?: LetThroughBefore;
  /** All that was denied in it; the first is what the caller was told. */
  readonly checks: readonly ExplainedCheck[];
  /** Of an allowed call: what allowed it. */
  readonly allowedBy?: readonly { readonly action: string; readonly resource: string; readonly by: string }[];
  /** Whether the call would be allowed with the current policies; absent where it could not be rehearsed. */
  readonly now?: 'allowed' | 'denied';
  /** Where it would be allowed now: changes of permissions since then. */
  readonly since?: readonly ChangeSince[];
  /** Everything that the call asks for, in order. */
  readonly plan?: readonly PlannedCheck[];
  /** What the service would have asked for next. */
  readonly following: readonly { readonly action: string; readonly resource: string }[];
  readonly remedies: readonly ExplainedRemedy[];
  /** Whether everything named here was found to be allowed with all remedies in place, and not without any one of them. */
  readonly remediesVerified: boolean;
  /** What the call fails for with all remedies in place, though everything lets it through: `CODE: message`. */
  readonly failsThen?: string;
  /** The call in whose course it was denied, and why that could not be rehearsed: it may ask for more than the remedies allow. */
  readonly unrehearsed?: { readonly action: string; readonly why: string };
  /** Of a real account's call: what it was decided on and nobody recorded. The remedies help whatever it was. */
  readonly unrecorded?: readonly string[];
  /** Of a real account, or of a message whose call is not recorded: why nothing can be proposed, in words. */
  readonly open?: string;
  /** Where something stays denied: a change that may have helped, and that nobody of the account may make. */
  readonly unmade?: UnmadeChange;
  /** Of a real account: what was not read that decides. The remedies help if that allows the call, and them. */
  readonly provided?: readonly string[];
  /** The rehearsal was cut short at its budget: `plan`, `following` and `remedies` are what was found until then. */
  readonly isCutShort?: boolean;
  /** Who else may do what was denied with all remedies in place; absent where that is not known. */
  readonly gains?: readonly Gain[];
  /** The calls as CloudTrail has them. */
  readonly event?: CloudTrailEvent;
  readonly outerEvent?: CloudTrailEvent;
}

/** Of what nothing was found to help, or needs none. */
export const NO_REMEDIES = { following: [], remedies: [], remediesVerified: false } as const;
