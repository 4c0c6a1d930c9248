/**
 * What a recorded event changed: whose policy, grant or attachment, and what it was from then on. By these the policies of an
 * earlier time are put together.
 */
import type { KeptEvent } from './use.ts';

/** The value of what is there and has no document: an attachment. */
export const ATTACHED = 'attached';

export interface RecordedChange {
  /** A key's or managed policy's ARN, `111122223333:user/john`, or an id of the organization: `organization:ou-…`. */
  readonly owner: string;
  /** What of it: `inline policy p`, `key policy`. Undefined where its earlier state is not put together again: tags, aliases. */
  readonly what?: string;
  /** A document, an ARN, `attached`; null from when it is gone. Undefined where the event does not say. */
  readonly value?: string | null;
  /** What it was before, where the call could not have succeeded else: only what is attached is detached. */
  readonly before?: string | null;
  /** It was made by this: nothing was attached to it before. */
  readonly isNew?: true;
  readonly event: KeptEvent;
}

type Parameters = Readonly<Record<string, unknown>>;
type Change = Omit<RecordedChange, 'event'>;
type Reader = (parameters: Parameters, event: KeptEvent) => Change | undefined;

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export const identityOwner = (account: string, noun: string, name: string): string =>
  `${account}:${noun}/${name}`;
export const organizationOwner = (id: string): string => `organization:${id}`;

/** Of users, roles and groups alike. */
function identityReaders(noun: 'User' | 'Role' | 'Group'): Record<string, Reader> {
  const member = `${noun.toLowerCase()}Name`;
  const of =
    (change: (parameters: Parameters) => Omit<Change, 'owner'>): Reader =>
    (parameters, { recipientAccountId = '' }) => {
      const name = text(parameters[member]);
      const owner = name && identityOwner(recipientAccountId, noun.toLowerCase(), name);
      return owner ? { owner, ...change(parameters) } : undefined;
    };
  const inline = (value: (parameters: Parameters) => string | null | undefined): Reader =>
    of((parameters) => ({ what: `inline policy ${parameters.policyName}`, value: value(parameters) }));
  const attachment = (parameters: Parameters) => `attachment of ${parameters.policyArn}`;
  return {
    [`Put${noun}Policy`]: inline(({ policyDocument }) => text(policyDocument)),
    [`Delete${noun}Policy`]: inline(() => null),
    [`Attach${noun}Policy`]: of((parameters) => ({ what: attachment(parameters), value: ATTACHED })),
    [`Detach${noun}Policy`]: of((parameters) => ({
      what: attachment(parameters),
      value: null,
      before: ATTACHED,
    })),
    [`Put${noun}PermissionsBoundary`]: of(({ permissionsBoundary }) => ({
      what: 'permissions boundary',
      value: text(permissionsBoundary),
    })),
    [`Delete${noun}PermissionsBoundary`]: of(() => ({ what: 'permissions boundary', value: null })),
    [`Create${noun}`]: of(({ permissionsBoundary }) => ({
      what: 'permissions boundary',
      value: text(permissionsBoundary) ?? null,
      isNew: true,
    })),
    [`Delete${noun}`]: of(() => ({})),
    [`Tag${noun}`]: of(() => ({})),
    [`Untag${noun}`]: of(() => ({})),
  };
}

const membership =
  (value: string | null): Reader =>
  ({ userName, groupName }, { recipientAccountId = '' }) => ({
    owner: identityOwner(recipientAccountId, 'user', String(userName)),
    what: `membership of ${groupName}`,
    value,
  });

/** From then on the default version. */
const policyDocument: Reader = ({ policyArn, policyDocument: document, setAsDefault }) =>
  text(policyArn) === undefined || setAsDefault === false
    ? undefined
    : { owner: String(policyArn), what: 'default version', value: text(document) };

const onOrganization =
  (value: string | null): Reader =>
  ({ targetId, policyId }) => ({
    owner: organizationOwner(String(targetId)),
    what: `attachment of ${policyId}`,
    value,
    // What is attached is not attached again, nor detached what is not.
    // https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html
    before: value === null ? ATTACHED : null,
  });

/** The key's ARN, which the record of a call on a key always names. */
export function keyOf({ resources, requestParameters }: KeptEvent): string | undefined {
  const named = (resources ?? []).map(({ ARN, arn }) => ARN ?? arn).find((arn) => arn?.includes(':key/'));
  const given = text(requestParameters?.keyId) ?? text(requestParameters?.targetKeyId);
  return named ?? (given?.startsWith('arn:') ? given : undefined);
}

