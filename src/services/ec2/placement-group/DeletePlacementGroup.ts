/** Once its instances are terminated: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeletePlacementGroup.html */
import { AwsError } from '../../../aws/aws-error.ts';
import { ec2 } from '../ec2.ts';
import { instancesIn } from './placement.ts';
import { groupCheck, placementGroupKind } from './placement-group.ts';

export default ec2.operation('DeletePlacementGroup', {
  async checks(context, { GroupName: name }) {
    return { group: await groupCheck(context, 'ec2:DeletePlacementGroup', name) };
  },
  async preconditions({ tx }, _input, { group: { record } }) {
    if ((await instancesIn(tx, record)).length === 0) return;
    throw new AwsError(
      'InvalidPlacementGroup.InUse',
      `The placement group '${record.name}' is in use and may not be deleted.`,
    );
  },
  async execute({ tx }, _input, { group: { record } }) {
    await placementGroupKind.records.remove(tx, record);
    return {};
  },
});
