/** Virtual private gateways whose routes a table takes over: those of VPN connections, of which there are none here. */
import type { Scope } from '../../../../aws/scope.ts';
import type { ResolveContext } from '../../../../invoke/context.ts';
import type { Transaction } from '../../../../store/store.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import type { RouteTableRecord } from '../network-records.ts';
import { routeTables } from '../networked.ts';
import { vpnGatewayKind } from '../vpn-gateway/vpn-gateway.ts';
import { routeTableKind } from './route-table.ts';

interface PropagationRequest {
  readonly GatewayId: string;
  readonly RouteTableId: string;
}

export const propagationChecks = async (
  context: ResolveContext,
  action: string,
  { GatewayId, RouteTableId }: PropagationRequest,
) => ({
  gateway: await ownResourceCheck(context, vpnGatewayKind, action, GatewayId),
  routeTable: await ownResourceCheck(context, routeTableKind, action, RouteTableId),
});

export const othersThan = ({ propagatingGatewayIds = [] }: RouteTableRecord, id: string): readonly string[] =>
  propagatingGatewayIds.filter((each) => each !== id);

export async function dropPropagations(tx: Transaction, scope: Scope, id: string): Promise<void> {
  for (const table of await routeTables.list(tx, scope)) {
    if (!table.propagatingGatewayIds?.includes(id)) continue;
    await routeTables.put(tx, { ...table, propagatingGatewayIds: othersThan(table, id) });
  }
}
