/** The zone of a subnet that is to be made. */
import { AwsError } from '../../../../aws/aws-error.ts';
import { findZone, type Zone, zonesOf } from '../../region/region.ts';

/** AWS chooses a zone where the request names none; here it is the first. */
export function zoneOfSubnet(region: string, { name, id }: { name?: string; id?: string }): Zone {
  if (!name && !id) return zonesOf(region)[0]!;
  const zone = findZone(region, { name, id });
  if (zone) return zone;
  const [parameter, member] = name
    ? (['availabilityZone', 'name'] as const)
    : (['availabilityZoneId', 'id'] as const);
  const served = zonesOf(region).map((each) => each[member]);
  throw new AwsError(
    'InvalidParameterValue',
    `Value (${name ?? id}) for parameter ${parameter} is invalid. Subnets can currently only be created in the ` +
      `following availability zones: ${served.join(', ')}.`,
  );
}
