/** Of a recorded call that KMS denied, what its record does not have and that of the call that it was made for does. */
import { ebsContext } from '../../aws/ebs-context.ts';
import type { TrailRecord, Use } from '../../import/cloudtrail/use.ts';
import { parameterArnOf } from '../../services/ssm/index.ts';

/** Volumes under a key that are attached to an instance: whom a call on the key in the instance's name was about. */
export type VolumesOf = (instanceId: string, keyArn: string) => readonly string[];

/** A denied call has no parameters; what EC2 and Systems Manager ask for is known from the call that it was made for (aws-facts B2, K2). */
export function completed(
  use: Use,
  event: TrailRecord,
  outer: TrailRecord | undefined,
  volumesOf: VolumesOf,
): Use {
  // What KMS refused it may stand in the error of the call on Systems Manager alone.
  if (use.source === 'ssm' && use.denied.startsWith('kms:')) return ofParameter(use, event);
  if (!outer || use.source !== 'kms' || use.context !== '?') return use;
  if (use.invokedBy.startsWith('ssm.')) return ofParameter(use, outer);
  if (!use.invokedBy.startsWith('ec2')) return use;
  const named = idsIn(outer.requestParameters);
  const ofInstances = named.filter((id) => id.startsWith('i-')).flatMap((id) => volumesOf(id, use.resource));
  const volumes = [...named.filter((id) => id.startsWith('vol-')), ...ofInstances];
  const [volume] = volumes;
  if (volume === undefined) return use;
  const pairs = ebsContext(volume);
  const grant = JSON.stringify({ constraints: { encryptionContextSubset: pairs }, operations: ['Decrypt'] });
  return { ...use, context: JSON.stringify(pairs), grant: use.name === 'CreateGrant' ? grant : '' };
}

/** Of several parameters that were asked for, it may be any. */
function ofParameter(use: Use, { requestParameters, awsRegion = '' }: TrailRecord): Use {
  const { name, names } = Object(requestParameters) as { name?: unknown; names?: unknown };
  const [text, ...others] = [name ?? names ?? []].flat();
  if (typeof text !== 'string' || others.length > 0) return use;
  const arn = parameterArnOf(text, { account: use.account, region: awsRegion });
  return { ...use, context: JSON.stringify({ PARAMETER_ARN: arn }) };
}

const RESOURCE_ID = /^[a-z][a-z-]*-[0-9a-f]{8,17}$|^arn:aws[a-z-]*:/;
const MAX_VALUES = 1000;

/** Ids and ARNs anywhere in a call's parameters. */
export function idsIn(parameters: unknown): string[] {
  const found: string[] = [];
  const queue: unknown[] = [parameters];
  for (let looked = 0; queue.length > 0 && looked < MAX_VALUES; looked++) {
    const value = queue.shift();
    if (typeof value === 'string' && RESOURCE_ID.test(value)) found.push(value);
    else if (value && typeof value === 'object') queue.push(...Object.values(value).slice(0, MAX_VALUES));
  }
  return found;
}
