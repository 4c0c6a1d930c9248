/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumesModifications.html */
import { AwsError } from '../../../aws/aws-error.ts';
import { describeResources } from '../describe/describe.ts';
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { modificationFilters, modificationKind, showModification } from './volume-modification.ts';

export default ec2.operation('DescribeVolumesModifications', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeVolumesModifications') }),
  async execute(context, input) {
    const page = await describeResources(context.tx, context, {
      kind: modificationKind,
      ids: input.VolumeIds,
      idsName: 'volumeModificationSet',
      filters: input.Filters,
      fields: modificationFilters,
      page: input,
      limits: { min: 1, max: 500, lenient: true, invalidToken },
    });
    return {
      VolumesModifications: page.items.map((each) => ({
        ...showModification(each),
        Operator: { Managed: false, HiddenByDefault: false },
      })),
      NextToken: page.nextToken,
    };
  },
});

const invalidToken = (token: string) =>
  new AwsError(
    'InvalidParameterValue',
    `Value ( ${token} ) for parameter NextToken is invalid. The token is Invalid.`,
  );
