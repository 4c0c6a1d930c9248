/**
 * A new version, blank or over a source version; the default version stays what it is
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplateVersion.html).
 */
import { callerArn } from '../../../invoke/caller.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { ec2 } from '../ec2.ts';
import { imageParameterChecks } from '../image/image-parameter.ts';
import { idsOfToken, rememberToken } from '../resource/client-token.ts';
import { requireAtMost } from '../resource/quota.ts';
import {
  type LaunchTemplateRecord,
  launchTemplates,
  launchTemplateVersions,
  requireVersion,
  showVersion,
  templateCheck,
} from './launch-template.ts';
import { requireTemplateData, templateWarnings, withSource } from './launch-template-data.ts';
import { showResolvedVersion } from './resolved-version.ts';

export default ec2.operation('CreateLaunchTemplateVersion', {
  async checks(context, input) {
    return {
      template: await templateCheck(context, 'ec2:CreateLaunchTemplateVersion', input),
      images: await imageParameterChecks(context, [input.LaunchTemplateData.ImageId]),
    };
  },
  async execute(context, input, { template }) {
    const { tx, nowMs } = context;
    const { record } = template;
    const [made] = (await idsOfToken(tx, context, 'CreateLaunchTemplateVersion', input)) ?? [];
    if (made) return { LaunchTemplateVersion: showVersion(record, await requireVersion(tx, record, made)) };
    const source = input.SourceVersion ? await requireVersion(tx, record, input.SourceVersion) : undefined;
    const data = withSource(source?.data, input.LaunchTemplateData);
    requireTemplateData(data);
    await requireRoomForVersion(tx, record);
    const number = record.lastNumber + 1;
    const version = {
      account: record.account,
      region: record.region,
      templateId: record.id,
      number,
      description: input.VersionDescription,
      createdAtMs: nowMs,
      createdBy: callerArn(context.caller),
      data,
    };
    const changed = { ...record, latestVersion: number, lastNumber: number };
    tx.put(launchTemplates, changed);
    tx.put(launchTemplateVersions, version);
    rememberToken(tx, context, 'CreateLaunchTemplateVersion', input, [String(number)]);
    const shown = await showResolvedVersion(context, changed, version, input.ResolveAlias);
    return { LaunchTemplateVersion: shown, Warning: templateWarnings(data) };
  },
});

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/launch-template-restrictions.html */
const MAX_VERSIONS = 10_000;

async function requireRoomForVersion(tx: ReadTransaction, template: LaunchTemplateRecord): Promise<void> {
  const { account, region, id, lastNumber } = template;
  // Until so many have been made they need not be counted.
  if (lastNumber < MAX_VERSIONS) return;
  const { length } = await tx.list(launchTemplateVersions, { prefix: [account, region, id] });
  requireAtMost(MAX_VERSIONS, length + 1, 'MaxTemplateVersionLimitExceeded', 'launch template versions');
}
