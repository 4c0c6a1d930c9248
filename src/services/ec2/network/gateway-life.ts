/** How the gateways of VPN connections pass from one state to the next; a deleted one is shown for an hour. */
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { HOUR_MS } from '../../../platform/durations.ts';
import { ec2 } from '../ec2.ts';
import { findResource, type ResourceKind, type ResourceRecord } from '../resource/kind.ts';

export interface GatewayRecord extends ResourceRecord {
  readonly state: 'pending' | 'available' | 'deleting' | 'deleted';
}

interface GatewayName {
  readonly gatewayId: string;
}

/** `settled` says what a gateway is once what was under way with it is done. */
export function gatewayLife<R extends GatewayRecord>(kind: ResourceKind<R>, settled: (gateway: R) => R) {
  const settleStep = workflowRef<GatewayName>(`ec2.${kind.type}.settle`);
  const forgetStep = workflowRef<GatewayName>(`ec2.${kind.type}.forget`);
  const settle = workflow(settleStep, ec2, async (_ctx, { gatewayId }) => async (context) => {
    const gateway = await findResource(context.tx, kind, context, gatewayId);
    if (!gateway || gateway.state === 'deleted') return;
    const next: R = settled(gateway.state === 'deleting' ? { ...gateway, state: 'deleted' } : gateway);
    await kind.records.put(context.tx, next);
    if (next.state === 'deleted') context.schedule(forgetStep, { gatewayId }, { delayMs: HOUR_MS });
  });
  const forget = workflow(forgetStep, ec2, async (_ctx, { gatewayId }) => async (context) => {
    const gateway = await findResource(context.tx, kind, context, gatewayId);
    if (gateway) await kind.records.remove(context.tx, gateway);
  });
  return { settleStep, workflows: [settle, forget] };
}

export const isThere = ({ state }: GatewayRecord): boolean => state === 'pending' || state === 'available';
