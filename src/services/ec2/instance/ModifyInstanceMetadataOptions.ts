/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html */
import { ec2 } from '../ec2.ts';
import { resourceCheck } from '../resource/kind.ts';
import { requireHopLimit } from './hop-limit.ts';
import { type InstanceRecord, instanceKind } from './instance.ts';
import { requireEnforcedTokens } from './metadata-options.ts';

const IMDS_V1_ENABLED =
  "You can't enable IMDSv1 on the instance because httpTokensEnforced is enabled for this account.";

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
  async preconditions(context, { HttpPutResponseHopLimit, HttpTokens }, { instance }) {
    requireHopLimit(HttpPutResponseHopLimit);
    // An instance that takes requests without a token may go on doing so.
    if (HttpTokens === undefined || instance.record.metadataOptions.HttpTokens !== 'required') return;
    await requireEnforcedTokens(context.tx, context, { HttpTokens }, IMDS_V1_ENABLED);
  },
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
