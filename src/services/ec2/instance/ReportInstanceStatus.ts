/**
 * What a customer says of how running instances do
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReportInstanceStatus.html). EC2 keeps it to itself: what
 * DescribeInstanceStatus shows is not changed by it.
 */
import { ec2 } from '../ec2.ts';
import { resourceChecks } from '../resource/kind.ts';
import { instanceKind } from './instance.ts';
import { requireState } from './instance-state.ts';

export default ec2.operation('ReportInstanceStatus', {
  async checks(context, { Instances: ids }) {
    return { instances: await resourceChecks(context, instanceKind, 'ec2:ReportInstanceStatus', ids) };
  },
  preconditions(_context, _input, { instances }) {
    for (const { record } of instances) requireState(record, ['running'], 'reported');
  },
  execute: () => ({}),
});
