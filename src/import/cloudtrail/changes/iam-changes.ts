/** Changes of users, roles, groups, managed policies, instance profiles and OIDC providers. */
import { asText } from '../../../aws/as-text.ts';
import {
  ATTACHED,
  type Change,
  EXISTENCE,
  members,
  type Parameters,
  type Part,
  partsOf,
  type Reader,
  type Readers,
  tagged,
  text,
  untagged,
} from './change.ts';

export const identityOwner = (account: string, noun: string, name: string): string =>
  `${account}:${noun}/${name}`;

/** `111122223333:user/john`, of a user's or role's ARN. */
export function ownerOfIdentity(arn: string): string | undefined {
  const [, account, noun] = /^arn:[^:]*:iam::(\d{12}):(user|role)\//.exec(arn) ?? [];
  return account && noun && identityOwner(account, noun, arn.slice(arn.lastIndexOf('/') + 1));
}

const TAG = ['key', 'value'] as const;

/** Of something that its name tells apart in its account. */
const named =
  (noun: string, member: string, parts: (parameters: Parameters) => readonly Part[]): Readers[string] =>
  (parameters, { recipientAccountId = '' }) => {
    const name = text(parameters[member]);
    if (name === undefined) return [];
    const owner = identityOwner(recipientAccountId, noun, name);
    return partsOf(owner, parts(parameters));
  };

const attachment = ({ policyArn }: Parameters) => `attachment of ${policyArn}`;
const inline = ({ policyName }: Parameters) => `inline policy ${policyName}`;
const tagParts = (parameters: Parameters): Part[] => tagged(parameters.tags, TAG);
const untagParts = (parameters: Parameters): Part[] => untagged(parameters.tagKeys);
const END: readonly Part[] = [{ what: EXISTENCE, value: null, isEnd: true }];

/** Of users, roles and groups alike. */
function identityReaders(noun: 'User' | 'Role' | 'Group'): Readers {
  const of = (parts: (parameters: Parameters) => readonly Part[]) =>
    named(noun.toLowerCase(), `${noun.toLowerCase()}Name`, parts);
  const boundary = (value: string | null | undefined): Part => ({ what: 'permissions boundary', value });
  return {
    [`Put${noun}Policy`]: of((parameters) => [
      { what: inline(parameters), value: text(parameters.policyDocument) },
    ]),
    [`Delete${noun}Policy`]: of((parameters) => [{ what: inline(parameters), value: null }]),
    [`Attach${noun}Policy`]: of((parameters) => [{ what: attachment(parameters), value: ATTACHED }]),
    [`Detach${noun}Policy`]: of((parameters) => [
      { what: attachment(parameters), value: null, before: ATTACHED },
    ]),
    [`Put${noun}PermissionsBoundary`]: of(({ permissionsBoundary }) => [boundary(text(permissionsBoundary))]),
    [`Delete${noun}PermissionsBoundary`]: of(() => [boundary(null)]),
    [`Create${noun}`]: of((parameters) => [
      { what: EXISTENCE, value: ATTACHED, isNew: true },
      boundary(text(parameters.permissionsBoundary) ?? null),
      ...(noun === 'Role' ? [trust(parameters.assumeRolePolicyDocument)] : []),
      ...tagParts(parameters),
    ]),
    [`Delete${noun}`]: of(() => END),
    [`Tag${noun}`]: of(tagParts),
    [`Untag${noun}`]: of(untagParts),
  };
}

const trust = (document: unknown): Part => ({ what: 'trust policy', value: text(document) });

const membership =
  (value: string | null): Readers[string] =>
  ({ userName, groupName }, { recipientAccountId = '' }) => [
    {
      owner: identityOwner(recipientAccountId, 'user', asText(userName)),
      what: `membership of ${groupName}`,
      value,
    },
  ];

/** By another name, and what it was is not known under the new one. */
const renamed =
  (noun: string, member: string, newName: string): Readers[string] =>
  (parameters, event) =>
    text(parameters[newName]) === undefined ? [] : named(noun, member, () => END)(parameters, event);

/** A version's document, and from then on the default one. */
function version(owner: string, versionId: unknown, document: unknown, isDefault: boolean): Change[] {
  const value = text(document);
  return [
    { owner, what: `version ${versionId}`, value },
    ...(isDefault ? [{ owner, what: 'default version', value }] : []),
  ];
}

