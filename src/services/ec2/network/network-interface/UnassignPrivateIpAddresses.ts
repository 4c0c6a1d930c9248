/**
 * Takes secondary addresses from an interface; elastic ones that stood for them are free again. Addresses, not prefixes.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnassignPrivateIpAddresses.html
 */
import { AwsError } from '../../../../aws/aws-error.ts';
import { ec2 } from '../../ec2.ts';
import { ownResourceCheck } from '../../resource/kind.ts';
import { networkInterfaceKind, networkInterfaces } from './network-interface.ts';

export default ec2.operation('UnassignPrivateIpAddresses', {
  unserved: ['Ipv4Prefixes'],
  async checks(context, input) {
    const action = 'ec2:UnassignPrivateIpAddresses';
    return { eni: await ownResourceCheck(context, networkInterfaceKind, action, input.NetworkInterfaceId) };
  },
  preconditions(_context, { PrivateIpAddresses: gone = [] }, { eni: { record: eni } }) {
    const { privateIp: primary, secondaryAddresses = [] } = eni;
    if (primary !== undefined && gone.includes(primary)) {
      throw new AwsError(
        'InvalidParameterValue',
        `The primary private IP address ${primary} of an interface cannot be unassigned.`,
      );
    }
    if (gone.every((ip) => secondaryAddresses.some(({ privateIp }) => privateIp === ip))) return;
    throw new AwsError(
      'InvalidParameterValue',
      `Some of ${JSON.stringify(gone)} are not assigned to interface ${eni.id}`,
    );
  },
  execute({ tx }, { PrivateIpAddresses: gone = [] }, { eni: { record: eni } }) {
    const secondaryAddresses = eni.secondaryAddresses?.filter(({ privateIp }) => !gone.includes(privateIp));
    tx.put(networkInterfaces, { ...eni, secondaryAddresses });
    return {};
  },
});
