/** All of Systems Manager that is served: Parameter Store, and listings of the machines that it has none of. */
import type { ServiceModule } from '../../invoke/service-module.ts';
import { emptyListings } from '../../service-kit/empty-listings.ts';
import { pageOf } from '../../service-kit/page.ts';
import { adoptParameters } from './adoption/adopt-parameters.ts';
import { invalidToken } from './errors.ts';
import { operations } from './operations.ts';
import { imageParameters } from './parameter/image-parameter.ts';
import { parameterFactsSource } from './parameter/resource-facts.ts';
import { enforcePolicyWorkflow } from './policy/enforce-policies.ts';
import { ssm } from './ssm.ts';

export {
  parameterArnOf,
  type SecretParameter,
  secretParameter,
  secretsOfLevel,
} from './parameter/resource-facts.ts';

const module = {
  operations: [
    ...operations,
    ...emptyListings(ssm, {
      requirePage: ({ NextToken: token }) => pageOf({ token, limit: 1, invalidToken }, [], () => []),
    }),
  ],
  workflows: [enforcePolicyWorkflow],
  ports: { imageParameters, resourceFacts: [parameterFactsSource] },
  adopt: adoptParameters,
} satisfies ServiceModule;

export default module;
