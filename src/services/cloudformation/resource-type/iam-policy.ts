/**
 * An inline policy of some identities, and a policy of its own that is attached to some.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-policy.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html
 */
import type { Call } from '../../../invoke/context.ts';
import type { Policy } from '../../../shapes/generated/iam.ts';
import { type JsonObject, sameValue } from '../template/json.ts';
import { documentText, identityCalls } from './iam-identity.ts';
import { type Properties, strings } from './properties.ts';
import type { ResourceType } from './resource-type.ts';
import { updateSet } from './sets.ts';

const IDENTITIES: Properties = {
  Groups: { type: strings },
  Roles: { type: strings },
  Users: { type: strings },
};

const KINDS = { Groups: 'Group', Roles: 'Role', Users: 'User' } as const;

type IdentityCalls = ReturnType<typeof identityCalls>;

/** What is done for each identity that is new, and for each that is no longer there. */
async function updateIdentities(
  call: Call,
  from: JsonObject,
  to: JsonObject,
  add: (calls: IdentityCalls) => Promise<unknown>,
  remove: (calls: IdentityCalls) => Promise<unknown>,
): Promise<void> {
  for (const [member, kind] of Object.entries(KINDS)) {
    await updateSet(
      from[member],
      to[member],
      (name) => add(identityCalls(call, kind, name)),
      (name) => remove(identityCalls(call, kind, name)),
    );
  }
}

const nameOf = ({ PolicyName: name }: JsonObject) => name as string;

export const policy: ResourceType = {
  name: 'AWS::IAM::Policy',
  properties: {
    ...IDENTITIES,
    PolicyDocument: { type: 'PolicyDocument', required: true },
    PolicyName: { type: 'String', required: true },
  },
  attributes: ['Id'],
  conflict: ({ Groups = [], Roles = [], Users = [] }) =>
    [Groups, Roles, Users].every((each) => (each as readonly string[]).length === 0)
      ? 'At least one of [Groups,Roles,Users] must be non-empty.'
      : undefined,

  create: async (ctx, { PolicyName, PolicyDocument }) => ({
    physicalId: ctx.physicalName(128),
    made: { PolicyName: PolicyName as string, PolicyDocument: PolicyDocument as JsonObject },
  }),

  read: async (_context, { physicalId }) => ({ Id: physicalId }),

  async update({ call }, { properties: from }, to) {
    const put = (calls: IdentityCalls) => calls.putPolicy(nameOf(to), documentText(to.PolicyDocument));
    const remove = (calls: IdentityCalls) => calls.deletePolicy(nameOf(from));
    const isRenamed = nameOf(from) !== nameOf(to);
    const isSame = !isRenamed && sameValue(from.PolicyDocument, to.PolicyDocument);
    // A changed document is put everywhere, and one of another name stands in for that of the former.
    await updateIdentities(call, isSame ? from : {}, to, put, remove);
    if (!isSame) await updateIdentities(call, from, isRenamed ? {} : to, async () => {}, remove);
  },

  delete: ({ call }, { properties }) =>
    updateIdentities(
      call,
      properties,
      {},
      async () => {},
      (calls) => calls.deletePolicy(nameOf(properties)),
    ),
};

export const managedPolicy: ResourceType = {
  name: 'AWS::IAM::ManagedPolicy',
  nameProperty: 'ManagedPolicyName',
  properties: {
    ...IDENTITIES,
    Description: { type: 'String', change: 'replacement' },
    ManagedPolicyName: { type: 'String', change: 'replacement' },
    Path: { type: 'String', change: 'replacement' },
    PolicyDocument: { type: 'PolicyDocument', required: true },
  },
  attributes: [
    'AttachmentCount',
    'CreateDate',
    'DefaultVersionId',
    'IsAttachable',
    'PermissionsBoundaryUsageCount',
    'PolicyArn',
    'PolicyId',
    'UpdateDate',
  ],

  async create(ctx, { Groups: _groups, Roles: _roles, Users: _users, ...made }) {
    const { Description, Path = '/', ManagedPolicyName, PolicyDocument } = made;
    const PolicyName = (ManagedPolicyName as string) ?? ctx.physicalName(128);
    const arn = `arn:aws:iam::${ctx.account}:policy${Path}${PolicyName}`;
    const request = {
      PolicyName,
      Path: Path as string,
      Description: Description as string | undefined,
      PolicyDocument: documentText(PolicyDocument),
    };
    await ctx.call('iam', 'CreatePolicy', request);
    return { physicalId: arn, made };
  },

  async read({ call }, { physicalId }) {
    const { Policy: found } = await call('iam', 'GetPolicy', { PolicyArn: physicalId });
    const policy = found as Required<Policy>;
    return {
      AttachmentCount: policy.AttachmentCount,
      CreateDate: new Date(policy.CreateDate).toISOString(),
      DefaultVersionId: policy.DefaultVersionId,
      IsAttachable: policy.IsAttachable,
      PermissionsBoundaryUsageCount: policy.PermissionsBoundaryUsageCount,
      PolicyArn: physicalId,
      PolicyId: policy.PolicyId,
      UpdateDate: new Date(policy.UpdateDate).toISOString(),
    };
  },

  async update({ call }, { physicalId: PolicyArn, properties: from }, to) {
    if (!sameValue(from.PolicyDocument, to.PolicyDocument)) {
      await makeRoom(call, PolicyArn);
      await call('iam', 'CreatePolicyVersion', {
        PolicyArn,
        PolicyDocument: documentText(to.PolicyDocument),
        SetAsDefault: true,
      });
    }
    await updateIdentities(
      call,
      from,
      to,
      (calls) => calls.attach(PolicyArn),
      (calls) => calls.detach(PolicyArn),
    );
  },

  async delete({ call }, { physicalId: PolicyArn, properties }) {
    await updateIdentities(
      call,
      properties,
      {},
      async () => {},
      (calls) => calls.detach(PolicyArn),
    );
    for (const { VersionId, IsDefaultVersion } of await versionsOf(call, PolicyArn)) {
      if (!IsDefaultVersion)
        await call('iam', 'DeletePolicyVersion', { PolicyArn, VersionId: VersionId as string });
    }
    await call('iam', 'DeletePolicy', { PolicyArn });
  },
};

const MAX_VERSIONS = 5;

const versionsOf = async (call: Call, PolicyArn: string) =>
  (await call('iam', 'ListPolicyVersions', { PolicyArn })).Versions ?? [];

/** The oldest version goes where there is no room for another. */
async function makeRoom(call: Call, PolicyArn: string): Promise<void> {
  const versions = await versionsOf(call, PolicyArn);
  if (versions.length < MAX_VERSIONS) return;
  const number = ({ VersionId = '' }) => Number(VersionId.slice(1));
  const [oldest] = versions
    .filter(({ IsDefaultVersion }) => !IsDefaultVersion)
    .sort((a, b) => number(a) - number(b));
  if (oldest) await call('iam', 'DeletePolicyVersion', { PolicyArn, VersionId: oldest.VersionId as string });
}
