/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteLaunchTemplate.html */
import { ec2 } from '../ec2.ts';
import { launchTemplates, launchTemplateVersions, showTemplate, templateCheck } from './launch-template.ts';

export default ec2.operation('DeleteLaunchTemplate', {
  async checks(context, input) {
    return { template: await templateCheck(context, 'ec2:DeleteLaunchTemplate', input) };
  },
  async execute({ tx }, _input, { template }) {
    const { account, region, id } = template.record;
    for (const { number } of await tx.list(launchTemplateVersions, { prefix: [account, region, id] })) {
      tx.delete(launchTemplateVersions, [account, region, id, number]);
    }
    tx.delete(launchTemplates, [account, region, id]);
    return { LaunchTemplate: showTemplate(template.record) };
  },
});
