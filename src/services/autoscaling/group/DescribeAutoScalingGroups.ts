/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingGroups.html */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { autoscaling } from '../autoscaling.ts';
import { validationError } from '../errors.ts';
import { instancesOf } from '../instance/instance.ts';
import { pageOf } from '../page.ts';
import { type GroupRecord, groupArn, groups } from './group.ts';
import { showGroup } from './show-group.ts';

const FILTERS: Readonly<Record<string, (group: GroupRecord, values: readonly string[]) => boolean>> = {
  'tag-key': ({ tags }, values) => tags.some(({ Key }) => values.includes(Key)),
  'tag-value': ({ tags }, values) => tags.some(({ Value }) => values.includes(Value)),
};

function filterOf(name: string) {
  const key = /^tag:(.*)$/.exec(name)?.[1];
  if (key !== undefined) {
    return ({ tags }: GroupRecord, values: readonly string[]) =>
      tags.some(({ Key, Value }) => Key === key && values.includes(Value));
  }
  const known = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined;
  if (!known)
    throw validationError(
      `Filter type ${name} is not correct. Allowed Filter types are: tag-key, tag-value, tag:<key>`,
    );
  return known;
}

export default autoscaling.operation('DescribeAutoScalingGroups', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'autoscaling:DescribeAutoScalingGroups') }),
  async execute({ tx, account, region }, input) {
    const { AutoScalingGroupNames: names, IncludeInstances: withInstances = true } = input;
    const all = await tx.list(groups, { prefix: [account, region] });
    const filters = (input.Filters ?? []).map(({ Name = '', Values = [] }) => {
      const holds = filterOf(Name);
      return (group: GroupRecord) => holds(group, Values);
    });
    const found = all.filter(
      (group) =>
        (!names?.length || names.includes(group.name) || names.includes(groupArn(group))) &&
        filters.every((holds) => holds(group)),
    );
    const { items, NextToken } = pageOf(found, ({ name }) => [name], input);
    const shown = [];
    for (const group of items)
      shown.push(showGroup(group, withInstances ? await instancesOf(tx, group) : undefined));
    return { AutoScalingGroups: shown, NextToken };
  },
});
