/**
 * Validates a template.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ValidateTemplate.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { cloudformation } from '../cloudformation.ts';
import { requestedTemplate } from '../stack/stack-request.ts';
import { capabilitiesNeeded, declaredParameters } from './summary.ts';
import { prepareTemplate, readTemplate } from './template.ts';

export default cloudformation.operation('ValidateTemplate', {
  readOnly: true,
  checks: (context, { TemplateURL: url }) => ({
    all: accountCheck(context, 'cloudformation:ValidateTemplate', () => ({
      'cloudformation:TemplateUrl': url,
    })),
  }),
  async calls(ctx, input) {
    const { body } = await requestedTemplate(ctx.ports, input);
    await prepareTemplate(ctx, body);
    return body;
  },
  execute(_context, _input, _checks, body) {
    const template = readTemplate(body);
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
