/**
 * Describes everything that decides who may do what in the account: users, groups, roles and managed policies with their
 * documents. Pages go through users, roles, groups and policies, in this order.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import type { GetAccountAuthorizationDetailsResponse } from '../../../shapes/generated/iam.ts';
import { validationError } from '../errors.ts';
import { iam } from '../iam.ts';
import { pageOf } from '../page.ts';
import { authorizationEntries, type EntryKind } from './authorization-details.ts';

const ALL: readonly EntryKind[] = ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'];

export default iam.operation('GetAccountAuthorizationDetails', {
  readOnly: true,
  checks: (context) => ({ account: accountCheck(context, 'iam:GetAccountAuthorizationDetails') }),
  async execute({ tx, account }, { Filter, Marker, MaxItems }) {
    const kinds = ALL.filter((kind) => !Filter?.length || Filter.includes(kind));
    const entries = await authorizationEntries(tx, account, kinds);
    const { items, ...page } = pageOf(
      entries,
      { Marker: ownMarker(Marker, kinds), MaxItems },
      ({ key }) => key,
    );
    const details: Required<Omit<GetAccountAuthorizationDetailsResponse, 'IsTruncated' | 'Marker'>> = {
      UserDetailList: [],
      GroupDetailList: [],
      RoleDetailList: [],
      Policies: [],
    };
    for (const entry of items) await entry.addTo(details);
    return { ...details, ...page, ...(page.Marker && { Marker: `${kinds.join('+')}:${page.Marker}` }) };
  },
});

/** A marker goes on with the filter that it came from, and no other. */
function ownMarker(marker: string | undefined, kinds: readonly EntryKind[]): string | undefined {
  const prefix = `${kinds.join('+')}:`;
  if (marker === undefined) return undefined;
  if (!marker.startsWith(prefix)) throw validationError('Marker and Filter do not match');
  return marker.slice(prefix.length);
}
