/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcBlockPublicAccessExclusion.html */
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { exclusionKind, showExclusion } from './block-public-access.ts';

export default ec2.operation('DeleteVpcBlockPublicAccessExclusion', {
  async checks(context, { ExclusionId: id }) {
    const action = 'ec2:DeleteVpcBlockPublicAccessExclusion';
    return { exclusion: await ownResourceCheck(context, exclusionKind, action, id) };
  },
  async execute({ tx, nowMs }, _input, { exclusion: { record } }) {
    await exclusionKind.records.remove(tx, record);
    const gone = { ...showExclusion(record), State: 'delete-in-progress', DeletionTimestamp: nowMs } as const;
    return { VpcBlockPublicAccessExclusion: gone };
  },
});