const POLICIES: Readers = {
  CreatePolicy(parameters, { responseElements }) {
    const owner = text(members(members(responseElements).policy).arn);
    if (owner === undefined) return [];
    const made = { owner, what: EXISTENCE, value: ATTACHED, isNew: true } as const;
    return [made, ...version(owner, 'v1', parameters.policyDocument, true)];
  },
  CreatePolicyVersion({ policyArn, policyDocument, setAsDefault }, { responseElements }) {
    const { versionId } = members(members(responseElements).policyVersion);
    return text(policyArn) === undefined
      ? []
      : version(asText(policyArn), versionId, policyDocument, setAsDefault === true);
  },
  // Which document that is, is for whoever knows the versions to say.
  SetDefaultPolicyVersion: ({ policyArn, versionId }) =>
    text(policyArn) === undefined
      ? []
      : [
          { owner: asText(policyArn), what: 'default version' },
          { owner: asText(policyArn), what: DEFAULT_VERSION_ID, value: text(versionId) },
        ],
  DeletePolicy: ({ policyArn }) => (text(policyArn) === undefined ? [] : partsOf(asText(policyArn), END)),
};

const provider =
  (parts: (parameters: Parameters) => readonly Part[]): Reader =>
  (parameters) => {
    const owner = text(parameters.openIDConnectProviderArn);
    return owner === undefined ? [] : partsOf(owner, parts(parameters));
  };

const texts = (list: unknown): unknown[] => (Array.isArray(list) ? list : []);

export const THUMBPRINTS = 'thumbprints';
export const CLIENT = 'client ';

const PROVIDERS: Readers = {
  CreateOpenIDConnectProvider({ clientIDList, thumbprintList }, { responseElements }) {
    const owner = text(members(responseElements).openIDConnectProviderArn);
    if (owner === undefined) return [];
    return [
      { owner, what: EXISTENCE, value: ATTACHED, isNew: true },
      ...texts(clientIDList).map((id) => ({ owner, what: `${CLIENT}${id}`, value: ATTACHED })),
      { owner, what: THUMBPRINTS, value: JSON.stringify(texts(thumbprintList)) },
    ];
  },
  DeleteOpenIDConnectProvider: provider(() => END),
  AddClientIDToOpenIDConnectProvider: provider(({ clientID }) => [
    { what: `${CLIENT}${clientID}`, value: ATTACHED },
  ]),
  RemoveClientIDFromOpenIDConnectProvider: provider(({ clientID }) => [
    { what: `${CLIENT}${clientID}`, value: null },
  ]),
  UpdateOpenIDConnectProviderThumbprint: provider(({ thumbprintList }) => [
    { what: THUMBPRINTS, value: JSON.stringify(texts(thumbprintList)) },
  ]),
};

/** Which of its versions a policy was switched to. */
export const DEFAULT_VERSION_ID = 'default version id';

const profile = (parts: (parameters: Parameters) => readonly Part[]) =>
  named('instance-profile', 'instanceProfileName', parts);

export const IAM_CHANGES: Readers = {
  ...identityReaders('User'),
  ...identityReaders('Role'),
  ...identityReaders('Group'),
  ...POLICIES,
  AddUserToGroup: membership(ATTACHED),
  RemoveUserFromGroup: membership(null),
  UpdateUser: renamed('user', 'userName', 'newUserName'),
  UpdateGroup: renamed('group', 'groupName', 'newGroupName'),
  UpdateAssumeRolePolicy: named('role', 'roleName', ({ policyDocument }) => [trust(policyDocument)]),
  // AWS attaches its policy without a word about it, so not all of the role is known.
  CreateServiceLinkedRole: (_parameters, { responseElements, recipientAccountId = '' }) => {
    const name = text(members(members(responseElements).role).roleName);
    return name === undefined
      ? []
      : [{ owner: identityOwner(recipientAccountId, 'role', name), what: EXISTENCE, value: ATTACHED }];
  },
  ...PROVIDERS,
  CreateInstanceProfile: profile(() => [{ what: EXISTENCE, value: ATTACHED, isNew: true }]),
  DeleteInstanceProfile: profile(() => END),
  AddRoleToInstanceProfile: profile(({ roleName }) => [{ what: 'role', value: text(roleName) }]),
  RemoveRoleFromInstanceProfile: profile(() => [{ what: 'role', value: null }]),
};
