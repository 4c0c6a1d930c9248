/**
 * Takes the VPC's default security group, main route table and ACL with it; all else must be gone before
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html).
 */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { ReadTransaction } from '../../../../store/store.ts';
import { ec2 } from '../../ec2.ts';
import { checkOwnResource } from '../../resource/kind.ts';
import { listInternetGateways } from '../internet-gateway/internet-gateway.ts';
import { listNetworkAcls, networkAcls } from '../network-acl/network-acl.ts';
import { isMainTable, listRouteTables, routeTables } from '../route-table/route-table.ts';
import { listSecurityGroups, securityGroups } from '../security-group/security-group.ts';
import { listRules, securityGroupRules } from '../security-group/security-group-rule.ts';
import { storeDefaultNetwork } from '../store-default-network.ts';
import { listSubnets } from '../subnet/subnet.ts';
import { type VpcRecord, vpcKind, vpcs } from './vpc.ts';

export default ec2.operation('DeleteVpc', {
  async checks(context, input) {
    return { vpc: await checkOwnResource(context, vpcKind, 'ec2:DeleteVpc', input.VpcId) };
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
    await storeDefaultNetwork(tx, context);
    const key = (id: string) => [vpc.account, vpc.region, id];
    const groups = new Set<string>();
    for (const { id, vpcId } of await listSecurityGroups(tx, vpc)) {
      if (vpcId !== vpc.id) continue;
      groups.add(id);
      tx.delete(securityGroups, key(id));
    }
    for (const { id, groupId } of await listRules(tx, vpc)) {
      if (groups.has(groupId)) tx.delete(securityGroupRules, key(id));
    }
    for (const { id, vpcId } of await listRouteTables(tx, vpc)) {
      if (vpcId === vpc.id) tx.delete(routeTables, key(id));
    }
    for (const { id, vpcId } of await listNetworkAcls(tx, vpc)) {
      if (vpcId === vpc.id) tx.delete(networkAcls, key(id));
    }
    tx.delete(vpcs, key(vpc.id));
    return {};
  },
});

async function hasDependents(tx: ReadTransaction, vpc: VpcRecord): Promise<boolean> {
  const isWithin = ({ vpcId }: { readonly vpcId?: string }) => vpcId === vpc.id;
  const groups = (await listSecurityGroups(tx, vpc)).filter(({ name }) => name !== 'default');
  const tables = (await listRouteTables(tx, vpc)).filter((each) => !isMainTable(each));
  const dependents = [
    ...(await listSubnets(tx, vpc)),
    ...(await listInternetGateways(tx, vpc)),
    ...groups,
    ...tables,
  ];
  return dependents.some(isWithin);
}
