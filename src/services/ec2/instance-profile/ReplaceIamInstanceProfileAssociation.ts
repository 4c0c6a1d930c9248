/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceIamInstanceProfileAssociation.html */
import { ec2 } from '../ec2.ts';
import { instanceKind } from '../instance/instance.ts';
import { newId } from '../resource/kind.ts';
import {
  ASSOCIATION_PREFIX,
  associatedCheck,
  passProfileCheck,
  requireProfile,
  showAssociation,
} from './instance-profile.ts';

export default ec2.operation('ReplaceIamInstanceProfileAssociation', {
  async checks(context, input) {
    const profile = await requireProfile(context, input.IamInstanceProfile);
    const action = 'ec2:ReplaceIamInstanceProfileAssociation';
    const instance = await associatedCheck(context, action, input.AssociationId, () => ({
      'ec2:NewInstanceProfile': profile.arn,
    }));
    return { instance, passRole: passProfileCheck(context, profile, instance.record?.id) };
  },
  async execute(context, input, { instance }) {
    const { arn, id } = await requireProfile(context, input.IamInstanceProfile);
    const profile = { arn, id, associationId: newId(context.entropy, ASSOCIATION_PREFIX) };
    context.tx.put(instanceKind.table, { ...instance.record, profile });
    return { IamInstanceProfileAssociation: showAssociation(instance.record, profile, 'associating') };
  },
});
