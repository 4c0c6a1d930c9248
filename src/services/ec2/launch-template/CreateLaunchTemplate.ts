/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html */
import { AwsError } from '../../../aws/aws-error.ts';
import { callerArn } from '../../../invoke/caller.ts';
import { ec2 } from '../ec2.ts';
import { imageParameterChecks } from '../image/image-parameter.ts';
import { createdResources } from '../resource/arn.ts';
import { idsOfToken, rememberToken } from '../resource/client-token.ts';
import { findResource, newId, requireResource } from '../resource/kind.ts';
import { requireRoomInRegion } from '../resource/quota.ts';
import { taggedCreationCheck } from '../resource/tag.ts';
import {
  findTemplateByName,
  type LaunchTemplateRecord,
  launchTemplateKind,
  launchTemplates,
  launchTemplateVersions,
  showTemplate,
} from './launch-template.ts';
import { requireTemplateData, templateWarnings, withSource } from './launch-template-data.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/launch-template-restrictions.html */
const TEMPLATES = {
  kind: launchTemplateKind,
  most: 5000,
  code: 'MaxTemplateLimitExceeded',
  what: 'launch templates',
};

export default ec2.operation('CreateLaunchTemplate', {
  unserved: ['Operator'],
  dryRunFirst: true,
  async checks(context, input) {
    const { create, tag } = taggedCreationCheck(
      context,
      'ec2:CreateLaunchTemplate',
      launchTemplateKind,
      input,
      {},
    );
    const images = await imageParameterChecks(context, [input.LaunchTemplateData.ImageId]);
    return { template: create, tag, images };
  },
  async preconditions(context, input) {
    requireTemplateData(input.LaunchTemplateData);
    const [made] = (await idsOfToken(context.tx, context, 'CreateLaunchTemplate', input)) ?? [];
    if (made) {
      const template = await findResource(context.tx, launchTemplateKind, context, made);
      if (template?.lastNumber === 1) return;
      throw new AwsError('IdempotentParameterMismatch', 'Client token already used before.');
    }
    if (await findTemplateByName(context.tx, context, input.LaunchTemplateName)) {
      throw new AwsError(
        'InvalidLaunchTemplateName.AlreadyExistsException',
        'Launch template name already in use.',
      );
    }
    await requireRoomInRegion(context.tx, context, TEMPLATES);
  },
  async execute(context, input, { template: verdict }) {
    const { account, region, nowMs, tx } = context;
    const [made] = (await idsOfToken(tx, context, 'CreateLaunchTemplate', input)) ?? [];
    if (made)
      return { LaunchTemplate: showTemplate(await requireResource(tx, launchTemplateKind, context, made)) };
    const createdBy = callerArn(context.caller);
    const template: LaunchTemplateRecord = {
      account,
      region,
      id: newId(context.entropy, launchTemplateKind.prefix),
      tags: verdict.plan.tags,
      name: input.LaunchTemplateName,
      createdAtMs: nowMs,
      createdBy,
      defaultVersion: 1,
      latestVersion: 1,
      lastNumber: 1,
    };
    tx.put(launchTemplates, template);
    tx.put(launchTemplateVersions, {
      account,
      region,
      templateId: template.id,
      number: 1,
      description: input.VersionDescription,
      createdAtMs: nowMs,
      createdBy,
      data: withSource(undefined, input.LaunchTemplateData),
    });
    rememberToken(tx, context, 'CreateLaunchTemplate', input, [template.id]);
    return {
      LaunchTemplate: showTemplate(template),
      Warning: templateWarnings(input.LaunchTemplateData),
    };
  },
  audit: {
    resources: (_input, output, context) =>
      createdResources(context, 'launch-template', [output?.LaunchTemplate?.LaunchTemplateId]),
  },
});
