/**
 * Lists what a template, or that of a stack, declares.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplateSummary.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { cloudformation, notServed, validationError } from '../cloudformation.ts';
import { findResourceType } from '../resource-type/resource-types.ts';
import { stackCheck, WITH_ID } from '../stack/stack-check.ts';
import { requestedTemplate } from '../stack/stack-request.ts';
import { capabilitiesNeeded, declaredParameters, identifiersOf } from './summary.ts';
import { prepareTemplate, readTemplate } from './template.ts';

export default cloudformation.operation('GetTemplateSummary', {
  unserved: [['CallAs', 'SELF'], 'TemplateSummaryConfig.TreatUnrecognizedResourceTypesAsWarnings'],
  readOnly: true,
  async checks(context, { StackName: name, TemplateURL: url }) {
    const conditions = { 'cloudformation:TemplateUrl': url };
    const stack =
      name === undefined
        ? undefined
        : await stackCheck(context, 'GetTemplateSummary', name, conditions, WITH_ID);
    return {
      stack,
      all: stack ? undefined : accountCheck(context, 'cloudformation:GetTemplateSummary', () => conditions),
    };
  },
  async calls(ctx, input, { stack }) {
    if (input.StackSetName !== undefined) throw notServed('stack sets');
    if (stack?.record.status === 'REVIEW_IN_PROGRESS') {
      throw validationError('GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.');
    }
    const { goal } = stack?.record ?? {};
    const body = goal?.templateBody ?? (await requestedTemplate(ctx.ports, input)).body;
    await prepareTemplate(ctx, body, goal?.kept);
    return body;
  },
  execute(_context, _input, { stack }, body) {
    const template = readTemplate(body, {}, stack?.record.goal?.kept);
    const types = Object.values(template.resources).map(({ Type }) => Type);
    return {
      Parameters: declaredParameters(template),
      Description: template.description,
      ResourceTypes: types,
      Version: template.version,
      Metadata:
        Object.keys(template.metadata ?? {}).length > 0 ? JSON.stringify(template.metadata) : undefined,
      ResourceIdentifierSummaries: [...new Set(types)].map((ResourceType) => ({
        ResourceType,
        LogicalResourceIds: Object.entries(template.resources)
          .filter(([, { Type }]) => Type === ResourceType)
          .map(([logicalId]) => logicalId),
        ResourceIdentifiers: identifiersOf(findResourceType(ResourceType)),
      })),
      ...capabilitiesNeeded(template),
    };
  },
});
