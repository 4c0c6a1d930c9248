/**
 * A check is a question (may this caller do this action on this resource?), a verdict the answer yes. What a
 * check resolved (a key record, a volume) is reached only through its verdict, and the functions that give out
 * key material or change records take a verdict, so an unauthorized path to them does not type-check.
 */
import type { AwsError } from '../aws/aws-error.ts';
import type { Decision, GrantTerms, NamedPolicy, PolicyGrant, ResourceRule } from '../policy/decision.ts';
import type { Missing } from '../policy/policy.ts';

export type ConditionValue = string | number | boolean | readonly string[] | Missing | undefined;
/**
 * Condition keys by their documented names; undefined values are absent keys. One that ends with `*` stands for every key
 * that begins so and is not named: `aws:ResourceTag/*`, where tags are not known.
 */
export type ConditionValues = Readonly<Record<string, ConditionValue>>;

/** What is asked: may the caller do this action on this resource? */
export interface Question {
  /** IAM action, e.g. `kms:CreateGrant`. */
  readonly action: string;
  /** ARN of the resource, or `*`. */
  readonly resource: string;
  /** Account that owns the resource. */
  readonly account: string;
  /** The service's own condition keys for this resource, computed only when a policy mentions one. */
  readonly conditions?: () => ConditionValues;
  /** The call is recorded in the owner's CloudTrail too, as the use of a shared snapshot is. */
  readonly recordedForOwner?: boolean;
  /** How the resource's own policy takes part; `none` when absent. */
  readonly resourceRule?: ResourceRule;
  readonly resourcePolicy?: NamedPolicy;
  readonly grants?: readonly PolicyGrant[];
  /** Set where the grants on the key are not known. */
  readonly unknownGrants?: Missing;
  /** AWS managed keys and service-linked roles: no resource control policy reaches them. */
  readonly beyondResourceControl?: boolean;
  /** For kms:CreateGrant: the grant to be made. */
  readonly childGrant?: GrantTerms;
  /** The resource as a denial names it, where that is not its ARN (aws-facts A7.1). */
  readonly deniedAs?: string;
}

export interface Found<R> extends Question {
  readonly record: R;
  readonly missing?: undefined;
}

/** The resource does not exist. The caller learns of it only once authorization on its name has passed. */
interface NotFound extends Question {
  readonly record?: undefined;
  readonly missing: AwsError;
}

export type Check<R> = Found<R> | NotFound;

/** For what must be there. */
export const resolved = <R>(question: Question, record: R | undefined, missing: () => AwsError): Check<R> =>
  record === undefined ? { ...question, missing: missing() } : { ...question, record };

/** As if the resource were missing, where there is a reason to say so. */
export const missingFor = <R>(check: Check<R>, reason: AwsError | undefined): Check<R> =>
  reason ? { ...check, record: undefined, missing: reason } : check;

/** For what may be there or not. */
export const optional = <R>(check: Check<R>): Found<R | undefined> => ({
  ...check,
  record: check.record,
  missing: undefined,
});

/** The check for something about to be made: there is no record yet, but a plan, which only the verdict gives out. */
export type CreationCheck<P> = (Found<null> & { readonly plan: P }) | NotFound;

/** For what is made of something else that must be there. */
export const plannedFor = <P>(
  create: Found<null>,
  plan: P | undefined,
  missing: () => AwsError,
): CreationCheck<P> =>
  plan === undefined ? { ...create, record: undefined, missing: missing() } : { ...create, plan };

// biome-ignore lint/suspicious/noExplicitAny: any record type, each kept by inference where a check is made
export type Checks = Readonly<Record<string, Check<any> | readonly Check<any>[] | undefined>>;

declare const issued: unique symbol;

export interface Verdict<R> {
  readonly [issued]: true;
  readonly action: string;
  readonly resource: string;
  readonly account: string;
  readonly record: R;
  /** What allowed it: CreateGrant's child rule asks whether it was a grant. */
  readonly decision: Decision & { readonly allowed: true };
}

export interface CreationVerdict<P> extends Verdict<null> {
  readonly plan: P;
}

export type Verdicts<C extends Checks> = {
  readonly [K in keyof C]: C[K] extends CreationCheck<infer P>
    ? CreationVerdict<P>
    : C[K] extends Check<infer R>
      ? Verdict<R>
      : C[K] extends readonly Check<infer R>[]
        ? readonly Verdict<R>[]
        : C[K] extends Check<infer R> | undefined
          ? Verdict<R> | undefined
          : never;
};

/** Issued by `authorize.ts` only. */
export function issueVerdict<R>(check: Found<R>, decision: Decision & { allowed: true }): Verdict<R> {
  const { action, resource, account, record } = check;
  const plan = 'plan' in check ? check.plan : undefined;
  return { action, resource, account, record, plan, decision } as unknown as Verdict<R>;
}
