/** A denial in one or two sentences. Each is said only where it is so. */
import type { AccessRequest, PolicyInputs } from '../../policy/decision.ts';
import type { Missing } from '../../policy/policy.ts';
import { canCarryPolicies, isOfOthersKey, needsForeignGrant } from '../remedies/foreign-grant.ts';
import { capital } from '../words/names.ts';
import { resourcePolicyForm } from '../words/resource-policy.ts';
import type { ExplainedCheck, ExplainedPolicy, ExplainedStatement } from './explanation.ts';

type Check = Omit<ExplainedCheck, 'summary'>;

export function denialSummary(
  check: Check,
  inputs: PolicyInputs,
  request: AccessRequest,
  isOfferedByGrant: boolean,
): string {
  if (check.verdict === 'explicit-deny') return explicitDeny(check);
  switch (check.policyType) {
    case 'identity-based policy':
      return identityLacks(check, inputs, request, isOfferedByGrant);
    case 'resource-based policy':
      if (isOfOthersKey(request)) return beyondReach(check);
      return inputs.resourceRule === 'kms'
        ? keyPolicyLacks(check, request)
        : resourcePolicyLacks(check, inputs, request);
    case 'role trust policy':
      return `The trust policy of ${check.resourceName} does not let ${check.principal.who} ${TRUSTED_WITH[check.action] ?? 'assume it'}${nearest(check, 'role trust policy')}.`;
    case 'service control policy':
    case 'resource control policy':
      return `No ${check.policyType} ${levelWithout(check)} allows ${check.action}, and what one level does not allow is denied${nearest(check, check.policyType)}.`;
    default:
      return `The ${check.policyType} does not allow ${check.action}, and what it does not allow is denied, whatever other policies allow${nearest(check, check.policyType)}.`;
  }
}

/** Whoever may assume a role may do these at it only where its trust policy says so. */
const TRUSTED_WITH: Readonly<Record<string, string>> = {
  'sts:SetSourceIdentity': 'give its sessions a source identity',
  'sts:TagSession': 'give its sessions tags',
};

/** Of a call that AWS denied, and that nothing denies that was read. */
export const ALLOWED_AS_READ =
  'According to what was read it would be allowed: whatever denied it has changed since, or was not read.';

/** Of a call that AWS denied in a world that is not wholly known: what is unread may have denied it, or allowed it. */
export function undecidedSummary(missing: readonly Missing[]): string {
  const names = [...new Set(missing.map(({ name }) => name))];
  return `It cannot be told which policy denied it. Not known: ${names.join('; ')}.`;
}

function explicitDeny({ by, policies, action }: Check): string {
  const policy = policies.find(({ policyName, statements }) => {
    const { effect, matched, mismatch } = statements[by?.index ?? -1] ?? {};
    return policyName === by?.policyName && effect === 'Deny' && (matched || mismatch === 'unknown');
  });
  const statement = policy?.statements[by?.index ?? -1];
  const why = statement?.why.replace(/^denies it:? ?/, '');
  return `${capital(policy?.title ?? by?.policyName ?? 'A policy')}, statement ${nameOf(statement, by?.index)}, denies ${action}${why ? `: ${why}` : ''}. A deny overrides every allow.`;
}

export const nameOf = (statement: ExplainedStatement | undefined, index = 0): string =>
  statement?.sid ? `"${statement.sid}"` : String((statement?.index ?? index) + 1);

/** The statement that comes nearest, with what it asks for: one that is about this very resource before others. */
function nearest({ policies }: Check, type: ExplainedPolicy['policyType']): string {
  const near = policies
    .filter(({ policyType }) => policyType === type)
    .flatMap(({ title, statements }) =>
      statements.filter(({ isNearMiss }) => isNearMiss).map((statement) => ({ title, statement })),
    );
  const found =
    near.find(({ statement }) => statement.mismatch === 'condition') ??
    // It says what the caller has in common with whom it names.
    near.find(({ statement }) => / not the caller: /.test(statement.why)) ??
    near[0];
  if (!found) return '';
  return `. Nearest is ${found.title}, statement ${nameOf(found.statement)}: ${found.statement.why}`;
}

const isForeign = ({ principal, resourceAccount }: AccessRequest): boolean =>
  'account' in principal && principal.account !== resourceAccount;

const beyondReach = ({ action, principal, resourceAccount }: Check): string =>
  `KMS takes ${action} only from the account that has the key, whatever policies and grants say: the key is account ${resourceAccount}'s, and the caller is of account ${principal.account}.`;

const OF_RESOURCES: readonly ExplainedPolicy['policyType'][] = ['resource-based policy', 'role trust policy'];

