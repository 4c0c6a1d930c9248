/** Calls that situations begin with, of their usual things. */
import type { Call } from './situation.ts';

/** Of `<data>`. `more`: of the input; `rest`: of the call. */
export const encrypt = (as: string, more: object = {}, rest: Partial<Call> = {}): Call => ({
  as,
  call: 'kms:Encrypt',
  with: { KeyId: '<data>', Plaintext: 'x', ...more },
  ...rest,
});

export const createVolume = (as: string, more: object = {}): Call => ({
  as,
  call: 'ec2:CreateVolume',
  with: { AvailabilityZone: 'us-east-1a', Size: 1, Encrypted: true, KmsKeyId: '<data>', ...more },
});

export const run = (as: string, more: object = {}): Call => ({
  as,
  call: 'ec2:RunInstances',
  with: { ImageId: '<public-image>', InstanceType: 't3.micro', MinCount: 1, MaxCount: 1, ...more },
});
