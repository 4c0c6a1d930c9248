/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroupVpcAssociations.html */
import { filtersTest } from '../../describe/filter.ts';
import { pageOf } from '../../describe/page.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck } from '../../resource/kind.ts';
import { securityGroups } from '../networked.ts';
import { associationFilters, associationsOf, showVpcAssociation } from './vpc-association.ts';

export default ec2.operation('DescribeSecurityGroupVpcAssociations', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeSecurityGroupVpcAssociations') }),
  async execute(context, input) {
    const matches = filtersTest(input.Filters, associationFilters);
    const found = associationsOf(await securityGroups.list(context.tx, context)).filter(matches);
    const page = pageOf(found, ({ group, vpcId }) => `${group.id}|${vpcId}`, input);
    return {
      SecurityGroupVpcAssociations: page.items.map(showVpcAssociation),
      NextToken: page.nextToken,
    };
  },
});
