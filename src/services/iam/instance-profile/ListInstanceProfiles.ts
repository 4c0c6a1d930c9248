/**
 * Lists the account's instance profiles under a path, without tags.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfiles.html
 */
import { iam } from '../iam.ts';
import { pageOf } from '../page.ts';
import { instanceProfiles, listedInstanceProfile } from './instance-profile.ts';

export default iam.operation('ListInstanceProfiles', {
  readOnly: true,
  checks: ({ account }, { PathPrefix = '/' }) => ({
    profiles: {
      action: 'iam:ListInstanceProfiles',
      resource: `arn:aws:iam::${account}:instance-profile${PathPrefix}`,
      account,
      record: undefined,
    },
  }),
  async execute({ tx, account }, input) {
    const all = await tx.find(instanceProfiles, 'name', { prefix: [account] });
    const under = all.filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
    const { items, ...page } = pageOf(under, input, ({ name }) => name.toLowerCase());
    const shown = items.map((profile) => listedInstanceProfile(tx, profile));
    return { InstanceProfiles: await Promise.all(shown), ...page };
  },
});
