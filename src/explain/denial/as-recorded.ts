/**
 * What AWS's sentence says of a denial, held against what the policies come to that were read. The sentence is what happened:
 * where the two differ it is the verdict, and what the policies come to stands beside it. Of several kinds of policies that
 * deny, AWS names one (aws-facts G1.7).
 */
import { DENIAL_REASON, DENIED_ACTION } from '../../import/cloudtrail/use.ts';
import type { PolicyType, StatementReference } from '../../policy/decision.ts';
import { denialReason } from '../../policy/denial-reason.ts';
import { isSameName } from '../words/names.ts';
import { nameOf } from './denial-summary.ts';
import type { ExplainedCheck, ExplainedPolicy, ExplainedStatement } from './explanation.ts';

/** What AWS's sentence says of a denial. */
export interface Said {
  readonly explicit: boolean;
  readonly policyType: PolicyType;
  readonly action?: string;
  /** Of a policy that denies, where AWS names it. */
  readonly policyArn?: string;
}

const SENTENCE = new RegExp(`${DENIAL_REASON}(?:: (arn:[^ ]+))?`);
const ACTION = new RegExp(DENIED_ACTION);

export function saidIn(message: string): Said | undefined {
  const [, how, policyType, policyArn] = SENTENCE.exec(message) ?? [];
  if (policyType === undefined) return undefined;
  const action = ACTION.exec(message)?.[1];
  return { explicit: how !== 'no', policyType: policyType as PolicyType, action, policyArn };
}

/** `message`: of the error that the call was refused with. It speaks of one of the checks. */
export function asRecorded(checks: readonly ExplainedCheck[], message = ''): ExplainedCheck[] {
  const said = saidIn(message);
  const meant =
    said && checks.find(({ action }) => said.action === undefined || isSameName(action, said.action));
  return checks.map((check) => (said && check === meant ? heldAgainst(check, said) : check));
}

/** A deny of which AWS says that it is there, and which is nowhere among what was read. */
export const isUnreadDeny = ({ verdict, by }: Pick<ExplainedCheck, 'verdict' | 'by'>): boolean =>
  verdict === 'explicit-deny' && by === undefined;

/** A ceiling of which AWS says that it does not allow the call, and of whose kind there is none among what was read. */
export const isUnreadCeiling = ({
  verdict,
  policyType,
  policies,
  asRead,
}: Pick<ExplainedCheck, 'verdict' | 'policyType' | 'policies' | 'asRead'>): boolean =>
  verdict === 'implicit-deny' &&
  asRead !== undefined &&
  /boundary$|control policy$/.test(policyType) &&
  !policies.some((policy) => policy.policyType === policyType);

/** Nothing that was read denies it as it was denied. */
export const isAllowedAsRead = (check: ExplainedCheck): boolean =>
  isUnreadDeny(check) || check.asRead?.verdict === 'allowed';

/** A role's trust policy is its resource-based policy. */
const isOfType = ({ policyType }: { readonly policyType: PolicyType }, said: Said): boolean =>
  policyType === said.policyType ||
  (policyType === 'role trust policy' && said.policyType === 'resource-based policy');

function heldAgainst(check: ExplainedCheck, said: Said): ExplainedCheck {
  const { verdict, policyType, reason, by, missing, ...rest } = check;
  const isSame = isOfType(check, said) && (verdict === 'explicit-deny') === said.explicit;
  if (isSame && !missing && !check.asRead) return check;
  const meant = check.policies.filter(isMeant(said));
  const denier = said.explicit ? (meant.flatMap(denials)[0] ?? onlyOpen(meant)) : undefined;
  const asRead = check.asRead ?? { verdict, policyType, reason, ...(by && { by }) };
  return {
    ...rest,
    verdict: said.explicit ? 'explicit-deny' : 'implicit-deny',
    policyType: isSame ? policyType : said.policyType,
    reason: isSame ? reason : denialReason(said, check.action),
    ...(denier && { by: denier.reference }),
    ...(missing ? { missing } : { asRead }),
    summary: [sentence(said, check), ...amongRead(said, check), ...besides(said, check)].join(' '),
  };
}

function sentence({ explicit, policyType, policyArn }: Said, { action }: ExplainedCheck): string {
  if (!explicit) return `AWS says that no ${policyType} allows ${action}.`;
  const which = policyArn
    ? `the ${policyType} ${policyArn}`
    : `${/^[aeiou]/.test(policyType) ? 'an' : 'a'} ${policyType}`;
  return `AWS says that ${which} denies ${action}.`;
}

