/**
 * What AWS's own operations say of the things of a world, for whoever shows them. Nobody is denied and nothing is recorded:
 * to look at a world is no part of what happens in it.
 */
import { AwsError } from '../aws/aws-error.ts';
import type { Scope } from '../aws/scope.ts';
import type { Runtime } from '../invoke/runtime.ts';
import { readAsRoot } from '../rehearsal/reading.ts';
import { ControlError, objectOf, type Questions, type ScopeOf, stringOf } from './control-api.ts';

/** Read-only operations that answer with no secret: neither plaintext, nor passwords, nor user data. */
const SHOWN: Readonly<Record<string, readonly string[]>> = {
  autoscaling: ['DescribeAutoScalingGroups', 'DescribeScalingActivities'],
  cloudformation: ['DescribeStackEvents', 'DescribeStackResources', 'DescribeStacks'],
  ec2: ['DescribeImages', 'DescribeInstances', 'DescribeRegions', 'DescribeSnapshots', 'DescribeVolumes'],
  events: ['ListRules', 'ListTargetsByRule'],
  iam: [
    'GetPolicy',
    'GetPolicyVersion',
    'GetRole',
    'GetRolePolicy',
    'GetUserPolicy',
    'ListAttachedRolePolicies',
    'ListAttachedUserPolicies',
    'ListRolePolicies',
    'ListRoles',
    'ListUserPolicies',
    'ListUsers',
  ],
  kms: [
    'DescribeKey',
    'GetKeyLastUsage',
    'GetKeyPolicy',
    'GetKeyRotationStatus',
    'ListAliases',
    'ListGrants',
    'ListKeys',
    'ListResourceTags',
  ],
  organizations: [
    'DescribeOrganization',
    'DescribePolicy',
    'ListAccounts',
    'ListAccountsForParent',
    'ListOrganizationalUnitsForParent',
    'ListPoliciesForTarget',
    'ListRoots',
  ],
};

export function describe(runtime: Runtime, placeOf: ScopeOf): Questions {
  return {
    /** `calls`: each `service`, `operation` and `input`; the answers stand at the same places, as `output` or `error`. */
    async describe(body) {
      const { calls } = body;
      if (!Array.isArray(calls) || calls.length > MAX_CALLS) {
        throw new ControlError(`calls is a list of ${MAX_CALLS} calls at most`);
      }
      const answers: object[] = [];
      for (const call of calls)
        answers.push(await described(runtime, objectOf(call, 'a call'), placeOf(body)));
      return { answers };
    },
  };
}

const MAX_CALLS = 200;

async function described(
  runtime: Runtime,
  call: Readonly<Record<string, unknown>>,
  scope: Scope,
): Promise<object> {
  const [service = '', name = ''] = [stringOf(call, 'service'), stringOf(call, 'operation')];
  const isShown = Object.hasOwn(SHOWN, service) && SHOWN[service]?.includes(name);
  const operation = isShown ? runtime.registry.operation(service, name) : undefined;
  if (!operation) throw new ControlError(`${service}:${name} is not one of what is described here`);
  try {
    return { output: await readAsRoot(runtime, scope, operation, objectOf(call.input ?? {}, 'input')) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { error: { code: error.code, message: error.message } };
  }
}
