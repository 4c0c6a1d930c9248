/** Each for itself: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html */
import { ec2 } from '../../ec2.ts';
import { checksApart, removeApart } from '../../resource/each-apart.ts';
import { withParts } from './endpoint-parts.ts';
import { vpcEndpointKind, vpcEndpoints } from './vpc-endpoint.ts';

export default ec2.operation('DeleteVpcEndpoints', {
  checks: async (context, { VpcEndpointIds: ids }) => ({
    endpoints: await checksApart(context, vpcEndpointKind, 'ec2:DeleteVpcEndpoints', ids),
  }),
  execute: (context, { VpcEndpointIds: ids }, { endpoints }) =>
    removeApart(vpcEndpointKind, ids, endpoints, async (record) => {
      const { account, region, id } = await withParts(context, record, [], []);
      context.tx.delete(vpcEndpoints, [account, region, id]);
    }),
});
