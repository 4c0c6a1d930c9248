/** Its interface goes with it: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteInstanceConnectEndpoint.html */
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { isThere } from '../gateway-life.ts';
import { networkInterfaceKind } from '../network-interface/network-interface.ts';
import {
  instanceConnectEndpointKind,
  instanceConnectEndpointLife,
  showInstanceConnectEndpoint,
} from './instance-connect-endpoint.ts';

export default ec2.operation('DeleteInstanceConnectEndpoint', {
  async checks(context, { InstanceConnectEndpointId: id }) {
    const action = 'ec2:DeleteInstanceConnectEndpoint';
    return { endpoint: await ownResourceCheck(context, instanceConnectEndpointKind, action, id) };
  },
  async execute(context, _input, { endpoint: { record } }) {
    if (!isThere(record)) return { InstanceConnectEndpoint: showInstanceConnectEndpoint(record) };
    const deleting = { ...record, state: 'deleting' } as const;
    await networkInterfaceKind.records.remove(context.tx, { ...record, id: record.networkInterfaceId });
    await instanceConnectEndpointKind.records.put(context.tx, deleting);
    context.schedule(instanceConnectEndpointLife.settleStep, { gatewayId: record.id });
    return { InstanceConnectEndpoint: showInstanceConnectEndpoint(deleting) };
  },
});
