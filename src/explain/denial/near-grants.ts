/** Grants that nearly allow a denied call: those whose grantee is, was, or contains the caller, each with what it lacks. */
import type { AccessRequest, GrantTerms } from '../../policy/decision.ts';
import { constraintHolds } from '../../policy/grants.ts';
import { granteeNames } from '../../policy/principals.ts';
import { UnknownReached } from '../../policy/unknown-reached.ts';
import type { KeyGrant } from '../../services/kms/index.ts';
import type { Names } from '../words/principal-names.ts';

export interface NearGrant {
  readonly grantId: string;
  readonly name?: string;
  /** `role app`, or an ARN. */
  readonly grantee: string;
  readonly issuingAccount: string;
  /** Why it does not allow the call. */
  readonly why: string;
}

/** The grants of the key are those of now: what was retired since the call is not there. */
export function nearGrants(grants: readonly KeyGrant[], request: AccessRequest, names: Names): NearGrant[] {
  const own = new Set(granteeNames(request.principal));
  return grants.flatMap((grant) => {
    const why = lacking(grant, request, own, names);
    if (why === undefined) return [];
    const { grantId, name, issuingAccount } = grant;
    return [{ grantId, name, grantee: names.of(grant.grantee), issuingAccount, why }];
  });
}

function lacking(
  grant: KeyGrant,
  request: AccessRequest,
  own: ReadonlySet<string>,
  names: Names,
): string | undefined {
  const { principal, action } = request;
  const caller =
    principal.kind === 'role-session' ? principal.roleArn : 'arn' in principal ? principal.arn : '';
  const former = names.former(grant.grantee);
  if (former && former.arn === caller && caller) {
    return `its grantee is ${former.id}, which had the caller's name until it was deleted${former.deletedAt ? ` at ${former.deletedAt}` : ''}; today's is a different principal. Make the grant again`;
  }
  if (!own.has(grant.grantee)) return ofOtherSession(grant, principal);
  if (!grant.actions.includes(action)) {
    return `it allows ${grant.actions.map(operationName).join(', ')}, not ${operationName(action)}`;
  }
  const constraint = constraintGap(grant, request);
  if (constraint !== undefined) return constraint;
  const account = 'account' in principal ? principal.account : undefined;
  if (account !== undefined && account !== request.resourceAccount && grant.issuingAccount !== account) {
    return `it was issued by account ${grant.issuingAccount}, so the caller's own account ${account} must allow the call as well, by a policy of the caller or by a grant that it issues itself`;
  }
  if (grant.grantee !== caller && (grant.grantee.endsWith(':root') || grant.grantee === account)) {
    return "its grantee is the account, so the caller's own policies must allow the call as well";
  }
  return 'it fits now; at the time of the call it did not exist, or was not in effect yet';
}

/** A role has a session of its own for each that assumes it. */
function ofOtherSession({ grantee }: KeyGrant, principal: AccessRequest['principal']): string | undefined {
  if (principal.kind !== 'role-session') return undefined;
  const { arn, id, roleArn, roleId } = principal;
  const [own = ''] = /.*\//.exec(arn) ?? [];
  const isOfRole = grantee.startsWith(`${roleId}:`) || (own !== '' && grantee.startsWith(own));
  return isOfRole
    ? `its grantee is the session ${grantee.split(/[:/]/).at(-1)} of the same role, and this is ${id.split(':')[1]}. Make it for the role: ${roleArn}`
    : undefined;
}

function constraintGap(grant: KeyGrant, request: AccessRequest): string | undefined {
  try {
    return constraintHolds(grant, request) ? undefined : constraintReason(grant, request);
  } catch (error) {
    if (!(error instanceof UnknownReached)) throw error;
    return `whether its constraint holds is not known: ${error.missing.why}`;
  }
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/create-grant-overview.html#grant-creategrant */
function wider(grant: KeyGrant, child: GrantTerms): string {
  const more = child.actions.filter((action) => !grant.actions.includes(action));
  const why =
    more.length > 0
      ? `it has ${more.map(operationName).join(', ')}, which this one does not have`
      : 'it lacks the constraint of this one, or has another';
  return `the grant that was asked for is wider than this one: ${why}`;
}

const operationName = (action: string) => action.replace('kms:', '');

function constraintReason(grant: KeyGrant, request: AccessRequest): string {
  if (request.action === 'kms:CreateGrant') {
    // CloudTrail records no parameters of a denied call.
    return request.childGrant
      ? wider(grant, request.childGrant)
      : 'the terms of the grant that was asked for are not recorded; this one allows no wider one';
  }
  const { encryptionContextEquals: equals, encryptionContextSubset: subset } = grant;
  const wanted = Object.entries(equals ?? subset ?? {});
  const keys = request.condition('kms:encryptioncontextkeys') ?? [];
  const had = keys.map(
    (key) => `${key}=${request.condition(`kms:encryptioncontext:${key.toLowerCase()}`)?.[0] ?? ''}`,
  );
  const asks = wanted.map(([key, value]) => `${key}=${value}`).join(', ');
  const sameButCase = wanted.some(([key]) =>
    keys.some((other) => other !== key && other.toLowerCase() === key.toLowerCase()),
  );
  const context = had.length > 0 ? `the call has ${had.join(', ')}` : 'the call has none';
  return `its constraint requires the encryption context ${equals ? 'to be exactly' : 'to have'} ${asks}: ${context}${sameButCase ? '; the keys differ in case, and the encryption context is case-sensitive' : ''}`;
}
