/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateDhcpOptions.html */
import { isIP } from 'node:net';
import { AwsError } from '../../../../aws/aws-error.ts';
import type { NewDhcpConfiguration } from '../../../../shapes/generated/ec2.ts';
import { ec2 } from '../../ec2.ts';
import { createdResources } from '../../resource/arn.ts';
import { newId } from '../../resource/kind.ts';
import { taggedCreationCheck } from '../../resource/tag.ts';
import { type DhcpOptionsRecord, dhcpOptionsKind, showDhcpOptions } from './dhcp-options.ts';

const MAX_SERVERS = 4;
const isServers = (values: readonly string[]) =>
  values.length <= MAX_SERVERS && values.every((value) => isIP(value) > 0);
const isOne = (form: RegExp) => (values: readonly string[]) => values.length === 1 && form.test(values[0]!);

/** What each option may have as its values. */
const OPTIONS: Readonly<Record<string, (values: readonly string[]) => boolean>> = {
  'domain-name': (values) => values.length === 1,
  'domain-name-servers': (values) => isOne(/^AmazonProvidedDNS$/i)(values) || isServers(values),
  'ipv6-address-preferred-lease-time': isOne(/^\d{1,10}$/),
  'netbios-name-servers': isServers,
  'netbios-node-type': isOne(/^[1248]$/),
  'ntp-servers': isServers,
};

export default ec2.operation('CreateDhcpOptions', {
  checks(context, input) {
    const options = input.DhcpConfigurations.map(requestedOption);
    const action = 'ec2:CreateDhcpOptions';
    const { create, tag } = taggedCreationCheck(context, action, dhcpOptionsKind, input, { options });
    return { options: create, tag };
  },
  async execute({ account, region, tx, entropy }, _input, { options: { plan } }) {
    const id = newId(entropy, dhcpOptionsKind.prefix);
    const made: DhcpOptionsRecord = { account, region, id, tags: plan.tags, options: plan.options };
    await dhcpOptionsKind.records.put(tx, made);
    return { DhcpOptions: showDhcpOptions(made) };
  },
  audit: {
    resources: (_input, output, context) =>
      createdResources(context, dhcpOptionsKind.type, [output?.DhcpOptions?.DhcpOptionsId]),
  },
});

function requestedOption({ Key: key = '', Values: values = [] }: NewDhcpConfiguration) {
  const mayBe = Object.hasOwn(OPTIONS, key) ? OPTIONS[key] : undefined;
  if (mayBe?.(values)) return { key, values };
  throw new AwsError(
    'InvalidParameterValue',
    mayBe
      ? `Value (${values.join(', ')}) for parameter value is invalid for the DHCP option ${key}.`
      : `Value (${key}) for parameter key is invalid. Unknown DHCP option.`,
  );
}
