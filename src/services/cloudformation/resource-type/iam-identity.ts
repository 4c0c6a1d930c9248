/** What IAM's users, roles and groups have in common: inline policies, attached policies, tags. */
import type { Call } from '../../../invoke/context.ts';
import type { Json, JsonObject } from '../template/json.ts';
import { unlessGone } from './failure.ts';
import { type Properties, strings } from './properties.ts';
import { updateNamed, updateSet } from './sets.ts';

const INLINE_POLICY: Properties = {
  PolicyName: { type: 'String', required: true },
  PolicyDocument: { type: 'PolicyDocument', required: true },
};

export const IDENTITY_PROPERTIES: Properties = {
  ManagedPolicyArns: { type: strings },
  Policies: { type: { list: { object: INLINE_POLICY } } },
};

export const documentText = (document: Json | undefined): string => JSON.stringify(document);

/** The operations of one kind of identity, by its name. */
interface IdentityCalls {
  attach(arn: string): Promise<unknown>;
  detach(arn: string): Promise<unknown>;
  putPolicy(name: string, document: string): Promise<unknown>;
  deletePolicy(name: string): Promise<unknown>;
}

export function identityCalls(call: Call, kind: 'User' | 'Role' | 'Group', name: string): IdentityCalls {
  const policy = (PolicyName: string, PolicyDocument: string) => ({ PolicyName, PolicyDocument });
  const calls: Readonly<Record<typeof kind, IdentityCalls>> = {
    User: {
      attach: (PolicyArn) => call('iam', 'AttachUserPolicy', { UserName: name, PolicyArn }),
      detach: (PolicyArn) => call('iam', 'DetachUserPolicy', { UserName: name, PolicyArn }),
      putPolicy: (...given) => call('iam', 'PutUserPolicy', { UserName: name, ...policy(...given) }),
      deletePolicy: (PolicyName) => call('iam', 'DeleteUserPolicy', { UserName: name, PolicyName }),
    },
    Role: {
      attach: (PolicyArn) => call('iam', 'AttachRolePolicy', { RoleName: name, PolicyArn }),
      detach: (PolicyArn) => call('iam', 'DetachRolePolicy', { RoleName: name, PolicyArn }),
      putPolicy: (...given) => call('iam', 'PutRolePolicy', { RoleName: name, ...policy(...given) }),
      deletePolicy: (PolicyName) => call('iam', 'DeleteRolePolicy', { RoleName: name, PolicyName }),
    },
    Group: {
      attach: (PolicyArn) => call('iam', 'AttachGroupPolicy', { GroupName: name, PolicyArn }),
      detach: (PolicyArn) => call('iam', 'DetachGroupPolicy', { GroupName: name, PolicyArn }),
      putPolicy: (...given) => call('iam', 'PutGroupPolicy', { GroupName: name, ...policy(...given) }),
      deletePolicy: (PolicyName) => call('iam', 'DeleteGroupPolicy', { GroupName: name, PolicyName }),
    },
  };
  const { detach, deletePolicy, ...adding } = calls[kind];
  return {
    ...adding,
    detach: (arn) => unlessGone(detach(arn)),
    deletePolicy: (policyName) => unlessGone(deletePolicy(policyName)),
  };
}

export async function updatePolicies(calls: IdentityCalls, from: JsonObject, to: JsonObject): Promise<void> {
  await updateSet(from.ManagedPolicyArns, to.ManagedPolicyArns, calls.attach, calls.detach);
  await updateNamed(
    from.Policies,
    to.Policies,
    'PolicyName',
    ({ PolicyName, PolicyDocument }) => calls.putPolicy(PolicyName as string, documentText(PolicyDocument)),
    calls.deletePolicy,
  );
}
