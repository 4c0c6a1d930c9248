/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateInternetGateway.html */
import { ec2 } from '../../ec2.ts';
import { createdResources } from '../../resource/arn.ts';
import { newId } from '../../resource/kind.ts';
import { taggedCreationCheck } from '../../resource/tag.ts';
import { internetGateways } from '../networked.ts';
import { internetGatewayKind, showInternetGateway } from './internet-gateway.ts';

const { type, prefix } = internetGatewayKind;

const ACTION = 'ec2:CreateInternetGateway';

export default ec2.operation('CreateInternetGateway', {
  checks(context, input) {
    const { create, tag } = taggedCreationCheck(context, ACTION, internetGatewayKind, input, {});
    return { gateway: create, tag };
  },
  async execute(context, _input, { gateway: { plan } }) {
    const { account, region, tx } = context;
    const gateway = { account, region, id: newId(context.entropy, prefix), tags: plan.tags };
    await internetGateways.put(tx, gateway);
    return { InternetGateway: showInternetGateway(gateway) };
  },
  audit: {
    resources: (_input, output, context) =>
      createdResources(context, type, [output?.InternetGateway?.InternetGatewayId]),
  },
});
