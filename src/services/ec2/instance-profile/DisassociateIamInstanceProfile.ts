/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateIamInstanceProfile.html */
import { ec2 } from '../ec2.ts';
import { instanceKind } from '../instance/instance.ts';
import { associatedCheck, showAssociation } from './instance-profile.ts';

export default ec2.operation('DisassociateIamInstanceProfile', {
  async checks(context, input) {
    const action = 'ec2:DisassociateIamInstanceProfile';
    return { instance: await associatedCheck(context, action, input.AssociationId) };
  },
  execute(context, _input, { instance }) {
    const { record } = instance;
    context.tx.put(instanceKind.table, { ...record, profile: undefined });
    return { IamInstanceProfileAssociation: showAssociation(record, record.profile!, 'disassociating') };
  },
});
