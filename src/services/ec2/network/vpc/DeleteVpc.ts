/**
 * Takes the VPC's default security group, main route table and ACL with it; all else must be gone before
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html).
 */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { ec2 } from '../../ec2.ts';
import { ec2Arn } from '../../resource/arn.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { removeExclusionOf } from '../block-public-access/block-public-access.ts';
import { egressOnlyGatewayKind } from '../egress-only-gateway/egress-only-gateway.ts';
import type { VpcRecord } from '../network-records.ts';
import {
  internetGateways,
  networkAcls,
  routeTables,
  securityGroupRules,
  securityGroups,
  subnets,
  vpcs,
} from '../networked.ts';
import { isMainTable } from '../route-table/route-table.ts';
import { vpcEndpointKind } from '../vpc-endpoint/vpc-endpoint.ts';
import { endPeering } from '../vpc-peering/end-peering.ts';
import { isOpen, peeringsOf } from '../vpc-peering/vpc-peering.ts';
import { attachedVpcId, vpnGatewayKind } from '../vpn-gateway/vpn-gateway.ts';
import { vpcKind } from './vpc.ts';

export default ec2.operation('DeleteVpc', {
  async checks(context, input) {
    return { vpc: await ownResourceCheck(context, vpcKind, 'ec2:DeleteVpc', input.VpcId) };
  },
  async preconditions(context, _input, { vpc }) {
    if (!(await hasDependents(context.tx, vpc.record))) return;
    throw new AwsError(
      'DependencyViolation',
      `The vpc '${vpc.record.id}' has dependencies and cannot be deleted.`,
    );
  },
  async execute(context, _input, { vpc: { record: vpc } }) {
    const { tx } = context;
    const groups = (await securityGroups.list(tx, vpc)).filter(({ vpcId }) => vpcId === vpc.id);
    for (const rule of await securityGroupRules.list(tx, vpc)) {
      if (groups.some(({ id }) => id === rule.groupId)) await securityGroupRules.remove(tx, rule);
    }
    for (const group of groups) await securityGroups.remove(tx, group);
    for (const parts of [routeTables, networkAcls]) {
      for (const part of await parts.list(tx, vpc)) {
        if (part.vpcId === vpc.id) await parts.remove(tx, part);
      }
    }
    for (const peering of await peeringsOf(tx, vpc)) {
      if (isOpen(peering)) await endPeering(context, peering);
    }
    await removeExclusionOf(tx, ec2Arn(vpc, 'vpc', vpc.id));
    await vpcs.remove(tx, vpc);
    return {};
  },
});

async function hasDependents(tx: ReadTransaction, vpc: VpcRecord): Promise<boolean> {
  const isWithin = ({ vpcId }: { readonly vpcId?: string }) => vpcId === vpc.id;
  const groups = (await securityGroups.list(tx, vpc)).filter(({ name }) => name !== 'default');
  const tables = (await routeTables.list(tx, vpc)).filter((each) => !isMainTable(each));
  const dependents = [
    ...(await subnets.list(tx, vpc)),
    ...(await internetGateways.list(tx, vpc)),
    ...(await egressOnlyGatewayKind.records.list(tx, vpc)),
    ...(await vpcEndpointKind.records.list(tx, vpc)),
    ...(await vpnGatewayKind.records.list(tx, vpc)).map((each) => ({ vpcId: attachedVpcId(each) })),
    ...groups,
    ...groups.flatMap(({ vpcAssociations = [] }) => vpcAssociations),
    ...tables,
    ...(await networkAcls.list(tx, vpc)).filter(({ isDefault }) => !isDefault),
  ];
  return dependents.some(isWithin);
}
