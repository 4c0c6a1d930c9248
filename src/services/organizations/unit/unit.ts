/** Organizational units: branches of the tree. */
import type { OrganizationalUnit } from '../../../shapes/generated/organizations.ts';
import { arnOf, type OrganizationRecord, pathText, type UnitRecord } from '../organization/organization.ts';

/** Levels of units below the root. */
export const MAX_LEVELS = 5;
/** https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html */
export const MAX_UNITS = 2000;

export function shownUnit(organization: OrganizationRecord, id: string): OrganizationalUnit {
  return {
    Id: id,
    Arn: arnOf(organization, id),
    Name: (organization.units[id] as UnitRecord).name,
    Path: pathText(organization, id),
  };
}

export const unitsUnder = ({ units }: OrganizationRecord, parentId: string): string[] =>
  Object.keys(units).filter((id) => units[id]?.parentId === parentId);

export const accountsUnder = ({ members }: OrganizationRecord, parentId: string): string[] =>
  Object.keys(members).filter((id) => members[id]?.parentId === parentId);

/** Whether another unit under the same parent has the name. */
export const isNameTaken = (organization: OrganizationRecord, parentId: string, name: string) =>
  unitsUnder(organization, parentId).some((id) => organization.units[id]?.name === name);
