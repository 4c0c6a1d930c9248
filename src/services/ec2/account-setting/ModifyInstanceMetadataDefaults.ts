/**
 * What launches get where neither they nor their template say otherwise; `no-preference` and -1 take a default back
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataDefaults.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { changeRegionSettings, type MetadataDefaults, readRegionSettings } from './region-settings.ts';

const MAX_HOPS = 64;

export default ec2.operation('ModifyInstanceMetadataDefaults', {
  unserved: [['HttpTokensEnforced', 'disabled', 'no-preference']],
  checks: (context, input) => ({
    setting: accountCheck(context, 'ec2:ModifyInstanceMetadataDefaults', {
      'ec2:Attribute/HttpEndpoint': input.HttpEndpoint,
      'ec2:Attribute/HttpPutResponseHopLimit': input.HttpPutResponseHopLimit,
      'ec2:Attribute/HttpTokens': input.HttpTokens,
      'ec2:Attribute/InstanceMetadataTags': input.InstanceMetadataTags,
    }),
  }),
  async execute(context, input) {
    const { HttpTokens, HttpEndpoint, InstanceMetadataTags, HttpPutResponseHopLimit: hops } = input;
    if (hops !== undefined && hops !== -1 && (hops < 1 || hops > MAX_HOPS)) {
      throw new AwsError(
        'InvalidParameterValue',
        `Value (${hops}) for parameter HttpPutResponseHopLimit is invalid. Expected -1 or 1 to ${MAX_HOPS}.`,
      );
    }
    const { metadata } = await readRegionSettings(context.tx, context);
    const asked = { HttpTokens, HttpEndpoint, InstanceMetadataTags, HttpPutResponseHopLimit: hops };
    const changed: Record<string, unknown> = { ...metadata };
    for (const [name, value] of Object.entries(asked)) {
      if (value === 'no-preference' || value === -1) delete changed[name];
      else if (value !== undefined) changed[name] = value;
    }
    await changeRegionSettings(context.tx, context, { metadata: changed as MetadataDefaults });
    return { Return: true };
  },
});
