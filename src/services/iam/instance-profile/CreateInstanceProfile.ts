/**
 * Creates an instance profile, which holds no role yet.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateInstanceProfile.html
 */
import type { Check } from '../../../invoke/verdict.ts';
import { alreadyExists, exceedsQuota } from '../errors.ts';
import { iam } from '../iam.ts';
import { newId } from '../identity/identity.ts';
import { creationTagCheck, newTags, requestTagKeys } from '../tag/tag.ts';
import {
  findInstanceProfile,
  type InstanceProfileRecord,
  instanceProfileArn,
  instanceProfiles,
  MAX_INSTANCE_PROFILES,
  shownInstanceProfile,
} from './instance-profile.ts';

export default iam.operation('CreateInstanceProfile', {
  checks({ account }, { InstanceProfileName: name, Path: path = '/', Tags }) {
    const profile: Check<undefined> = {
      action: 'iam:CreateInstanceProfile',
      resource: instanceProfileArn({ account, path, name }),
      account,
      record: undefined,
      conditions: () => requestTagKeys(Tags),
    };
    return { profile, tag: creationTagCheck(profile, 'TagInstanceProfile', Tags) };
  },
  async execute({ tx, account, nowMs, entropy }, { InstanceProfileName: name, Path: path = '/', Tags }) {
    if (await findInstanceProfile(tx, account, name)) {
      throw alreadyExists(`Instance Profile ${name} already exists.`);
    }
    const existing = await tx.list(instanceProfiles, { prefix: [account], limit: MAX_INSTANCE_PROFILES });
    if (existing.length >= MAX_INSTANCE_PROFILES) {
      throw exceedsQuota('InstanceProfilesPerAccount', MAX_INSTANCE_PROFILES);
    }
    const profile: InstanceProfileRecord = {
      account,
      id: newId(entropy, 'AIPA'),
      name,
      path,
      createdAtMs: nowMs,
      tags: newTags(Tags),
    };
    tx.put(instanceProfiles, profile);
    return { InstanceProfile: await shownInstanceProfile(tx, profile) };
  },
});
