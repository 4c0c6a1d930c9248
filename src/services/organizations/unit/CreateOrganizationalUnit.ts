/**
 * Creates an organizational unit under the root or another unit, up to five levels deep.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateOrganizationalUnit.html
 */
import { constraintViolation, refusal } from '../errors.ts';
import {
  arnOf,
  defaultAttachments,
  organizationTable,
  pathTo,
  shortId,
} from '../organization/organization.ts';
import { creationTagCheck, organizationCheck, requestTagKeys } from '../organization/organization-check.ts';
import { organizations } from '../organizations.ts';
import { mergeTags } from '../tag/tag.ts';
import { isNameTaken, MAX_LEVELS, MAX_UNITS, shownUnit } from './unit.ts';

export default organizations.operation('CreateOrganizationalUnit', {
  checks: async (context, { ParentId, Tags }) => ({
    parent: await organizationCheck(context, {
      action: 'CreateOrganizationalUnit',
      id: ParentId,
      absent: refusal('ParentNotFoundException'),
      conditions: () => requestTagKeys(Tags),
    }),
    tag: await creationTagCheck(context, Tags, (organization) => arnOf(organization, 'ou-*')),
  }),
  execute({ tx, entropy }, { ParentId, Name, Tags }, { parent: { record } }) {
    if (isNameTaken(record, ParentId, Name)) throw refusal('DuplicateOrganizationalUnitException');
    if (pathTo(record, ParentId).length > MAX_LEVELS) {
      throw constraintViolation(
        'You have exceeded the maximum depth of the OU tree.',
        'OU_DEPTH_LIMIT_EXCEEDED',
      );
    }
    if (Object.keys(record.units).length >= MAX_UNITS) {
      throw constraintViolation(
        'You have exceeded the number of OUs that you can have in an organization.',
        'OU_NUMBER_LIMIT_EXCEEDED',
      );
    }
    const id = `ou-${record.rootId.slice('r-'.length)}-${shortId(entropy, 8)}`;
    const unit = { name: Name, parentId: ParentId, tags: mergeTags([], Tags ?? []) };
    const organization = {
      ...record,
      units: { ...record.units, [id]: unit },
      attachments: { ...record.attachments, [id]: defaultAttachments(record) },
    };
    tx.put(organizationTable, organization);
    return { OrganizationalUnit: shownUnit(organization, id) };
  },
});
