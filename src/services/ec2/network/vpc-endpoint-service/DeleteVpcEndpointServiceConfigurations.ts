/** Each for itself: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpointServiceConfigurations.html */
import { optional } from '../../../../invoke/verdict.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { vpcEndpointServiceKind } from './vpc-endpoint-service.ts';

const ACTION = 'ec2:DeleteVpcEndpointServiceConfigurations';

export default ec2.operation('DeleteVpcEndpointServiceConfigurations', {
  checks: async (context, { ServiceIds: ids }) => ({
    services: await Promise.all(
      [...new Set(ids)].map(async (id) =>
        optional(await ownResourceCheck(context, vpcEndpointServiceKind, ACTION, id)),
      ),
    ),
  }),
  async execute({ tx }, { ServiceIds: ids }, { services }) {
    const found = services.flatMap(({ record }) => record ?? []);
    for (const record of found) await vpcEndpointServiceKind.records.remove(tx, record);
    const missing = ids.filter((id) => !found.some((record) => record.id === id));
    const Unsuccessful = missing.map((ResourceId) => {
      const { code, message } = vpcEndpointServiceKind.notFound([ResourceId]);
      return { ResourceId, Error: { Code: code, Message: message } };
    });
    return { Unsuccessful };
  },
});
