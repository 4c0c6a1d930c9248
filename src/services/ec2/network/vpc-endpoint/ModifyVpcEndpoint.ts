/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck, type ResourceKind, type ResourceRecord } from '../../resource/kind.ts';
import { subnets } from '../networked.ts';
import { routeTableKind } from '../route-table/route-table.ts';
import { securityGroupKind } from '../security-group/security-group.ts';
import { requireIpv4, subnetKind } from '../subnet/subnet.ts';
import { namedIn, requireAddresses, requirePartsIn, withParts } from './endpoint-parts.ts';
import { requirePolicy, vpcEndpointKind, vpcEndpoints } from './vpc-endpoint.ts';

const ACTION = 'ec2:ModifyVpcEndpoint';

/** A list with some taken out and others put in, each once. */
const changed = (list: readonly string[], added: readonly string[] = [], removed: readonly string[] = []) => [
  ...new Set([...list.filter((id) => !removed.includes(id)), ...added]),
];

export default ec2.operation('ModifyVpcEndpoint', {
  unserved: [
    ['DnsOptions.DnsRecordIpType', 'ipv4', 'service-defined'],
    'DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint',
    'DnsOptions.PrivateDnsPreference',
    'DnsOptions.PrivateDnsSpecifiedDomains',
    ['IpAddressType', 'ipv4'],
    'SubnetConfigurations[].Ipv6',
  ],
  async checks(context, input) {
    const own = <R extends ResourceRecord>(kind: ResourceKind<R>, ids: readonly string[] = []) =>
      Promise.all(ids.map((id) => ownResourceCheck(context, kind, ACTION, id)));
    return {
      endpoint: await ownResourceCheck(context, vpcEndpointKind, ACTION, input.VpcEndpointId),
      tables: await own(routeTableKind, input.AddRouteTableIds),
      subnets: await own(subnetKind, input.AddSubnetIds),
      groups: await own(securityGroupKind, input.AddSecurityGroupIds),
    };
  },
  async preconditions(context, input, { endpoint: { record }, subnets: added, tables, groups }) {
    if (input.PolicyDocument && input.ResetPolicy) {
      throw new AwsError(
        'InvalidParameterCombination',
        'PolicyDocument and ResetPolicy cannot be specified together.',
      );
    }
    if (input.PolicyDocument) requirePolicy(input.PolicyDocument);
    for (const { record: subnet } of added) requireIpv4(subnet);
    requirePartsIn(record.vpcId, [...tables, ...added], groups);
    const isForOther = record.type === 'Gateway' ? input.AddSubnetIds : input.AddRouteTableIds;
    if (isForOther?.length) {
      throw new AwsError('InvalidParameter', `The endpoint ${record.id} is of type ${record.type}.`);
    }
    const served = (await subnets.list(context.tx, record)).filter(({ id }) => record.subnetIds.includes(id));
    const named = namedIn(input.SubnetConfigurations);
    await requireAddresses(context.tx, named, [...served, ...added.map((each) => each.record)]);
  },
  async execute(context, input, { endpoint: { record } }) {
    const { PolicyDocument: document, ResetPolicy: isReset, PrivateDnsEnabled: dns } = input;
    const endpoint = {
      ...record,
      policy: isReset ? undefined : document || record.policy,
      privateDns: dns ?? record.privateDns,
      groupIds: changed(record.groupIds, input.AddSecurityGroupIds, input.RemoveSecurityGroupIds),
    };
    const inSubnets = changed(record.subnetIds, input.AddSubnetIds, input.RemoveSubnetIds);
    const named = namedIn(input.SubnetConfigurations);
    const tables = changed(record.routeTableIds, input.AddRouteTableIds, input.RemoveRouteTableIds);
    context.tx.put(vpcEndpoints, await withParts(context, endpoint, inSubnets, tables, named));
    return { Return: true };
  },
});
