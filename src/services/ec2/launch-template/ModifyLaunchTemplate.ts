/** Chooses the default version: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyLaunchTemplate.html */
import { ec2 } from '../ec2.ts';
import { launchTemplates, requireVersion, showTemplate, templateCheck } from './launch-template.ts';

export default ec2.operation('ModifyLaunchTemplate', {
  async checks(context, input) {
    return { template: await templateCheck(context, 'ec2:ModifyLaunchTemplate', input) };
  },
  async execute({ tx }, input, { template }) {
    const { record } = template;
    if (!input.DefaultVersion) return { LaunchTemplate: showTemplate(record) };
    const { number } = await requireVersion(tx, record, input.DefaultVersion);
    const changed = { ...record, defaultVersion: number };
    tx.put(launchTemplates, changed);
    return { LaunchTemplate: showTemplate(changed) };
  },
});
