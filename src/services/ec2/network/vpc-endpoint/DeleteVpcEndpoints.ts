/** Each for itself: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html */
import { optional } from '../../../../invoke/verdict.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { withParts } from './endpoint-parts.ts';
import { vpcEndpointKind, vpcEndpoints } from './vpc-endpoint.ts';

export default ec2.operation('DeleteVpcEndpoints', {
  checks: async (context, { VpcEndpointIds: ids }) => ({
    endpoints: await Promise.all(
      [...new Set(ids)].map(async (id) =>
        optional(await ownResourceCheck(context, vpcEndpointKind, 'ec2:DeleteVpcEndpoints', id)),
      ),
    ),
  }),
  async execute(context, { VpcEndpointIds: ids }, { endpoints }) {
    const { tx } = context;
    const found = new Set<string>();
    for (const { record } of endpoints) {
      if (!record) continue;
      found.add(record.id);
      const { account, region, id } = await withParts(context, record, [], []);
      tx.delete(vpcEndpoints, [account, region, id]);
    }
    const Unsuccessful = ids
      .filter((id) => !found.has(id))
      .map((ResourceId) => {
        const { code, message } = vpcEndpointKind.notFound([ResourceId]);
        return { ResourceId, Error: { Code: code, Message: message } };
      });
    return { Unsuccessful };
  },
});
