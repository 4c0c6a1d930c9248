/** Each for itself: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpointServiceConfigurations.html */
import { ec2 } from '../../ec2.ts';
import { absence, checksApart, eachApart, listed } from '../../resource/each-apart.ts';
import { vpcEndpointServiceKind } from './vpc-endpoint-service.ts';

const ACTION = 'ec2:DeleteVpcEndpointServiceConfigurations';

export default ec2.operation('DeleteVpcEndpointServiceConfigurations', {
  checks: async (context, { ServiceIds: ids }) => ({
    services: await checksApart(context, vpcEndpointServiceKind, ACTION, ids),
  }),
  async execute({ tx }, { ServiceIds: ids }, { services }) {
    const Unsuccessful: object[] = [];
    for (const { id: ResourceId, record } of eachApart(ids, services)) {
      if (record) await vpcEndpointServiceKind.records.remove(tx, record);
      else Unsuccessful.push({ ResourceId, Error: listed(absence(vpcEndpointServiceKind, ResourceId)) });
    }
    return { Unsuccessful };
  },
});
