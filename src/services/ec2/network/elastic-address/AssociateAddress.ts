/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateAddress.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { AssociateAddressRequest } from '../../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { ec2 } from '../../ec2.ts';
import { type InstanceRecord, instanceKind } from '../../instance/instance.ts';
import { unfitStateError } from '../../instance/instance-state.ts';
import { newId, ownResourceCheck, requireResource } from '../../resource/kind.ts';
import {
  addressesOf,
  type NetworkInterfaceRecord,
  networkInterfaceKind,
  networkInterfaces,
  withAddress,
} from '../network-interface/network-interface.ts';
import { onlyInterface } from '../network-interface/source-dest-check.ts';
import { internetGateways } from '../networked.ts';
import { addressCheck, holderOf } from './elastic-address.ts';
import { giveBack } from './give-back.ts';

const ACTION = 'ec2:AssociateAddress';

export default ec2.operation('AssociateAddress', {
  async checks(context, input) {
    const { InstanceId: instanceId, NetworkInterfaceId: eniId } = input;
    if (!instanceId && !eniId) {
      throw new AwsError('MissingParameter', 'Either instance ID or network interface id must be specified');
    }
    return {
      address: await addressCheck(context, ACTION, input),
      instance: instanceId ? await ownResourceCheck(context, instanceKind, ACTION, instanceId) : undefined,
      eni:
        eniId && !instanceId
          ? await ownResourceCheck(context, networkInterfaceKind, ACTION, eniId)
          : undefined,
    };
  },
  async preconditions({ tx }, input, { address: { record: address }, instance, eni: named }) {
    const eni = await interfaceOf(tx, instance?.record, named?.record);
    requireAddressOf(eni, input);
    const gateways = await internetGateways.list(tx, address);
    if (!gateways.some(({ vpcId }) => vpcId === eni.vpcId)) {
      throw new AwsError(
        'Gateway.NotAttached',
        `Network ${eni.vpcId} is not attached to any internet gateway`,
      );
    }
    const holder = await holderOf(tx, address);
    if (holder && holder.eni.id !== eni.id && input.AllowReassociation === false) {
      throw new AwsError(
        'Resource.AlreadyAssociated',
        `resource ${address.id} is already associated with associate-id ${holder.held.elasticIp?.associationId}`,
      );
    }
  },
  async execute(context, input, { address: { record: address }, instance, eni: named }) {
    const { tx } = context;
    const { id, privateIp: primary } = await interfaceOf(tx, instance?.record, named?.record);
    const privateIp = input.PrivateIpAddress ?? primary!;
    const holder = await holderOf(tx, address);
    if (holder?.eni.id === id && holder.held.privateIp === privateIp)
      return { AssociationId: holder.held.elasticIp?.associationId };
    if (holder) await giveBack(context, holder);
    const eni = await requireResource(tx, networkInterfaceKind, address, id);
    const elasticIp = { allocationId: address.id, associationId: newId(context.entropy, 'eipassoc') };
    tx.put(networkInterfaces, withAddress(eni, { privateIp, publicIp: address.publicIp, elasticIp }));
    return { AssociationId: elasticIp.associationId };
  },
});

/**
 * Where a request names both, the instance decides: clients name it beside an interface that they remember.
 * https://github.com/hashicorp/terraform-provider-aws/issues/26718
 */
async function interfaceOf(
  tx: ReadTransaction,
  instance: InstanceRecord | undefined,
  named: NetworkInterfaceRecord | undefined,
): Promise<NetworkInterfaceRecord> {
  if (!instance) return named!;
  const { state } = instance;
  const only = await onlyInterface(tx, instance);
  if (only && (state === 'running' || state === 'stopped' || state === 'stopping')) return only;
  throw unfitStateError(instance);
}

function requireAddressOf(eni: NetworkInterfaceRecord, { PrivateIpAddress: ip }: AssociateAddressRequest) {
  if (eni.privateIp === undefined) {
    throw new AwsError('InvalidParameterValue', `The interface ${eni.id} has no private IPv4 address.`);
  }
  if (!ip || addressesOf(eni).some(({ privateIp }) => privateIp === ip)) return;
  throw new AwsError(
    'InvalidParameterValue',
    `Value (${ip}) for parameter privateIpAddress is invalid. It is not an address of ${eni.id}.`,
  );
}
