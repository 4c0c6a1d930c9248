/** A recorded call as the evaluator is asked about it. */
import { MANY, type Use } from '../../import/cloudtrail/use.ts';
import { conditionLookup } from '../../invoke/condition-lookup.ts';
import type { ConditionValues } from '../../invoke/verdict.ts';
import type { AccessRequest } from '../../policy/decision.ts';
import type { Missing } from '../../policy/policy.ts';
import { UnknownReached } from '../../policy/unknown-reached.ts';
import { recordedGrant } from './recorded-conditions.ts';

/** Of what is not known, asking throws. The grant that was asked for matters only to grants that lend CreateGrant; where it is not recorded it is unknown. */
export function requestOf(
  use: Use,
  {
    about,
    ...rest
  }: Pick<AccessRequest, 'principal' | 'action' | 'resourceAccount'> & { readonly about: string | undefined },
  conditions: () => ConditionValues,
): AccessRequest {
  const condition = conditionLookup(conditions);
  if (about === undefined) {
    const name = `the resource of ${rest.action}`;
    const missing: Missing = { kind: 'condition key', name, why: 'what was called is counted, not on what' };
    return {
      ...rest,
      condition,
      get resource(): never {
        throw new UnknownReached(missing);
      },
    };
  }
  const asked = { ...rest, resource: about };
  if (asked.action !== 'kms:CreateGrant') return { ...asked, condition };
  const grant = recordedGrant(use);
  if (!grant || use.grant.includes(MANY)) {
    const missing: Missing = {
      kind: 'condition key',
      name: 'the grant that was asked for',
      why: 'it differs from call to call, or is not recorded',
    };
    return {
      ...asked,
      condition,
      get childGrant(): never {
        throw new UnknownReached(missing);
      },
    };
  }
  const actions = (grant.operations ?? []).map((operation) => `kms:${operation}`);
  return { ...asked, condition, childGrant: { actions, ...grant.constraints } };
}
