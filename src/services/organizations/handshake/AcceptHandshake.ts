/**
 * Takes the calling account into the organization that invited it, under its root. The service-linked role that
 * Organizations works with is created on the way, with the caller's own rights.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_AcceptHandshake.html
 */
import { MAX_ACCOUNTS } from '../account/account-creation.ts';
import { handshakeConstraint, refusal } from '../errors.ts';
import { defaultAttachments, organizationTable } from '../organization/organization.ts';
import { createServiceRole } from '../organization/service-role.ts';
import { organizations } from '../organizations.ts';
import { ended, handshakeCheck, handshakes, isInOrganization, shownHandshake } from './handshake.ts';

export default organizations.operation('AcceptHandshake', {
  checks: async (context, { HandshakeId }) => ({
    handshake: await handshakeCheck(context, HandshakeId, 'AcceptHandshake', ['account']),
  }),
  async preconditions({ tx, account, nowMs }, _input, { handshake: { record } }) {
    ended(record, 'ACCEPTED', nowMs);
    if (await isInOrganization(tx, account)) {
      throw handshakeConstraint(
        'The handshake request is invalid because the invited account is already a member of an organization.',
        'ALREADY_IN_AN_ORGANIZATION',
      );
    }
  },
  calls: (ctx) => createServiceRole(ctx),
  async execute({ tx, account, nowMs }, _input, { handshake: { record } }) {
    const organization = await tx.get(organizationTable, [record.organizationId]);
    if (!organization) throw refusal('InvalidHandshakeTransitionException');
    if (Object.keys(organization.members).length >= MAX_ACCOUNTS) {
      throw handshakeConstraint(
        'You attempted to exceed the limit on the number of accounts in an organization.',
        'ACCOUNT_NUMBER_LIMIT_EXCEEDED',
      );
    }
    tx.put(organizationTable, {
      ...organization,
      members: {
        ...organization.members,
        [account]: {
          name: `Account ${account}`,
          email: `${account}@member.example.com`,
          parentId: organization.rootId,
          status: 'ACTIVE',
          joinedMethod: 'INVITED',
          joinedAtMs: nowMs,
          tags: record.tags,
        },
      },
      attachments: { ...organization.attachments, [account]: defaultAttachments(organization) },
    });
    const accepted = ended(record, 'ACCEPTED', nowMs);
    tx.put(handshakes, accepted);
    return { Handshake: await shownHandshake(tx, accepted, nowMs) };
  },
});
