/**
 * Validates a template.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ValidateTemplate.html
 */
import { cloudformation, notServed } from '../cloudformation.ts';
import { accountCheck } from '../stack/stack-check.ts';
import { bodyOf } from '../stack/stack-request.ts';
import { capabilitiesNeeded, declaredParameters } from './summary.ts';
import { prepareTemplate, readTemplate } from './template.ts';

export default cloudformation.operation('ValidateTemplate', {
  readOnly: true,
  checks: (context, { TemplateURL: url }) => ({
    all: accountCheck(context, 'ValidateTemplate', () => ({ 'cloudformation:TemplateUrl': url })),
  }),
  calls: (ctx, { TemplateBody: body }) => prepareTemplate(ctx.ports, body ?? ''),
  execute(_context, input) {
    if (input.TemplateURL !== undefined)
      throw notServed('TemplateURL: there is no S3 here. Use TemplateBody');
    const template = readTemplate(bodyOf(input, undefined));
    return {
      Parameters: declaredParameters(template).map(({ ParameterKey, DefaultValue, NoEcho, Description }) => ({
        ParameterKey,
        DefaultValue,
        NoEcho,
        Description,
      })),
      Description: template.description,
      ...capabilitiesNeeded(template),
    };
  },
});
