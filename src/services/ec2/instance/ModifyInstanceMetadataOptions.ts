/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html */
import { ec2 } from '../ec2.ts';
import { resourceCheck } from '../resource/kind.ts';
import { requireHopLimit } from './hop-limit.ts';
import { type InstanceRecord, instanceKind } from './instance.ts';

export default ec2.operation('ModifyInstanceMetadataOptions', {
  async checks(context, input) {
    return {
      instance: await resourceCheck(
        context,
        instanceKind,
        'ec2:ModifyInstanceMetadataOptions',
        input.InstanceId,
        () => ({
          'ec2:Attribute/HttpEndpoint': input.HttpEndpoint,
          'ec2:Attribute/HttpPutResponseHopLimit': input.HttpPutResponseHopLimit,
          'ec2:Attribute/HttpTokens': input.HttpTokens,
          'ec2:Attribute/InstanceMetadataTags': input.InstanceMetadataTags,
        }),
      ),
    };
  },
  preconditions: (_context, { HttpPutResponseHopLimit }) => requireHopLimit(HttpPutResponseHopLimit),
  execute(context, input, { instance }) {
    const { record } = instance;
    const before = record.metadataOptions;
    const metadataOptions: InstanceRecord['metadataOptions'] = {
      ...before,
      HttpTokens: input.HttpTokens ?? before.HttpTokens,
      HttpPutResponseHopLimit: input.HttpPutResponseHopLimit ?? before.HttpPutResponseHopLimit,
      HttpEndpoint: input.HttpEndpoint ?? before.HttpEndpoint,
      HttpProtocolIpv6: input.HttpProtocolIpv6 ?? before.HttpProtocolIpv6,
      InstanceMetadataTags: input.InstanceMetadataTags ?? before.InstanceMetadataTags,
    };
    context.tx.put(instanceKind.table, { ...record, metadataOptions });
    // The change is on its way in the reply, and there when it is described.
    return { InstanceId: record.id, InstanceMetadataOptions: { ...metadataOptions, State: 'pending' } };
  },
});
