/**
 * Deletes versions, each on its own: what cannot be deleted is listed in the reply
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteLaunchTemplateVersions.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { ec2 } from '../ec2.ts';
import {
  findVersion,
  launchTemplates,
  launchTemplateVersions,
  templateCheck,
  versionNumber,
} from './launch-template.ts';

const MAX_VERSIONS = 200;

export default ec2.operation('DeleteLaunchTemplateVersions', {
  async checks(context, input) {
    if (input.Versions.length > MAX_VERSIONS) {
      throw new AwsError(
        'InvalidParameterValue',
        `You can delete up to ${MAX_VERSIONS} launch template versions in a single request.`,
      );
    }
    return { template: await templateCheck(context, 'ec2:DeleteLaunchTemplateVersions', input) };
  },
  preconditions(_context, input, { template }) {
    const { record } = template;
    if (input.Versions.some((version) => versionNumber(record, version) === record.defaultVersion)) {
      throw new AwsError(
        'InvalidParameterValue',
        'The default version cannot be deleted. Either specify another version as default or delete the launch template.',
      );
    }
  },
  async execute({ tx }, input, { template }) {
    const { account, region, id, name } = template.record;
    const deleted: object[] = [];
    const failed: object[] = [];
    for (const number of new Set(input.Versions.map((version) => versionNumber(template.record, version)))) {
      const item = { LaunchTemplateId: id, LaunchTemplateName: name, VersionNumber: number };
      if (await findVersion(tx, template.record, number)) {
        tx.delete(launchTemplateVersions, [account, region, id, number]);
        deleted.push(item);
      } else {
        const message = `Could not find the specified version ${number} for the launch template with ID ${id}.`;
        failed.push({
          ...item,
          ResponseError: { Code: 'launchTemplateVersionDoesNotExist', Message: message },
        });
      }
    }
    const left = await tx.list(launchTemplateVersions, {
      prefix: [account, region, id],
      reverse: true,
      limit: 1,
    });
    tx.put(launchTemplates, { ...template.record, latestVersion: left[0]!.number });
    return {
      SuccessfullyDeletedLaunchTemplateVersions: deleted,
      UnsuccessfullyDeletedLaunchTemplateVersions: failed,
    };
  },
});
