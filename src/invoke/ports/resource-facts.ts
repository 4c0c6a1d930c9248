/**
 * For questions about calls that nobody makes: what a decision on a resource depends on beside the request. Services
 * implement it for the resources that they keep.
 */
import type { Scope } from '../../aws/scope.ts';
import type { NamedPolicy, PolicyGrant, PolicyPrincipal, ResourceRule } from '../../policy/decision.ts';
import type { Missing } from '../../policy/policy.ts';
import type { ReadTransaction } from '../../store/store.ts';
import type { ConditionValues } from '../verdict.ts';

export interface ResourceFacts {
  readonly arn: string;
  /** The account that owns it. */
  readonly account: string;
  readonly resourceRule: ResourceRule;
  readonly resourcePolicy?: NamedPolicy;
  /** All of them; who they are for is the evaluator's to ask. */
  readonly grants?: readonly PolicyGrant[];
  readonly unknownGrants?: Missing;
  readonly beyondResourceControl?: boolean;
  /** The condition keys that the resource itself gives. */
  readonly conditions: ConditionValues;
}

export interface ResourceFactsSource {
  /**
   * `name`: an ARN, or the id or alias by which the resource is called; `principal`: who asks, where that is known.
   * Undefined for what is not the service's.
   */
  resourceFacts(
    tx: ReadTransaction,
    scope: Scope,
    name: string,
    action: string,
    principal?: PolicyPrincipal,
  ): Promise<ResourceFacts | undefined>;
}
