/**
 * The parameters that AWS publishes: the newest public image of each kind, from the images that are there
 * (https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters-ami.html).
 */
import type { Ports } from '../../../invoke/port.ts';
import type { ParameterRecord } from './parameter-record.ts';

export const PUBLIC_PATH = '/aws/service/';

/** AWS's own parameters have no owner in their ARN. */
const OWNER = '';

export function publicParameter(ports: Ports, region: string, name: string): ParameterRecord | undefined {
  return publicValue(ports, region, name) === undefined ? undefined : record(region, name);
}

export function publicParameters(ports: Ports, region: string): ParameterRecord[] {
  return [...ports.publicImages.parameters(region).keys()].map((name) => record(region, name));
}

export const publicValue = (ports: Ports, region: string, name: string): string | undefined =>
  ports.publicImages.parameters(region).get(name);

export const isPublic = ({ account }: Pick<ParameterRecord, 'account'>): boolean => account === OWNER;

const record = (region: string, name: string): ParameterRecord => ({
  account: OWNER,
  region,
  name,
  type: 'String',
  tier: 'Standard',
  dataType: 'aws:ec2:image',
  latestVersion: 1,
  tags: {},
});
