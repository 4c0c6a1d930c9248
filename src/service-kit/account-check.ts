/**
 * The check of an action that is about no resource in particular: policies allow it on `*` or not at all, and identity-based
 * ones alone decide (aws-facts A2.5). Condition keys of a service speak of its resources, so there are none but those handed over.
 */
import type { ResolveContext } from '../invoke/context.ts';
import type { ConditionValues, Found } from '../invoke/verdict.ts';

/** @param action `kms:ListKeys` */
export const accountCheck = (
  { account }: Pick<ResolveContext, 'account'>,
  action: string,
  conditions?: () => ConditionValues,
): Found<undefined> => ({ action, resource: '*', account, record: undefined, conditions });