const isMeant = (said: Said) => (policy: ExplainedPolicy) =>
  isOfType(policy, said) && (!said.policyArn || policy.policyName === said.policyArn);
const isUnread = ({ outcome }: ExplainedPolicy) => outcome === 'unknown';

/** What of the policies that AWS means was read, and what that comes to. */
function amongRead(said: Said, { policies }: ExplainedCheck): string[] {
  const meant = policies.filter(isMeant(said));
  if (meant.length === 0)
    return [
      `${said.policyArn ? 'It is not' : 'There is none'} among what was read${WHERE[said.policyType] ?? ''}.`,
    ];
  const [denier] = said.explicit ? meant.flatMap(denials) : [];
  if (denier) return [`It is ${denier.inWords}`];
  const [open] = said.explicit ? meant.flatMap(openDenies) : [];
  if (open) return [`It ${onlyOpen(meant) ? 'can only be' : 'may be'} ${open.inWords}`];
  const unread = meant.filter(isUnread);
  if (unread.length > 0) return [`Not read: ${listed(unread)}.`];
  if (said.explicit) {
    return [`No statement of what was read does: ${listed(meant)}.`];
  }
  const allowing = meant.filter(allows);
  if (allowing.length < (isEachNeeded(said) ? meant.length : 1)) return [];
  return [`As it was read, this would: ${listed(allowing)}.`];
}

/** Where what decides such a denial is to be had. */
const WHERE: Partial<Readonly<Record<PolicyType, string>>> = {
  'service control policy': "; an organization's are read in its management account",
  'resource control policy': "; an organization's are read in its management account",
  'session policy': "; a session's are in the call that began it alone",
  'VPC endpoint policy': '; which endpoint a call came through is in its event (vpcEndpointId)',
};

const titlesOf = (policies: readonly ExplainedPolicy[]): string[] => policies.map(({ title }) => title);
const listed = (policies: readonly ExplainedPolicy[]): string => titlesOf(policies).join(', ');

const inWords = ({ title }: ExplainedPolicy, statement: ExplainedStatement): string =>
  `${title}, statement ${nameOf(statement)}: ${statement.why}.`;

interface Denying {
  readonly reference: StatementReference;
  readonly inWords: string;
}

function denying(policy: ExplainedPolicy, statement: ExplainedStatement): Denying {
  const { policyType, policyName } = policy;
  const { index, sid, line } = statement;
  const reference: StatementReference = { policyType, policyName, index, ...(sid && { sid }), line };
  return { reference, inWords: inWords(policy, statement) };
}

/** What denies it, whatever else does. */
const denials = (policy: ExplainedPolicy): Denying[] =>
  policy.statements
    .filter(({ effect, matched }) => effect === 'Deny' && matched)
    .map((statement) => denying(policy, statement));

/** Statements of which the record leaves open whether they match. */
const openDenies = (policy: ExplainedPolicy): Denying[] =>
  policy.statements
    .filter(({ effect, mismatch }) => effect === 'Deny' && mismatch === 'unknown')
    .map((statement) => denying(policy, statement));

/** Where all that AWS may mean was read, and one statement of it may deny the call, that one does. */
function onlyOpen(meant: readonly ExplainedPolicy[]): Denying | undefined {
  const [only, ...others] = meant.flatMap(openDenies);
  return others.length > 0 || meant.some(isUnread) ? undefined : only;
}

/** By itself: a key policy that names the account leaves it to others. */
const allows = ({ statements }: ExplainedPolicy): boolean =>
  statements.some(
    ({ effect, matched, principal }) => effect === 'Allow' && matched && principal !== 'account',
  );

/** Each level of the organization has to allow. */
const isEachNeeded = ({ policyType }: Said): boolean => /control policy$/.test(policyType);

function besides(said: Said, { missing, verdict, summary, policies, asRead }: ExplainedCheck): string[] {
  if (missing) {
    const named = policies.filter((policy) => isMeant(said)(policy) && isUnread(policy));
    const others = new Set(missing).difference(new Set(titlesOf(named)));
    return others.size > 0 ? [`Not known: ${[...others].join('; ')}.`] : [];
  }
  if (asRead) return [summary];
  // AWS names a deny before what lacks an allow.
  const isNewer = !said.explicit && verdict === 'explicit-deny';
  return [
    `${isNewer ? 'According to what was read, it is now denied for another reason' : 'Besides, according to what was read'}: ${summary}`,
  ];
}
