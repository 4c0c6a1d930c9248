/**
 * Handshakes: invitations of accounts that exist to an organization. An invitation is open for fifteen days, and is
 * visible for thirty days after it ended.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_invites.html
 */
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Check, missingFor, resolved } from '../../../invoke/verdict.ts';
import { DAY_MS } from '../../../platform/durations.ts';
import type { Handshake, HandshakeFilter } from '../../../shapes/generated/organizations.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { noAccess, refusal } from '../errors.ts';
import {
  type MemberRecord,
  type OrganizationRecord,
  organizationOf,
  organizationTable,
  type TagList,
} from '../organization/organization.ts';
import { pageOf } from '../page.ts';

export type HandshakeState = 'OPEN' | 'ACCEPTED' | 'DECLINED' | 'CANCELED';

export interface HandshakeRecord {
  /** `h-…` */
  readonly handshakeId: string;
  readonly organizationId: string;
  readonly managementAccount: string;
  /** The account that is invited. */
  readonly account: string;
  readonly notes?: string;
  /** For the account, once it is a member. */
  readonly tags: TagList;
  readonly state: HandshakeState;
  readonly requestedAtMs: number;
  readonly expiresAtMs: number;
}

export const handshakes = table<HandshakeRecord>()({
  name: 'organizations.handshakes',
  key: ({ handshakeId }) => [handshakeId],
  indexes: {
    account: ({ account }) => [[account]],
    organization: ({ organizationId }) => [[organizationId]],
  },
});

export const OPEN_MS = 15 * DAY_MS;
const TOLD_MS = 30 * DAY_MS;

export const stateOf = ({ state, expiresAtMs }: HandshakeRecord, nowMs: number) =>
  state === 'OPEN' && nowMs >= expiresAtMs ? 'EXPIRED' : state;

const isVisible = (nowMs: number) => (handshake: HandshakeRecord) =>
  stateOf(handshake, nowMs) === 'OPEN' || nowMs < handshake.expiresAtMs + TOLD_MS;

/** Handshakes of an account or an organization, as the answer to a listing. */
export async function visibleHandshakes(
  tx: ReadTransaction,
  by: 'account' | 'organization',
  id: string,
  nowMs: number,
): Promise<HandshakeRecord[]> {
  return (await tx.find(handshakes, by, { prefix: [id] })).filter(isVisible(nowMs));
}

/** The check of an action on a handshake: one side may do it, or both. */
export async function handshakeCheck(
  { tx, account, nowMs }: ResolveContext,
  handshakeId: string,
  action: string,
  sides: readonly ('managementAccount' | 'account')[],
): Promise<Check<HandshakeRecord>> {
  const found = await tx.get(handshakes, [handshakeId]);
  const record = found && isVisible(nowMs)(found) ? found : undefined;
  const isParty = record && sides.some((side) => record[side] === account);
  const check = resolved(
    {
      action: `organizations:${action}`,
      resource: record
        ? arnOf(record)
        : `arn:aws:organizations::${account}:handshake/o-*/invite/${handshakeId}`,
      account: record?.managementAccount ?? account,
    },
    record,
    () => refusal('HandshakeNotFoundException'),
  );
  return missingFor(check, record && !isParty ? noAccess() : undefined);
}

/** The handshake in its new state, or the error where it is in that one or has ended. */
export function ended(
  handshake: HandshakeRecord,
  state: Exclude<HandshakeState, 'OPEN'>,
  nowMs: number,
): HandshakeRecord {
  const before = stateOf(handshake, nowMs);
  if (before === state) throw refusal('HandshakeAlreadyInStateException');
  if (before !== 'OPEN') throw refusal('InvalidHandshakeTransitionException');
  return { ...handshake, state };
}

const arnOf = ({ managementAccount, organizationId, handshakeId }: HandshakeRecord) =>
  `arn:aws:organizations::${managementAccount}:handshake/${organizationId}/invite/${handshakeId}`;

export async function shownHandshake(
  tx: ReadTransaction,
  handshake: HandshakeRecord,
  nowMs: number,
): Promise<Handshake> {
  const { handshakeId, organizationId, account, notes, requestedAtMs, expiresAtMs } = handshake;
  const organization = await tx.get(organizationTable, [organizationId]);
  return {
    Id: handshakeId,
    Arn: arnOf(handshake),
    Parties: [
      { Id: organizationId, Type: 'ORGANIZATION' },
      { Id: account, Type: 'ACCOUNT' },
    ],
    State: stateOf(handshake, nowMs),
    RequestedTimestamp: requestedAtMs,
    ExpirationTimestamp: expiresAtMs,
    Action: 'INVITE',
    Resources: [
      {
        Type: 'ORGANIZATION',
        Value: organizationId,
        ...(organization && { Resources: detailsOf(organization) }),
      },
      { Type: 'ACCOUNT', Value: account },
      ...(notes === undefined ? [] : [{ Type: 'NOTES', Value: notes }]),
    ],
  };
}

/** Invitations are the only handshakes here: a filter for another kind, or for what one led to, finds none. */
export async function handshakePage(
  tx: ReadTransaction,
  all: readonly HandshakeRecord[],
  input: {
    readonly Filter?: HandshakeFilter;
    readonly NextToken?: string;
    readonly MaxResults?: number;
  },
  nowMs: number,
) {
  const { ActionType = 'INVITE', ParentHandshakeId } = input.Filter ?? {};
  const found = ActionType === 'INVITE' && ParentHandshakeId === undefined ? all : [];
  const { items, NextToken } = pageOf(found, ({ handshakeId }) => handshakeId, input);
  const Handshakes: Handshake[] = [];
  for (const handshake of items) Handshakes.push(await shownHandshake(tx, handshake, nowMs));
  return { Handshakes, NextToken };
}

function detailsOf({ members, managementAccount }: OrganizationRecord) {
  const { email, name } = members[managementAccount] as MemberRecord;
  return [
    { Type: 'MASTER_EMAIL', Value: email },
    { Type: 'MASTER_NAME', Value: name },
    { Type: 'ORGANIZATION_FEATURE_SET', Value: 'ALL' },
  ];
}

export const isInOrganization = async (tx: ReadTransaction, account: string) =>
  (await organizationOf(tx, account)) !== undefined;
