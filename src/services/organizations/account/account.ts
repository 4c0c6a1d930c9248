/** Member accounts of an organization. */
import type { Account } from '../../../shapes/generated/organizations.ts';
import { arnOf, type MemberRecord, type OrganizationRecord, pathText } from '../organization/organization.ts';

export function shownAccount(organization: OrganizationRecord, id: string): Account {
  const member = organization.members[id] as MemberRecord;
  return {
    Id: id,
    Arn: arnOf(organization, id),
    Email: member.email,
    Name: member.name,
    Status: member.status,
    State: member.status,
    Paths: [pathText(organization, id)],
    JoinedMethod: member.joinedMethod,
    JoinedTimestamp: member.joinedAtMs,
  };
}

export function withoutMember(organization: OrganizationRecord, account: string): OrganizationRecord {
  const { [account]: _member, ...members } = organization.members;
  const { [account]: _attached, ...attachments } = organization.attachments;
  return { ...organization, members, attachments };
}
