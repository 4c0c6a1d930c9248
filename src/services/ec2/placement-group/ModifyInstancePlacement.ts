/**
 * Moves a stopped instance into a placement group, or out of it.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstancePlacement.html. Hosts are not served.
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { ec2 } from '../ec2.ts';
import { instanceKind, instances } from '../instance/instance.ts';
import { requireInstanceType } from '../instance/instance-type.ts';
import { ownResourceCheck } from '../resource/kind.ts';
import { planPlacement } from './placement.ts';
import { placementGroupKind, requireNamedGroup } from './placement-group.ts';

const ACTION = 'ec2:ModifyInstancePlacement';

export default ec2.operation('ModifyInstancePlacement', {
  unserved: ['Affinity', 'HostId', 'HostResourceGroupArn', ['Tenancy', 'default', 'dedicated']],
  async checks(context, input) {
    const group = await requireNamedGroup(context.tx, context, input);
    return {
      instance: await ownResourceCheck(context, instanceKind, ACTION, input.InstanceId),
      group: group && (await ownResourceCheck(context, placementGroupKind, ACTION, group.id)),
    };
  },
  async preconditions({ tx }, input, { instance: { record } }) {
    if (record.state !== 'stopped') {
      throw new AwsError(
        'IncorrectInstanceState',
        `The instance '${record.id}' is not in the 'stopped' state.`,
      );
    }
    await planPlacement(tx, record, input, requireInstanceType(record.type));
  },
  async execute({ tx }, input, { instance: { record } }) {
    const planned = await planPlacement(tx, record, input, requireInstanceType(record.type));
    const isNamed = input.GroupName !== undefined || input.GroupId !== undefined;
    // An empty name takes it out of its group.
    const moved = planned && {
      groupId: planned.group.id,
      name: planned.group.name,
      partition: planned.partition,
    };
    tx.put(instances, {
      ...record,
      placement: isNamed ? moved : record.placement,
      tenancy: input.Tenancy ?? record.tenancy,
    });
    return { Return: true };
  },
});
