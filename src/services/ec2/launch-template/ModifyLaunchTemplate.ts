/** Chooses the default version: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyLaunchTemplate.html */
import { AwsError } from '../../../aws/aws-error.ts';
import { ec2 } from '../ec2.ts';
import {
  findVersion,
  launchTemplates,
  showTemplate,
  templateCheck,
  versionNumber,
} from './launch-template.ts';

export default ec2.operation('ModifyLaunchTemplate', {
  async checks(context, input) {
    if (input.LaunchTemplateId && input.LaunchTemplateName) {
      throw new AwsError(
        'InvalidParameterCombination',
        'Either provide launch template ID or launch template name to modify the template.',
      );
    }
    return { template: await templateCheck(context, 'ec2:ModifyLaunchTemplate', input) };
  },
  async execute({ tx }, input, { template }) {
    const { record } = template;
    if (!input.DefaultVersion) return { LaunchTemplate: showTemplate(record) };
    const { DefaultVersion: version } = input;
    const number = versionNumber(record, version);
    if (!(await findVersion(tx, record, number))) {
      throw new AwsError(
        'InvalidLaunchTemplateId.VersionNotFound',
        `The launch template version ${version} is not found for the specified launch template.`,
      );
    }
    const changed = { ...record, defaultVersion: number };
    tx.put(launchTemplates, changed);
    return { LaunchTemplate: showTemplate(changed) };
  },
});
