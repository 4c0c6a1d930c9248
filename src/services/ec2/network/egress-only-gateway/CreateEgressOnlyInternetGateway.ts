/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateEgressOnlyInternetGateway.html */
import { ec2 } from '../../ec2.ts';
import { createdResources } from '../../resource/arn.ts';
import { idsOfToken, rememberToken } from '../../resource/client-token.ts';
import { newId, ownResourceCheck, requireResource } from '../../resource/kind.ts';
import { taggedCreationCheck } from '../../resource/tag.ts';
import { vpcKind } from '../vpc/vpc.ts';
import {
  type EgressOnlyGatewayRecord,
  egressOnlyGatewayKind,
  showEgressOnlyGateway,
} from './egress-only-gateway.ts';

const OPERATION = 'CreateEgressOnlyInternetGateway';
const ACTION = `ec2:${OPERATION}`;

export default ec2.operation('CreateEgressOnlyInternetGateway', {
  async checks(context, input) {
    const { create, tag } = taggedCreationCheck(context, ACTION, egressOnlyGatewayKind, input, {});
    return { gateway: create, vpc: await ownResourceCheck(context, vpcKind, ACTION, input.VpcId), tag };
  },
  async execute(context, input, { gateway: { plan }, vpc: { record: vpc } }) {
    const { account, region, tx, entropy } = context;
    const { ClientToken } = input;
    const [made] = (await idsOfToken(tx, context, OPERATION, input)) ?? [];
    const gateway: EgressOnlyGatewayRecord = made
      ? await requireResource(tx, egressOnlyGatewayKind, context, made)
      : { account, region, id: newId(entropy, egressOnlyGatewayKind.prefix), tags: plan.tags, vpcId: vpc.id };
    if (!made) {
      await egressOnlyGatewayKind.records.put(tx, gateway);
      rememberToken(tx, context, OPERATION, input, [gateway.id]);
    }
    return { EgressOnlyInternetGateway: showEgressOnlyGateway(gateway), ClientToken };
  },
  audit: {
    resources: (_input, output, context) =>
      createdResources(context, egressOnlyGatewayKind.type, [
        output?.EgressOnlyInternetGateway?.EgressOnlyInternetGatewayId,
      ]),
  },
});
