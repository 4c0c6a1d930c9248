/** What of EC2 depends on which key, for whoever audits keys. */
import type { Scope } from '../../aws/scope.ts';
import type { ReadTransaction } from '../../store/store.ts';
import { accountEncryption } from './encryption/account-encryption.ts';
import { images } from './image/image.ts';
import { launchTemplates, launchTemplateVersions } from './launch-template/launch-template.ts';
import { snapshots } from './snapshot/snapshot.ts';
import { volumes } from './volume/volume.ts';

export interface VolumeUse extends Scope {
  readonly volumeId: string;
  readonly keyArn: string;
  /** The instances that it is attached to. */
  readonly instanceIds: readonly string[];
}

export interface SnapshotUse extends Scope {
  readonly snapshotId: string;
  readonly keyArn: string;
}

/** Of an account and Region where new volumes are encrypted by default. */
export interface DefaultKeyUse extends Scope {
  /** As it was named; absent for `alias/aws/ebs`. */
  readonly keyId?: string;
}

export interface TemplateUse extends Scope {
  readonly templateId: string;
  readonly number: number;
  readonly isDefault: boolean;
  readonly isLatest: boolean;
  /** Keys of its volumes, as they were named; undefined for an encrypted volume that names none. */
  readonly keyIds: readonly (string | undefined)[];
  /** ARNs of the keys that its image's volumes come under, where the template does not say otherwise. */
  readonly imageKeyArns: readonly string[];
}

export async function volumesUnderKeys(tx: ReadTransaction): Promise<VolumeUse[]> {
  const all = await tx.list(volumes);
  return all.flatMap(({ account, region, id, kmsKeyId, attachments, state }) => {
    if (kmsKeyId === undefined || state === 'deleted') return [];
    return [
      {
        account,
        region,
        volumeId: id,
        keyArn: kmsKeyId,
        instanceIds: attachments.map(({ instanceId }) => instanceId),
      },
    ];
  });
}

export async function snapshotsUnderKeys(tx: ReadTransaction): Promise<SnapshotUse[]> {
  const all = await tx.list(snapshots);
  return all.flatMap(({ account, region, id, kmsKeyId }) =>
    kmsKeyId === undefined ? [] : [{ account, region, snapshotId: id, keyArn: kmsKeyId }],
  );
}

export async function defaultKeys(tx: ReadTransaction): Promise<DefaultKeyUse[]> {
  const all = await tx.list(accountEncryption);
  return all
    .filter(({ byDefault }) => byDefault)
    .map(({ account, region, defaultKeyId }) => ({
      account,
      region,
      ...(defaultKeyId && { keyId: defaultKeyId }),
    }));
}

export async function templateKeys(tx: ReadTransaction): Promise<TemplateUse[]> {
  const templates = new Map((await tx.list(launchTemplates)).map((template) => [template.id, template]));
  const uses: TemplateUse[] = [];
  for (const { account, region, templateId, number, data } of await tx.list(launchTemplateVersions)) {
    const template = templates.get(templateId);
    const encrypted = (data.BlockDeviceMappings ?? []).filter(
      ({ Ebs: ebs }) => ebs?.Encrypted || ebs?.KmsKeyId,
    );
    const named = new Set(encrypted.map(({ DeviceName }) => DeviceName));
    uses.push({
      account,
      region,
      templateId,
      number,
      isDefault: template?.defaultVersion === number,
      isLatest: template?.latestVersion === number,
      keyIds: encrypted.map(({ Ebs: ebs }) => ebs?.KmsKeyId),
      imageKeyArns: await imageKeys(tx, [account, region, data.ImageId ?? ''], named),
    });
  }
  return uses;
}

/** Of an image of the account's own: volumes of a shared one are encrypted anew (aws-facts B5). */
async function imageKeys(
  tx: ReadTransaction,
  key: readonly [account: string, region: string, imageId: string],
  named: ReadonlySet<string | undefined>,
): Promise<string[]> {
  const [account, region] = key;
  const keys = new Set<string>();
  for (const { deviceName, snapshotId } of (await tx.get(images, key))?.blockDevices ?? []) {
    if (!snapshotId || named.has(deviceName)) continue;
    const snapshot = await tx.get(snapshots, [account, region, snapshotId]);
    if (snapshot?.kmsKeyId) keys.add(snapshot.kmsKeyId);
  }
  return [...keys];
}
