/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html */
import { describeResources } from '../describe/describe.ts';
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { instanceKind } from './instance.ts';
import { instanceFilters } from './instance-filters.ts';
import { readInstanceRelations } from './instance-relations.ts';
import { reservationsOf } from './reservation.ts';

export default ec2.operation('DescribeInstances', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeInstances') }),
  async execute(context, input) {
    const { InstanceIds: ids } = input;
    const relations = await readInstanceRelations(
      context.tx,
      context,
      ids?.length === 1 ? ids[0] : undefined,
    );
    const page = await describeResources(context.tx, context, {
      kind: instanceKind,
      ids,
      idsName: 'instancesSet',
      filters: input.Filters,
      // Some hundred functions, which most calls have no use for.
      fields: input.Filters?.length ? instanceFilters(relations) : {},
      page: input,
      limits: { otherwise: 1000 },
    });
    return { Reservations: reservationsOf(page.items, relations), NextToken: page.nextToken };
  },
});