function identityLacks(
  check: Check,
  inputs: PolicyInputs,
  request: AccessRequest,
  isOfferedByGrant: boolean,
): string {
  const { action, principal, policies } = check;
  const near = nearest(check, 'identity-based policy');
  if (!canCarryPolicies(request.principal)) {
    const near = nearest(check, 'resource-based policy') || namedForOthers(check);
    return `Nobody can attach a policy to ${principal.who}, so ${speaksFor(request)}${near}.`;
  }
  const lacks = `No identity-based policy of ${principal.who} allows ${action}`;
  const resourceSide = policies.find(({ policyType }) => OF_RESOURCES.includes(policyType));
  if (isForeign(request) && inputs.resourceRule !== 'none') {
    const account = principal.account ?? '';
    const offered = resourceSide?.outcome === 'allow' || isOfferedByGrant;
    return offered
      ? `${lacks}. Across accounts, both sides must allow it: account ${request.resourceAccount} does, account ${account} does not${near}.`
      : `${lacks}, and nothing in account ${request.resourceAccount} lets account ${account} in. Across accounts, both sides must allow it${near}.`;
  }
  const leftTo = inputs.resourceRule === 'kms' ? ': the key policy leaves it to them' : '';
  const grants = check.nearGrants.length > 0 ? `; ${grantNote(check)}` : '';
  return `${lacks}${leftTo}${near}${grants}.`;
}

/** Of a statement that names the caller, and is about other actions. */
function namedForOthers({ policies, action }: Check): string {
  const ofKey = policies.find(({ policyType }) => policyType === 'resource-based policy');
  const naming = ofKey?.statements.find(
    ({ effect, matched, principal: named }) => effect === 'Allow' && !matched && named && named !== 'account',
  );
  return ofKey && naming
    ? `. ${capital(ofKey.title)}, statement ${nameOf(naming)}, names it for other actions, and not for ${action}`
    : '';
}

/** What can speak for a principal that takes no policies. */
function speaksFor(request: AccessRequest): string {
  const foreign = needsForeignGrant(request);
  return foreign
    ? `only a grant that its own account, ${foreign.account}, issues can help: the key policy alone does not open another account's key to it`
    : 'the key policy must name it, or a grant';
}

function keyPolicyLacks(check: Check, request: AccessRequest): string {
  const { policies, principal, action } = check;
  const statements =
    policies.find(({ policyType }) => policyType === 'resource-based policy')?.statements ?? [];
  const naming = statements.filter(
    ({ effect, matched, principal: named }) => effect === 'Allow' && !matched && named !== undefined,
  );
  const first =
    naming.find(({ mismatches = [] }) => !mismatches.includes('action')) ??
    naming.find(({ shorterAction }) => shorterAction);
  const noGrant = check.nearGrants.length > 0 ? grantNote(check) : 'no grant covers the call';
  if (first) {
    const whom =
      first.principal === 'account' ? "lets the account's policies decide" : `is meant for ${principal.who}`;
    return `Statement ${nameOf(first)} of the key policy ${whom}, but does not match: it ${first.why.replace(/^it /, '')}; and ${noGrant}.`;
  }
  const near = nearest(check, 'resource-based policy');
  const account = isForeign(request) ? `account ${principal.account}` : 'the account';
  const other = naming.find((statement) => statement.principal !== 'account');
  if (other) {
    return `The key policy covers ${principal.who} for other actions only (statement ${nameOf(other)}), does not let ${account}'s own policies decide about ${action}, and ${noGrant}${near}.`;
  }
  return `The key policy neither names ${principal.who} nor lets ${account}'s own policies decide about ${action}, and ${noGrant}${near}.`;
}

function grantNote({ nearGrants }: Check): string {
  const [{ grantId, why } = { grantId: '', why: '' }] = nearGrants;
  // The call was denied: that it did not help is known, though not why.
  const helps = /not known|not recorded/.test(why) ? 'did not help' : 'does not help';
  return `grant ${grantId.slice(0, 8)}… ${helps}: ${why}`;
}

function resourcePolicyLacks(check: Check, inputs: PolicyInputs, request: AccessRequest): string {
  return `${capital(resourcePolicyForm(inputs, request).name)} does not let ${check.principal.who} in, and nothing else does${nearest(check, 'resource-based policy')}.`;
}

/** The level of the organization on which nothing allows. */
function levelWithout({ policies, policyType }: Check): string {
  const byLevel = Map.groupBy(
    policies.filter((policy) => policy.policyType === policyType),
    ({ level }) => level,
  );
  const lacking = [...byLevel.values()].find((level) => level.every(({ outcome }) => outcome !== 'allow'));
  const place = / on (.+)$/.exec(lacking?.[0]?.title ?? '')?.[1];
  return place ? `on ${place}` : 'on one level of the organization';
}
