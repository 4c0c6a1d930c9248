/**
 * Invites an account to the organization. Invitations by email address are not served: no account has one here before
 * it is in an organization.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_InviteAccountToOrganization.html
 */
import { accountExists } from '../../../invoke/identity/account.ts';
import { handshakeConstraint, invalidInput, refusal } from '../errors.ts';
import { arnOf, shortId } from '../organization/organization.ts';
import { creationTagCheck, organizationCheck, requestTagKeys } from '../organization/organization-check.ts';
import { organizations } from '../organizations.ts';
import { mergeTags } from '../tag/tag.ts';
import {
  type HandshakeRecord,
  handshakes,
  isInOrganization,
  OPEN_MS,
  shownHandshake,
  stateOf,
  visibleHandshakes,
} from './handshake.ts';

export default organizations.operation('InviteAccountToOrganization', {
  async checks(context, { Target, Tags }) {
    const arn = (organization: Parameters<typeof arnOf>[0]) => arnOf(organization, Target.Id);
    return {
      organization: await organizationCheck(context, {
        action: 'InviteAccountToOrganization',
        arn,
        conditions: () => requestTagKeys(Tags),
      }),
      tag: await creationTagCheck(context, Tags, arn),
    };
  },
  async execute({ tx, nowMs, entropy }, { Target, Notes, Tags = [] }, { organization: { record } }) {
    if (Target.Type !== 'ACCOUNT') {
      throw invalidInput(
        'You specified the wrong type of entity (account, organization, or email) as a party.',
        'INVALID_PARTY_TYPE_TARGET',
      );
    }
    const { Id: account } = Target;
    if (!/^\d{12}$/.test(account) || !(await accountExists(tx, account))) {
      throw invalidInput("You provided a target that doesn't exist.", 'INVALID_PATTERN_TARGET_ID');
    }
    if (await isInOrganization(tx, account)) {
      throw handshakeConstraint(
        'The handshake request is invalid because the invited account is already a member of an organization.',
        'ALREADY_IN_AN_ORGANIZATION',
      );
    }
    const { organizationId, managementAccount } = record;
    const open = await visibleHandshakes(tx, 'account', account, nowMs);
    if (open.some((each) => each.organizationId === organizationId && stateOf(each, nowMs) === 'OPEN')) {
      throw refusal('DuplicateHandshakeException');
    }
    const handshake: HandshakeRecord = {
      handshakeId: `h-${shortId(entropy, 32)}`,
      organizationId,
      managementAccount,
      account,
      ...(Notes !== undefined && { notes: Notes }),
      tags: mergeTags([], Tags),
      state: 'OPEN',
      requestedAtMs: nowMs,
      expiresAtMs: nowMs + OPEN_MS,
    };
    tx.put(handshakes, handshake);
    return { Handshake: await shownHandshake(tx, handshake, nowMs) };
  },
  audit: { keeps: ['Id'] },
});