const ofKey =
  (change: (parameters: Parameters, event: KeptEvent) => Omit<Change, 'owner'>): Reader =>
  (parameters, event) => {
    const owner = keyOf(event);
    return owner === undefined ? undefined : { owner, ...change(parameters, event) };
  };

const grantName = (id: unknown): string => `grant ${id}`;

const endOfGrant = ofKey(({ grantId }, { additionalEventData }) => {
  const id = text(grantId) ?? text((additionalEventData as Parameters | undefined)?.grantId);
  return id === undefined ? {} : { what: grantName(id), value: null };
});

const READERS: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  'iam.amazonaws.com': {
    ...identityReaders('User'),
    ...identityReaders('Role'),
    ...identityReaders('Group'),
    AddUserToGroup: membership(ATTACHED),
    RemoveUserFromGroup: membership(null),
    CreatePolicy: (parameters, { responseElements }) => {
      const { arn } = Object((responseElements as Parameters | undefined)?.policy) as Parameters;
      return text(arn) === undefined
        ? undefined
        : { owner: String(arn), what: 'default version', value: text(parameters.policyDocument) };
    },
    CreatePolicyVersion: (parameters, event) =>
      parameters.setAsDefault === true ? policyDocument(parameters, event) : undefined,
    // Which document that was is the versions' to say.
    SetDefaultPolicyVersion: (parameters, event) =>
      policyDocument({ policyArn: parameters.policyArn }, event),
    UpdateAssumeRolePolicy: ({ roleName, policyDocument: document }, { recipientAccountId = '' }) => ({
      owner: identityOwner(recipientAccountId, 'role', String(roleName)),
      what: 'trust policy',
      value: text(document),
    }),
  },
  'kms.amazonaws.com': {
    PutKeyPolicy: ofKey(({ policy }) => ({ what: 'key policy', value: text(policy) })),
    CreateKey: ofKey(({ policy }) => ({ what: 'key policy', value: text(policy), isNew: true })),
    CreateGrant: ofKey((parameters, { responseElements, userIdentity }) => {
      const { grantId } = Object(responseElements) as Parameters;
      if (text(grantId) === undefined) return {};
      const issuingAccount = userIdentity?.accountId;
      return {
        what: grantName(grantId),
        value: JSON.stringify({ ...parameters, issuingAccount }),
        before: null,
      };
    }),
    RevokeGrant: endOfGrant,
    RetireGrant: endOfGrant,
    ...Object.fromEntries(
      ['EnableKey', 'DisableKey', 'ScheduleKeyDeletion', 'CancelKeyDeletion', 'TagResource', 'UntagResource']
        .concat('CreateAlias', 'UpdateAlias', 'DeleteAlias')
        .map((name) => [name, ofKey(() => ({}))]),
    ),
  },
  'organizations.amazonaws.com': {
    AttachPolicy: onOrganization(ATTACHED),
    DetachPolicy: onOrganization(null),
    UpdatePolicy: ({ policyId, content }) => ({
      owner: organizationOwner(String(policyId)),
      what: 'content',
      value: text(content),
    }),
    CreatePolicy: ({ content }, { responseElements }) => {
      const { policySummary } = Object(Object(responseElements).policy) as {
        policySummary?: { id?: string };
      };
      return policySummary?.id === undefined
        ? undefined
        : { owner: organizationOwner(policySummary.id), what: 'content', value: text(content) };
    },
    MoveAccount: ({ accountId }) => ({ owner: organizationOwner(String(accountId)) }),
    EnablePolicyType: ({ rootId }) => ({ owner: organizationOwner(String(rootId)) }),
    DisablePolicyType: ({ rootId }) => ({ owner: organizationOwner(String(rootId)) }),
  },
};

/** Undefined for what changes nothing that a decision rests on, or failed. */
export function recordedChange(event: KeptEvent): RecordedChange | undefined {
  const { eventSource = '', eventName = '', errorCode, requestParameters } = event;
  const readers = READERS[eventSource];
  if (errorCode || !readers || !Object.hasOwn(readers, eventName)) return undefined;
  const change = readers[eventName]?.(requestParameters ?? {}, event);
  return change && { ...change, event };
}

/** `111122223333:user/john`, of a user's or role's ARN. */
export function ownerOfIdentity(arn: string): string | undefined {
  const [, account, noun] = /^arn:[^:]*:iam::(\d{12}):(user|role)\//.exec(arn) ?? [];
  return account && noun && identityOwner(account, noun, arn.slice(arn.lastIndexOf('/') + 1));
}
