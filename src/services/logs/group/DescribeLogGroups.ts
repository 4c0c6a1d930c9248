/**
 * Lists the log groups of the account in the Region, by name.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { pageOf } from '../../../service-kit/page.ts';
import { invalidParameter, invalidToken, notServed } from '../errors.ts';
import { logs } from '../logs.ts';
import { classOf, groupEntry, groupOfArn, logGroups, streamArn } from './group.ts';

const DEFAULT_LIMIT = 50;

export default logs.operation('DescribeLogGroups', {
  readOnly: true,
  // AWS's denials name the group that has no name.
  checks: (context) => ({
    groups: { ...accountCheck(context, 'logs:DescribeLogGroups'), resource: streamArn(context, '') },
  }),
  async execute({ tx, account, region }, input) {
    const { logGroupNamePrefix: prefix = '', logGroupNamePattern: pattern, logGroupIdentifiers } = input;
    if (input.includeLinkedAccounts || input.accountIdentifiers) throw notServed('linked accounts');
    if (pattern !== undefined && input.logGroupNamePrefix !== undefined) {
      throw invalidParameter(
        'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
      );
    }
    const wanted = logGroupIdentifiers?.map((each) => groupOfArn(each) ?? each);
    const all = await tx.list(logGroups, { prefix: [account, region] });
    const found = all.filter(
      ({ name, ...group }) =>
        name.startsWith(prefix) &&
        name.includes(pattern ?? '') &&
        (wanted?.includes(name) ?? true) &&
        (input.logGroupClass ?? classOf(group)) === classOf(group),
    );
    const request = { token: input.nextToken, limit: input.limit ?? DEFAULT_LIMIT, invalidToken };
    const { items, token } = pageOf(request, found, ({ name }) => [name]);
    return { logGroups: items.map(groupEntry), nextToken: token };
  },
});
