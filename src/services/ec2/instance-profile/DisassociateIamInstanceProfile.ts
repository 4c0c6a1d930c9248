/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateIamInstanceProfile.html */
import { ec2 } from '../ec2.ts';
import { instanceKind } from '../instance/instance.ts';
import { checkResource } from '../resource/kind.ts';
import { findAssociated, showAssociation } from './instance-profile.ts';

export default ec2.operation('DisassociateIamInstanceProfile', {
  async checks(context, input) {
    const { id } = await findAssociated(context, input.AssociationId);
    return { instance: await checkResource(context, instanceKind, 'ec2:DisassociateIamInstanceProfile', id) };
  },
  execute(context, _input, { instance }) {
    const { record } = instance;
    context.tx.put(instanceKind.table, { ...record, profile: undefined });
    return { IamInstanceProfileAssociation: showAssociation(record, record.profile!, 'disassociating') };
  },
});
