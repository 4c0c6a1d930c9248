/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html */
import { describeResources } from '../describe/describe.ts';
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { showVolume, volumeFilters, volumeKind } from './volume.ts';

export default ec2.operation('DescribeVolumes', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeVolumes') }),
  async execute(context, input) {
    const page = await describeResources(context.tx, context, {
      kind: volumeKind,
      ids: input.VolumeIds,
      idsName: 'volumeIdsSet',
      filters: input.Filters,
      fields: volumeFilters,
      page: input,
      limits: { lenient: true },
    });
    return { Volumes: page.items.map(showVolume), NextToken: page.nextToken };
  },
});
