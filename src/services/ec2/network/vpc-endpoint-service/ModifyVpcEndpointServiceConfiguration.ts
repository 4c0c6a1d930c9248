/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpointServiceConfiguration.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { ModifyVpcEndpointServiceConfigurationRequest } from '../../../../shapes/generated/ec2.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { newPrivateDns, requirePrivateDnsName } from './private-dns.ts';
import {
  type EndpointServiceSettings,
  requireSettings,
  type VpcEndpointServiceRecord,
  vpcEndpointServiceKind,
} from './vpc-endpoint-service.ts';

const ACTION = 'ec2:ModifyVpcEndpointServiceConfiguration';

export default ec2.operation('ModifyVpcEndpointServiceConfiguration', {
  async checks(context, { ServiceId: id, PrivateDnsName: name }) {
    const conditions = () => (name ? { 'ec2:VpceServicePrivateDnsName': name } : {});
    return { service: await ownResourceCheck(context, vpcEndpointServiceKind, ACTION, id, conditions) };
  },
  preconditions(_context, input, { service: { record } }) {
    if (input.PrivateDnsName && input.RemovePrivateDnsName) {
      throw new AwsError(
        'InvalidParameterCombination',
        'PrivateDnsName and RemovePrivateDnsName cannot be specified together.',
      );
    }
    const settings = changedSettings(record, input);
    requireSettings(settings);
    requirePrivateDnsName(input.PrivateDnsName, settings.gatewayLoadBalancerArns);
  },
  async execute({ tx, entropy }, input, { service: { record } }) {
    const { PrivateDnsName: name } = input;
    const isNew = name && name !== record.privateDns?.name;
    const kept = input.RemovePrivateDnsName ? undefined : record.privateDns;
    await vpcEndpointServiceKind.records.put(tx, {
      ...record,
      ...changedSettings(record, input),
      privateDns: isNew ? newPrivateDns(entropy, name) : kept,
    });
    return { Return: true };
  },
});

function changed(
  current: readonly string[],
  added: readonly string[] = [],
  removed: readonly string[] = [],
): readonly string[] {
  return [...new Set([...current.filter((each) => !removed.includes(each)), ...added])];
}

function changedSettings(
  record: VpcEndpointServiceRecord,
  input: ModifyVpcEndpointServiceConfigurationRequest,
): EndpointServiceSettings {
  const regions = changed(record.remoteRegions, input.AddSupportedRegions, input.RemoveSupportedRegions);
  return {
    acceptanceRequired: input.AcceptanceRequired ?? record.acceptanceRequired,
    networkLoadBalancerArns: changed(
      record.networkLoadBalancerArns,
      input.AddNetworkLoadBalancerArns,
      input.RemoveNetworkLoadBalancerArns,
    ),
    gatewayLoadBalancerArns: changed(
      record.gatewayLoadBalancerArns,
      input.AddGatewayLoadBalancerArns,
      input.RemoveGatewayLoadBalancerArns,
    ),
    addressTypes: changed(
      record.addressTypes,
      input.AddSupportedIpAddressTypes,
      input.RemoveSupportedIpAddressTypes,
    ),
    remoteRegions: regions.filter((name) => name !== record.region),
  };
}
