/** Each for itself: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpointServiceConfigurations.html */
import { ec2 } from '../../ec2.ts';
import { checksApart, removeApart } from '../../resource/each-apart.ts';
import { vpcEndpointServiceKind } from './vpc-endpoint-service.ts';

const ACTION = 'ec2:DeleteVpcEndpointServiceConfigurations';

export default ec2.operation('DeleteVpcEndpointServiceConfigurations', {
  checks: async (context, { ServiceIds: ids }) => ({
    services: await checksApart(context, vpcEndpointServiceKind, ACTION, ids),
  }),
  execute: ({ tx }, { ServiceIds: ids }, { services }) =>
    removeApart(vpcEndpointServiceKind, ids, services, (record) =>
      vpcEndpointServiceKind.records.remove(tx, record),
    ),
});
