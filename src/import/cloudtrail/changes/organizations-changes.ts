/** Changes of an organization: which policies are attached where, what they say, and where accounts are. */
import { asText } from '../../../aws/as-text.ts';
import { ATTACHED, type Change, EXISTENCE, members, type Reader, type Readers, text } from './change.ts';

export const organizationOwner = (id: string): string => `organization:${id}`;

const attached =
  (value: string | null): Reader =>
  ({ targetId, policyId }) => [
    {
      owner: organizationOwner(asText(targetId)),
      what: `attachment of ${policyId}`,
      value,
      // What is attached is not attached again, nor detached what is not.
      // https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html
      before: value === null ? ATTACHED : null,
    },
  ];

const placed = (id: unknown, parent: unknown): Change[] =>
  text(id) === undefined
    ? []
    : [{ owner: organizationOwner(asText(id)), what: 'parent', value: text(parent) }];

const ofRoot: Reader = ({ rootId, policyType }, { eventName }) => [
  {
    owner: organizationOwner(asText(rootId)),
    what: `policy type ${policyType}`,
    value: eventName === 'EnablePolicyType' ? ATTACHED : null,
  },
];

export const ORGANIZATIONS_CHANGES: Readers = {
  AttachPolicy: attached(ATTACHED),
  DetachPolicy: attached(null),
  UpdatePolicy: ({ policyId, content }) =>
    text(content) === undefined
      ? []
      : [{ owner: organizationOwner(asText(policyId)), what: 'content', value: text(content) }],
  CreatePolicy({ content, type }, { responseElements }) {
    const id = text(members(members(members(responseElements).policy).policySummary).id);
    if (id === undefined) return [];
    const owner = organizationOwner(id);
    return [
      { owner, what: EXISTENCE, value: text(type) ?? ATTACHED, isNew: true },
      { owner, what: 'content', value: text(content) },
    ];
  },
  DeletePolicy: ({ policyId }) => [
    { owner: organizationOwner(asText(policyId)), what: EXISTENCE, value: null, isEnd: true },
  ],
  CreateOrganizationalUnit({ parentId }, { responseElements }) {
    return placed(members(members(responseElements).organizationalUnit).id, parentId);
  },
  MoveAccount: ({ accountId, destinationParentId }) => placed(accountId, destinationParentId),
  EnablePolicyType: ofRoot,
  DisablePolicyType: ofRoot,
};
