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

export function publicValue(ports: Ports, region: string, name: string): string | undefined {
  const known = ports.publicImages.parameters(region);
  return known.get(name) ?? standIn(ports, known, name);
}

const NEAREST = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-';

/** With `--any-image`, the parameter of an image that is not here is that of one of Amazon Linux. */
function standIn(ports: Ports, known: ReadonlyMap<string, string>, name: string): string | undefined {
  if (!ports.standInImages || !/^\/aws\/service\/(?!global-infrastructure\/)./.test(name)) return undefined;
  const nearest = `${NEAREST}${/arm64|aarch64/.test(name) ? 'arm64' : 'x86_64'}`;
  ports.standInImages(`${name} is unknown: it stands for ${nearest}`);
  return known.get(nearest);
}

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
