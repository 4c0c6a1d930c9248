/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointServicePermissions.html */
import { type FilterFields, filtersTest } from '../../describe/filter.ts';
import { pageOf } from '../../describe/page.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import {
  principalType,
  type ServicePermission,
  showPermission,
  vpcEndpointServiceKind,
} from './vpc-endpoint-service.ts';

const ACTION = 'ec2:DescribeVpcEndpointServicePermissions';

export default ec2.operation('DescribeVpcEndpointServicePermissions', {
  readOnly: true,
  checks: async (context, { ServiceId: id }) => ({
    service: await ownResourceCheck(context, vpcEndpointServiceKind, ACTION, id),
  }),
  execute(_context, input, { service: { record } }) {
    const wanted = record.permissions.filter(filtersTest(input.Filters, fields));
    const page = pageOf(
      wanted.toSorted((one, other) => (one.id < other.id ? -1 : 1)),
      ({ id }) => id,
      input,
      { min: 5, max: 1000, lenient: true },
    );
    return {
      AllowedPrincipals: page.items.map((each) => showPermission(record.id, each)),
      NextToken: page.nextToken,
    };
  },
});

const fields: FilterFields<ServicePermission> = {
  principal: ({ principal }) => principal,
  'principal-type': ({ principal }) => principalType(principal),
};
