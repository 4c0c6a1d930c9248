/** What becomes of a NAT gateway: `pending` ends, `deleting` ends, and a deleted one is shown for an hour. */
import { workflow } from '../../../../invoke/workflow.ts';
import { workflowRef } from '../../../../invoke/workflow-ref.ts';
import { HOUR_MS } from '../../../../platform/durations.ts';
import { ec2 } from '../../ec2.ts';
import { findResource, requireResource } from '../../resource/kind.ts';
import { networkInterfaceKind } from '../network-interface/network-interface.ts';
import { internetGateways } from '../networked.ts';
import { closeRoutesTo } from '../route-table/route-target.ts';
import { type NatAddress, natGatewayKind } from './nat-gateway.ts';

interface NatGatewayName {
  readonly natGatewayId: string;
}

export const openNatGatewayStep = workflowRef<NatGatewayName>('ec2.nat-gateway.open');
/** Addresses that come are there, and those that go are gone. */
export const settleAddressesStep = workflowRef<NatGatewayName>('ec2.nat-gateway.settle-addresses');
export const deleteNatGatewayStep = workflowRef<NatGatewayName>('ec2.nat-gateway.delete');

const { records } = natGatewayKind;

export const openNatGatewayWorkflow = workflow(openNatGatewayStep, ec2, async (_ctx, { natGatewayId }) => {
  return async (context) => {
    const nat = await findResource(context.tx, natGatewayKind, context, natGatewayId);
    if (nat?.state !== 'pending') return;
    const gateways = await internetGateways.list(context.tx, nat);
    if (nat.connectivity === 'private' || gateways.some(({ vpcId }) => vpcId === nat.vpcId)) {
      await records.put(context.tx, { ...nat, state: 'available', secondary: settled(nat.secondary) });
      return;
    }
    const message = `Network ${nat.vpcId} has no Internet gateway attached`;
    const failure = { code: 'Gateway.NotAttached', message };
    await networkInterfaceKind.records.remove(context.tx, { ...nat, id: nat.networkInterfaceId });
    await records.put(context.tx, { ...nat, state: 'failed', failure });
  };
});

const isGoing = ({ status }: NatAddress) => status === 'disassociating' || status === 'unassigning';

const settled = (addresses: readonly NatAddress[] | undefined): readonly NatAddress[] | undefined =>
  addresses?.filter((each) => !isGoing(each)).map((each) => ({ ...each, status: 'succeeded' }));

export const settleAddressesWorkflow = workflow(settleAddressesStep, ec2, async (_ctx, { natGatewayId }) => {
  return async (context) => {
    const { tx } = context;
    const nat = await findResource(tx, natGatewayKind, context, natGatewayId);
    if (nat?.state !== 'available') return;
    const gone = (nat.secondary ?? []).filter(isGoing).map(({ privateIp }) => privateIp);
    const eni = await requireResource(tx, networkInterfaceKind, nat, nat.networkInterfaceId);
    const secondaryAddresses = eni.secondaryAddresses?.filter(({ privateIp }) => !gone.includes(privateIp));
    await networkInterfaceKind.records.put(tx, { ...eni, secondaryAddresses });
    await records.put(tx, { ...nat, secondary: settled(nat.secondary) });
  };
});

export const deleteNatGatewayWorkflow = workflow(
  deleteNatGatewayStep,
  ec2,
  async (_ctx, { natGatewayId }) => {
    return async (context) => {
      const nat = await findResource(context.tx, natGatewayKind, context, natGatewayId);
      if (!nat) return;
      if (nat.state === 'deleted') {
        await records.remove(context.tx, nat);
        return;
      }
      // Its elastic address is free again, and routes to it lead nowhere.
      await networkInterfaceKind.records.remove(context.tx, { ...nat, id: nat.networkInterfaceId });
      await closeRoutesTo(context.tx, nat, nat.id);
      await records.put(context.tx, { ...nat, state: 'deleted', deletedAtMs: context.nowMs });
      context.schedule(deleteNatGatewayStep, { natGatewayId }, { delayMs: HOUR_MS });
    };
  },
);
