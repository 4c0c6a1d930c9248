/** All of Systems Manager that is served: Parameter Store. */
import type { ServiceModule } from '../../invoke/service-module.ts';
import { adoptParameters } from './adoption/adopt-parameters.ts';
import { operations } from './operations.ts';
import { imageParameters } from './parameter/image-parameter.ts';
import { parameterFactsSource } from './parameter/resource-facts.ts';
import { enforcePolicyWorkflow } from './policy/enforce-policies.ts';

export {
  parameterArnOf,
  type SecretParameter,
  secretParameter,
  secretsOfLevel,
} from './parameter/resource-facts.ts';

const module = {
  operations,
  workflows: [enforcePolicyWorkflow],
  ports: { imageParameters, resourceFacts: [parameterFactsSource] },
  adopt: adoptParameters,
} satisfies ServiceModule;

export default module;
