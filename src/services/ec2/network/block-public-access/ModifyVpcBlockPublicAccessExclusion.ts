/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcBlockPublicAccessExclusion.html */
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { exclusionKind, showExclusion } from './block-public-access.ts';

export default ec2.operation('ModifyVpcBlockPublicAccessExclusion', {
  async checks(context, { ExclusionId: id }) {
    const action = 'ec2:ModifyVpcBlockPublicAccessExclusion';
    return { exclusion: await ownResourceCheck(context, exclusionKind, action, id) };
  },
  async execute({ tx, nowMs }, { InternetGatewayExclusionMode: mode }, { exclusion: { record } }) {
    const changed = { ...record, mode, updatedAtMs: nowMs };
    await exclusionKind.records.put(tx, changed);
    return { VpcBlockPublicAccessExclusion: { ...showExclusion(changed), State: 'update-in-progress' } };
  },
});
