/**
 * CPU credits: of those named, `standard` where they have none, or of all that are `unlimited`
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceCreditSpecifications.html).
 */
import { describeResources } from '../describe/describe.ts';
import { ec2 } from '../ec2.ts';
import { instanceKind } from '../instance/instance.ts';
import { accountCheck, listResources } from '../resource/kind.ts';

export default ec2.operation('DescribeInstanceCreditSpecifications', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeInstanceCreditSpecifications') }),
  async execute(context, input) {
    const page = await describeResources(context.tx, context, {
      kind: instanceKind,
      ids: input.InstanceIds,
      idsName: 'instanceIds',
      filters: input.Filters,
      fields: { 'instance-id': ({ id }) => id },
      page: input,
      list: async () =>
        (await listResources(context.tx, instanceKind, context)).filter(
          ({ cpuCredits }) => cpuCredits === 'unlimited',
        ),
    });
    return {
      InstanceCreditSpecifications: page.items.map(({ id, cpuCredits = 'standard' }) => ({
        InstanceId: id,
        CpuCredits: cpuCredits,
      })),
      NextToken: page.nextToken,
    };
  },
});
