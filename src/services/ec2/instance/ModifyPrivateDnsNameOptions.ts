/** What an instance's host name is made of: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyPrivateDnsNameOptions.html */
import { ec2 } from '../ec2.ts';
import { requireIpv4, subnetKind } from '../network/subnet/subnet.ts';
import { findResource, resourceCheck } from '../resource/kind.ts';
import { instanceKind } from './instance.ts';

export default ec2.operation('ModifyPrivateDnsNameOptions', {
  async checks(context, { InstanceId: id }) {
    return {
      instance: await resourceCheck(context, instanceKind, 'ec2:ModifyPrivateDnsNameOptions', id),
    };
  },
  async preconditions(context, input, { instance: { record } }) {
    if (input.PrivateDnsHostnameType !== 'ip-name' && !input.EnableResourceNameDnsARecord) return;
    const subnet = await findResource(context.tx, subnetKind, context, record.subnetId);
    if (subnet) requireIpv4(subnet);
  },
  execute({ tx }, input, { instance: { record } }) {
    const { privateDnsNames: before } = record;
    const privateDnsNames = {
      HostnameType: input.PrivateDnsHostnameType ?? before?.HostnameType,
      EnableResourceNameDnsARecord:
        input.EnableResourceNameDnsARecord ?? before?.EnableResourceNameDnsARecord,
      EnableResourceNameDnsAAAARecord:
        input.EnableResourceNameDnsAAAARecord ?? before?.EnableResourceNameDnsAAAARecord,
    };
    tx.put(instanceKind.table, { ...record, privateDnsNames });
    return { Return: true };
  },
});
