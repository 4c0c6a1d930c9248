/**
 * Moves an account to another root or unit, whose policies hold it from then on.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_MoveAccount.html
 */
import { refusal } from '../errors.ts';
import { type MemberRecord, organizationTable } from '../organization/organization.ts';
import { organizationCheck } from '../organization/organization-check.ts';
import { organizations } from '../organizations.ts';

export default organizations.operation('MoveAccount', {
  async checks(context, { AccountId, SourceParentId, DestinationParentId }) {
    const check = (id: string, absent: Parameters<typeof refusal>[0]) =>
      organizationCheck(context, { action: 'MoveAccount', id, absent: refusal(absent) });
    return {
      account: await check(AccountId, 'AccountNotFoundException'),
      source: await check(SourceParentId, 'SourceParentNotFoundException'),
      destination: await check(DestinationParentId, 'DestinationParentNotFoundException'),
    };
  },
  execute({ tx }, { AccountId, SourceParentId, DestinationParentId }, { account: { record } }) {
    const member = record.members[AccountId] as MemberRecord;
    if (member.parentId !== SourceParentId) throw refusal('SourceParentNotFoundException');
    if (SourceParentId === DestinationParentId) throw refusal('DuplicateAccountException');
    const members = { ...record.members, [AccountId]: { ...member, parentId: DestinationParentId } };
    tx.put(organizationTable, { ...record, members });
    return {};
  },
});
