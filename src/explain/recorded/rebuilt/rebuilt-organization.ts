/** What an account's trail tells of its organization: policies that were attached, and where accounts were put. */
import { EXISTENCE, members, text } from '../../../import/cloudtrail/changes/change.ts';
import { organizationOwner } from '../../../import/cloudtrail/changes/organizations-changes.ts';
import type { KeptEvent } from '../../../import/cloudtrail/use.ts';
import { globalScope, isListed } from '../../../invoke/imported/described.ts';
import type { Present } from '../../history/timelines.ts';
import { partsNamed, type Rebuilding, type RebuiltAnswer, rebuiltAnswer } from './rebuilt-answer.ts';

const PREFIX = organizationOwner('');

export function rebuiltOrganization(from: Rebuilding): RebuiltAnswer[] {
  const answers: RebuiltAnswer[] = [];
  const targets = new Map<string, { present: Present; ids: string[] }>();
  for (const owner of from.timelines.owners()) {
    const present = owner.startsWith(PREFIX) ? from.timelines.now(owner) : undefined;
    if (!present) continue;
    const id = owner.slice(PREFIX.length);
    answers.push(...answersOf(id, present));
    for (const [policy, { event }] of partsNamed(present, 'attachment of ')) {
      const name = `${accountOf(event)} ${policy}`;
      const known = targets.get(name) ?? { present, ids: [] };
      known.ids.push(id);
      targets.set(name, known);
    }
  }
  for (const [name, { present, ids }] of targets) {
    const [account = '', PolicyId] = name.split(' ');
    const Targets = ids.map((TargetId) => ({ TargetId }));
    answers.push(
      partial(
        { operation: 'ListTargetsForPolicy', account, input: { PolicyId }, output: { Targets } },
        present,
      ),
    );
  }
  return answers.filter(({ account }) => !isListed(from, 'organizations:ListRoots', globalScope(account)));
}

const accountOf = ({ recipientAccountId = '' }: KeptEvent) => recipientAccountId;

function answersOf(id: string, present: Present): RebuiltAnswer[] {
  const { parts } = present;
  const content = parts.get('content');
  const parent = parts.get('parent');
  if (content) return policyAnswers(id, present, content);
  if (typeof parent?.value !== 'string') return [];
  const account = accountOf(parent.event);
  const input = { ParentId: parent.value };
  const answer = (operation: string, output: object) =>
    partial({ operation, account, input, output }, present);
  return id.startsWith('ou-')
    ? [answer('ListOrganizationalUnitsForParent', { OrganizationalUnits: [{ Id: id }] })]
    : [answer('ListAccountsForParent', { Accounts: [{ Id: id }] })];
}

function policyAnswers(
  id: string,
  present: Present,
  { value, event }: NonNullable<ReturnType<Present['parts']['get']>>,
): RebuiltAnswer[] {
  const made = present.parts.get(EXISTENCE)?.event ?? event;
  const summary = members(members(members(made.responseElements).policy).policySummary);
  const Type = text(summary.type);
  if (Type === undefined) return [];
  const PolicySummary = { Id: id, Name: text(summary.name), Arn: text(summary.arn), Type };
  const account = accountOf(event);
  return [
    partial(
      {
        operation: 'ListPolicies',
        account,
        input: { Filter: Type, PolicyId: id },
        output: { Policies: [PolicySummary] },
      },
      present,
    ),
    partial(
      {
        operation: 'DescribePolicy',
        account,
        input: { PolicyId: id },
        output: { Policy: { Content: value, PolicySummary } },
      },
      present,
    ),
  ];
}

/** An organization is older than its accounts' records. */
function partial(
  {
    operation,
    account,
    input,
    output,
  }: { operation: string; account: string; input: object; output: object },
  present: Present,
): RebuiltAnswer {
  const about = { operation: `organizations:${operation}`, ...globalScope(account), input, output };
  return rebuiltAnswer(about as never, { ...present, isWhole: false });
}
