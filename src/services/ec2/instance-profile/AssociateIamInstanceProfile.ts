/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateIamInstanceProfile.html */
import { AwsError } from '../../../aws/aws-error.ts';
import { ec2 } from '../ec2.ts';
import { instanceKind } from '../instance/instance.ts';
import { newId, resourceCheck } from '../resource/kind.ts';
import { ASSOCIATION_PREFIX, passProfileCheck, requireProfile, showAssociation } from './instance-profile.ts';

export default ec2.operation('AssociateIamInstanceProfile', {
  async checks(context, input) {
    const profile = await requireProfile(context, input.IamInstanceProfile);
    const { InstanceId: id } = input;
    const instance = await resourceCheck(
      context,
      instanceKind,
      'ec2:AssociateIamInstanceProfile',
      id,
      () => ({
        'ec2:NewInstanceProfile': profile.arn,
      }),
    );
    return { instance, passRole: passProfileCheck(context, profile, id) };
  },
  preconditions(_context, _input, { instance }) {
    const { id, profile, state } = instance.record;
    if (profile) throw new AwsError('IncorrectState', `There is an existing association for instance ${id}`);
    if (state !== 'running' && state !== 'stopped' && state !== 'pending') {
      throw new AwsError('IncorrectInstanceState', `The instance '${id}' is '${state}'.`);
    }
  },
  async execute(context, input, { instance }) {
    const { arn, id } = await requireProfile(context, input.IamInstanceProfile);
    const profile = { arn, id, associationId: newId(context.entropy, ASSOCIATION_PREFIX) };
    context.tx.put(instanceKind.table, { ...instance.record, profile });
    return { IamInstanceProfileAssociation: showAssociation(instance.record, profile, 'associating') };
  },
});
