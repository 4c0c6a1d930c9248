/** The creation of member accounts, which goes on after the answer. */
import { recordedTime } from '../../../invoke/audit/recorded-time.ts';
import { recordServiceEvent } from '../../../invoke/audit/service-event.ts';
import type { EffectContext } from '../../../invoke/context.ts';
import { accountExists, ensureAccount } from '../../../invoke/identity/account.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import type { CreateAccountStatus } from '../../../shapes/generated/organizations.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { constraintViolation } from '../errors.ts';
import {
  defaultAttachments,
  type OrganizationRecord,
  organizationTable,
  type TagList,
} from '../organization/organization.ts';
import { organizations } from '../organizations.ts';

/** AWS's default; organizations that need more ask for it. */
export const MAX_ACCOUNTS = 10;
/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html */
const MAX_AT_ONCE = 5;

export interface AccountRequest {
  readonly organizationId: string;
  /** `car-…` */
  readonly requestId: string;
  readonly name: string;
  readonly email: string;
  readonly roleName: string;
  readonly tags: TagList;
  readonly state: 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED';
  readonly requestedAtMs: number;
  readonly completedAtMs?: number;
  readonly accountId?: string;
  readonly failureReason?: 'EMAIL_ALREADY_EXISTS' | 'ACCOUNT_LIMIT_EXCEEDED';
}

export const accountRequests = table<AccountRequest>()({
  name: 'organizations.account-requests',
  key: ({ organizationId, requestId }) => [organizationId, requestId],
});

/** Throws where as many accounts are being made as may be at a time. */
export async function requireCreatable(tx: ReadTransaction, organizationId: string): Promise<void> {
  const asked = await tx.list(accountRequests, { prefix: [organizationId] });
  if (asked.filter(({ state }) => state === 'IN_PROGRESS').length < MAX_AT_ONCE) return;
  throw constraintViolation(
    'You have exceeded the number of accounts that can be in progress at a time.',
    'ACCOUNT_CREATION_RATE_LIMIT_EXCEEDED',
  );
}

export const createAccountStep = workflowRef<{ organizationId: string; requestId: string }>(
  'organizations.account.create',
);

export const createAccountWorkflow = workflow(
  createAccountStep,
  organizations,
  async (_context, { organizationId, requestId }) =>
    async (context) => {
      const { tx, nowMs } = context;
      const request = await tx.get(accountRequests, [organizationId, requestId]);
      const organization = await tx.get(organizationTable, [organizationId]);
      if (!request || !organization) return;
      const failureReason = hindrance(organization, request);
      if (failureReason) {
        endRequest(context, organization, {
          ...request,
          state: 'FAILED',
          completedAtMs: nowMs,
          failureReason,
        });
        return;
      }
      const accountId = await newAccountId(context);
      const { entropy, ports } = context;
      await ensureAccount(tx, { entropy, sealer: ports.sealer, nowMs }, accountId);
      await ports.founding.foundAccount(context, {
        account: accountId,
        accessRoleName: request.roleName,
        managementAccount: organization.managementAccount,
      });
      tx.put(organizationTable, {
        ...organization,
        members: {
          ...organization.members,
          [accountId]: {
            name: request.name,
            email: request.email,
            parentId: organization.rootId,
            status: 'ACTIVE',
            joinedMethod: 'CREATED',
            joinedAtMs: nowMs,
            tags: request.tags,
          },
        },
        attachments: { ...organization.attachments, [accountId]: defaultAttachments(organization) },
      });
      endRequest(context, organization, { ...request, state: 'SUCCEEDED', completedAtMs: nowMs, accountId });
    },
);

/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_cloudtrail-integration.html */
function endRequest(
  context: EffectContext,
  { managementAccount: account }: OrganizationRecord,
  request: AccountRequest,
): void {
  context.tx.put(accountRequests, request);
  const { requestId: id, state, requestedAtMs, completedAtMs = 0, accountId, failureReason } = request;
  recordServiceEvent(context, {
    eventName: 'CreateAccountResult',
    eventSource: 'organizations.amazonaws.com',
    account,
    region: 'us-east-1',
    userIdentity: { accountId: account, invokedBy: 'AWS Internal' },
    from: 'AWS Internal',
    serviceEventDetails: {
      createAccountStatus: {
        id,
        state,
        accountName: '****',
        accountId,
        failureReason,
        requestedTimestamp: recordedTime(requestedAtMs),
        completedTimestamp: recordedTime(completedAtMs),
      },
    },
  });
}

function hindrance(
  { members }: OrganizationRecord,
  { email }: AccountRequest,
): AccountRequest['failureReason'] {
  const accounts = Object.values(members);
  if (accounts.some((member) => member.email.toLowerCase() === email.toLowerCase()))
    return 'EMAIL_ALREADY_EXISTS';
  return accounts.length >= MAX_ACCOUNTS ? 'ACCOUNT_LIMIT_EXCEEDED' : undefined;
}

async function newAccountId({ tx, entropy }: EffectContext): Promise<string> {
  for (;;) {
    const number = entropy.bytes(6).readUIntBE(0, 6) % 1_000_000_000_000;
    const accountId = String(number).padStart(12, '0');
    if (!(await accountExists(tx, accountId))) return accountId;
  }
}

export function shownRequest(request: AccountRequest): CreateAccountStatus {
  const { requestId, name, state, requestedAtMs, completedAtMs, accountId, failureReason } = request;
  return {
    Id: requestId,
    AccountName: name,
    State: state,
    RequestedTimestamp: requestedAtMs,
    ...(completedAtMs !== undefined && { CompletedTimestamp: completedAtMs }),
    ...(accountId !== undefined && { AccountId: accountId }),
    ...(failureReason !== undefined && { FailureReason: failureReason }),
  };
}
