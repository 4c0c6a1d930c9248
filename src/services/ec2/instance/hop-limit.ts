/**
 * How far an answer of the metadata service may travel
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceMetadataOptionsRequest.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';

export const HOP_LIMITS = '1 to 64';

export function requireHopLimit(hops: number | undefined, expected = HOP_LIMITS): void {
  if (hops === undefined || (hops >= 1 && hops <= 64)) return;
  throw new AwsError(
    'InvalidParameterValue',
    `Value (${hops}) for parameter HttpPutResponseHopLimit is invalid. Expected ${expected}.`,
  );
}
