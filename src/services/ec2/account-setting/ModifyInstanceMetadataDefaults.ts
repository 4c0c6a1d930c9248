/**
 * What launches get where neither they nor their template say otherwise; `no-preference` and -1 take a default back
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataDefaults.html).
 */
import { ec2 } from '../ec2.ts';
import { HOP_LIMITS, requireHopLimit } from '../instance/hop-limit.ts';
import { accountCheck } from '../resource/kind.ts';
import { changeRegionSettings, type MetadataDefaults, readRegionSettings } from './region-settings.ts';

export default ec2.operation('ModifyInstanceMetadataDefaults', {
  checks: (context, input) => ({
    setting: accountCheck(context, 'ec2:ModifyInstanceMetadataDefaults', {
      'ec2:Attribute/HttpEndpoint': input.HttpEndpoint,
      'ec2:Attribute/HttpPutResponseHopLimit': input.HttpPutResponseHopLimit,
      'ec2:Attribute/HttpTokens': input.HttpTokens,
      'ec2:Attribute/InstanceMetadataTags': input.InstanceMetadataTags,
    }),
  }),
  preconditions(_context, { HttpPutResponseHopLimit: hops }) {
    if (hops !== -1) requireHopLimit(hops, `-1 or ${HOP_LIMITS}`);
  },
  async execute(context, input) {
    const { HttpTokens, HttpTokensEnforced, HttpEndpoint, InstanceMetadataTags, HttpPutResponseHopLimit } =
      input;
    const asked = {
      HttpTokens,
      HttpTokensEnforced,
      HttpEndpoint,
      InstanceMetadataTags,
      HttpPutResponseHopLimit,
    };
    const { metadata } = await readRegionSettings(context.tx, context);
    const changed: Record<string, unknown> = { ...metadata };
    for (const [name, value] of Object.entries(asked)) {
      if (value === 'no-preference' || value === -1) delete changed[name];
      else if (value !== undefined) changed[name] = value;
    }
    await changeRegionSettings(context.tx, context, { metadata: changed as MetadataDefaults });
    return { Return: true };
  },
});
