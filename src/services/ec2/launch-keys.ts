/** Under which keys a launch makes its volumes, and what EC2 asks of each for whoever launches, for whoever audits keys. */
import { AwsError } from '../../aws/aws-error.ts';
import type { Scope } from '../../aws/scope.ts';
import type { BlockDeviceMapping, RunInstancesRequest } from '../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../store/store.ts';
import { readAccountEncryption } from './encryption/account-encryption.ts';
import { asKeyArn } from './encryption/key-choice.ts';
import { imageKind } from './image/image.ts';
import type { ImageRecord } from './image/image-record.ts';
import { type PlannedVolume, planVolumes, type VolumeContext } from './instance/launch-volumes.ts';
import { resolveLaunchTemplate } from './launch-template/launch-template.ts';
import { withLaunchTemplate } from './launch-template/launch-template-data.ts';
import { findResource } from './resource/kind.ts';
import type { KeyChoice } from './volume/volume-source.ts';

/** Of a RunInstances request, what its volumes depend on. */
export type LaunchedVolumes = Pick<RunInstancesRequest, 'LaunchTemplate' | 'ImageId' | 'BlockDeviceMappings'>;

export interface LaunchKey {
  /** Of a key, or of an alias. */
  readonly keyArn: string;
  /** Whether the launch names it, the account's settings do, or a snapshot is under it. */
  readonly from: KeyChoice['from'];
  readonly needed: readonly string[];
}

/** Without `aws/ebs`, which everybody in its account may use (aws-facts E2.4), and of what can be launched only. */
export async function launchKeys(
  tx: ReadTransaction,
  { account, region }: Scope,
  launches: readonly LaunchedVolumes[],
): Promise<LaunchKey[]> {
  const context = { tx, account, region };
  const { defaultKeyId } = await readAccountEncryption(tx, context);
  const keys = new Map<string, LaunchKey>();
  for (const launch of launches) {
    for (const volume of await volumesOf(context, launch)) {
      for (const asked of askedFor(context, volume, defaultKeyId)) {
        const name = `${asked.from} ${asked.keyArn}`;
        const needed = new Set([...(keys.get(name)?.needed ?? []), ...asked.needed]);
        keys.set(name, { ...asked, needed: [...needed] });
      }
    }
  }
  return [...keys.values()];
}

/** As far as it was read: of what is not there nothing is known but that a root volume is made. */
async function volumesOf(context: VolumeContext, launch: LaunchedVolumes): Promise<PlannedVolume[]> {
  const request = await orNothing(requestOf(context, launch));
  const mappings = request?.BlockDeviceMappings ?? [];
  const image = await findResource(context.tx, imageKind, context, request?.ImageId ?? '');
  const planned = image && (await orNothing(planVolumes(context, image, mappings)));
  return planned ?? (await orNothing(planVolumes(context, unknownImage(context, mappings), mappings))) ?? [];
}

async function requestOf(
  { tx, account, region }: VolumeContext,
  { LaunchTemplate: named, ...request }: LaunchedVolumes,
): Promise<LaunchedVolumes> {
  if (!named) return request;
  const { data } = await resolveLaunchTemplate(tx, { account, region }, named);
  return withLaunchTemplate({ ...request, MinCount: 1, MaxCount: 1 }, data);
}

async function orNothing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

/** As AWS's images have their root device (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html). */
const ROOT_DEVICES = ['/dev/xvda', '/dev/sda1'];

/** Of a parameter that names one, or one that was not read: it has a root device, of an unencrypted snapshot. */
function unknownImage(
  { account }: Scope,
  mappings: readonly BlockDeviceMapping[],
): Pick<ImageRecord, 'account' | 'rootDeviceName' | 'blockDevices'> {
  const deviceName =
    ROOT_DEVICES.find((root) => mappings.some(({ DeviceName }) => DeviceName === root)) ?? '/dev/xvda';
  const root = { deviceName, sizeGiB: 8, type: 'gp3', encrypted: false, deleteOnTermination: true };
  return { account, rootDeviceName: deviceName, blockDevices: [root] };
}

/** In the order in which EC2 asks (aws-facts B2, B5.1), and for the instance a grant. */
function askedFor(scope: Scope, { key, snapshot }: PlannedVolume, defaultKeyId?: string): LaunchKey[] {
  if (!key) return [];
  const sourceArn = snapshot?.kmsKeyId;
  if (key.from === 'source') {
    const needed = ['kms:ReEncryptFrom', 'kms:ReEncryptTo', 'kms:CreateGrant'];
    return sourceArn === undefined ? [] : [{ keyArn: sourceArn, from: 'source', needed }];
  }
  const keyId = key.from === 'request' ? key.keyId : defaultKeyId;
  const needed = ['kms:GenerateDataKeyWithoutPlaintext', 'kms:CreateGrant'];
  const asked: LaunchKey[] = [];
  if (sourceArn !== undefined) {
    asked.push({ keyArn: sourceArn, from: 'source', needed: ['kms:ReEncryptFrom'] });
    needed.unshift('kms:ReEncryptTo');
  }
  if (keyId !== undefined) asked.push({ keyArn: asKeyArn(scope, keyId), from: key.from, needed });
  return asked;
}
