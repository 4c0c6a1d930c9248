/** Sessions of roles: what AssumeRole and its kin have in common. */
import { parseArn } from '../../../aws/arn.ts';
import { recordedTime } from '../../../invoke/audit/recorded-time.ts';
import type { Identity, Session } from '../../../invoke/caller.ts';
import type { ExecuteContext, ResolveContext } from '../../../invoke/context.ts';
import { issueSession } from '../../../invoke/identity/session-token.ts';
import type { AssumableRole } from '../../../invoke/ports/ports.ts';
import { type Check, type ConditionValues, resolved } from '../../../invoke/verdict.ts';
import { resourceTagConditions } from '../../../service-kit/tag-conditions.ts';
import type { AssumedRoleUser, Credentials } from '../../../shapes/generated/sts.ts';
import { accessDenied, validationError } from '../sts.ts';
import type { SessionPolicies } from './session-policies.ts';
import type { SessionTags } from './session-tags.ts';
import { type TokenSize, tokenSize } from './token-size.ts';

/** A role session assuming a role gets an hour at most. */
const MAX_CHAINED_SECONDS = 3600;
const DEFAULT_SECONDS = 3600;

/** Checks of the actions on a role, by its trust policy and the caller's own policies. */
export async function roleChecks(
  { tx, ports }: ResolveContext,
  roleArn: string,
): Promise<(action: string, conditions: () => ConditionValues) => Check<AssumableRole>> {
  const account = accountOfRole(roleArn);
  const role = await ports.principals.role(tx, roleArn);
  return (action, conditions) =>
    resolved(
      {
        action,
        resource: roleArn,
        account,
        resourceRule: 'trust',
        resourcePolicy: role?.trustPolicy,
        beyondResourceControl: role?.serviceLinked,
        conditions: () => ({
          ...(role && resourceTagConditions(role.tags, 'iam:ResourceTag')),
          ...conditions(),
        }),
        // Whether a role exists is not disclosed: without a trust policy nobody is trusted, not even root.
      },
      role,
      () => accessDenied(`Not authorized to perform ${action}`),
    );
}

/** The account in a role's ARN, or STS's error for what is not one. */
export function accountOfRole(roleArn: string): string {
  const parsed = parseArn(roleArn);
  if (!parsed || parsed.resource === '') throw validationError(`${roleArn} is invalid`);
  if (parsed.service !== 'iam' || !parsed.resource.startsWith('role/') || !/^\d{12}$/.test(parsed.account)) {
    throw validationError('Request ARN is invalid');
  }
  return parsed.account;
}

/** How long the session lasts, or STS's error where that is longer than allowed. */
export function sessionSeconds(role: AssumableRole, requested: number | undefined, chained: boolean): number {
  if (chained && requested !== undefined && requested > MAX_CHAINED_SECONDS) {
    throw validationError(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  }
  if (requested !== undefined && requested > role.maxSessionDurationSeconds) {
    throw validationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
  return requested ?? DEFAULT_SECONDS;
}

export interface NewRoleSession {
  readonly role: AssumableRole;
  readonly sessionName: string;
  readonly seconds: number;
  readonly policies: SessionPolicies;
  readonly tags: SessionTags;
  readonly sourceIdentity?: string;
  readonly mfaAuthenticated: boolean;
  readonly federated?: Session['federated'];
  readonly minTokenSize?: number;
}

export interface RoleSessionAnswer extends TokenSize {
  readonly Credentials: Credentials;
  readonly AssumedRoleUser: AssumedRoleUser;
  readonly PackedPolicySize?: number;
  readonly SourceIdentity?: string;
}

export function startRoleSession(
  { entropy, nowMs, ports }: Pick<ExecuteContext, 'entropy' | 'nowMs' | 'ports'>,
  { role, sessionName, seconds, policies, tags, sourceIdentity, ...more }: NewRoleSession,
): RoleSessionAnswer {
  const { account } = role;
  const { mfaAuthenticated, federated, minTokenSize } = more;
  const arn = `arn:aws:sts::${account}:assumed-role/${role.name}/${sessionName}`;
  const id = `${role.id}:${sessionName}`;
  const identity: Omit<Identity, 'accessKeyId'> = {
    account,
    principal: {
      kind: 'role-session',
      account,
      arn,
      id,
      roleArn: role.arn,
      roleId: role.id,
      serviceLinked: role.serviceLinked,
    },
  };
  const expiresAtMs = wholeSecond(nowMs + seconds * 1000);
  const { policyArns, policyDocuments } = policies;
  const credentials = issueSession(
    { entropy, sealer: ports.sealer },
    {
      identity,
      session: {
        issuedAtMs: nowMs,
        mfaAuthenticated,
        policyArns,
        ...tags,
        sourceIdentity,
        issuer: {
          type: 'Role',
          principalId: role.id,
          arn: role.arn,
          accountId: account,
          userName: role.name,
        },
        federated,
      },
      policyDocuments,
      expiresAtMs,
      minTokenSize,
    },
  );
  const size = tokenSize(credentials);
  const isPassed = policyArns || policyDocuments || Object.keys(tags.tags).length > 0;
  return {
    Credentials: shownCredentials(credentials, expiresAtMs),
    AssumedRoleUser: { AssumedRoleId: id, Arn: arn },
    ...(isPassed && { PackedPolicySize: size.SessionTokenUtilization }),
    ...size,
    ...(sourceIdentity !== undefined && { SourceIdentity: sourceIdentity }),
  };
}

/** Expiration is given in whole seconds. */
export const wholeSecond = (atMs: number) => Math.floor(atMs / 1000) * 1000;

export function shownCredentials(
  { accessKeyId, secretAccessKey, sessionToken }: ReturnType<typeof issueSession>,
  expiresAtMs: number,
): Credentials {
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: expiresAtMs,
  };
}

/** What CloudTrail tells of an answer with credentials: neither secret nor token. */
export function recordedSession(answer: {
  readonly Credentials?: Credentials;
  readonly AssumedRoleUser?: AssumedRoleUser;
  readonly PackedPolicySize?: number;
  readonly SessionTokenSize?: number;
  readonly SessionTokenUtilization?: number;
  readonly SourceIdentity?: string;
}): object {
  const { Credentials, AssumedRoleUser, PackedPolicySize, SourceIdentity } = answer;
  return {
    ...(Credentials && {
      credentials: {
        accessKeyId: Credentials.AccessKeyId,
        expiration: recordedTime(Credentials.Expiration),
      },
    }),
    ...(AssumedRoleUser && {
      assumedRoleUser: { assumedRoleId: AssumedRoleUser.AssumedRoleId, arn: AssumedRoleUser.Arn },
    }),
    ...(PackedPolicySize !== undefined && { packedPolicySize: PackedPolicySize }),
    sessionTokenSize: answer.SessionTokenSize,
    sessionTokenUtilization: answer.SessionTokenUtilization,
    ...(SourceIdentity !== undefined && { sourceIdentity: SourceIdentity }),
  };
}
