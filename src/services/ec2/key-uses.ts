/** What of EC2 depends on which key, for whoever audits keys. */
import type { Scope } from '../../aws/scope.ts';
import type { ReadTransaction } from '../../store/store.ts';
import { accountEncryption } from './encryption/account-encryption.ts';
import { launchTemplates, launchTemplateVersions } from './launch-template/launch-template.ts';
import { volumes } from './volume/volume.ts';

export interface VolumeUse extends Scope {
  readonly volumeId: string;
  readonly keyArn: string;
  /** The instances that it is attached to. */
  readonly instanceIds: readonly string[];
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
  return (await tx.list(launchTemplateVersions)).map(({ account, region, templateId, number, data }) => {
    const template = templates.get(templateId);
    const encrypted = (data.BlockDeviceMappings ?? []).flatMap(({ Ebs: ebs }) =>
      ebs?.Encrypted || ebs?.KmsKeyId ? [ebs] : [],
    );
    return {
      account,
      region,
      templateId,
      number,
      isDefault: template?.defaultVersion === number,
      isLatest: template?.latestVersion === number,
      keyIds: encrypted.map(({ KmsKeyId }) => KmsKeyId),
    };
  });
}
