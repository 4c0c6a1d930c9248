/** All of Organizations that is served. */
import type { ServiceModule } from '../../invoke/service-module.ts';
import { emptyListings } from '../../service-kit/empty-listings.ts';
import { createAccountWorkflow } from './account/account-creation.ts';
import { adoptOrganizations } from './adoption/adopt-organization.ts';
import { guardrailSource } from './guardrails.ts';
import { operations } from './operations.ts';
import { organizationCheck } from './organization/organization-check.ts';
import { organizations } from './organizations.ts';
import { pageOf } from './page.ts';

const module = {
  operations: [
    ...operations,
    ...emptyListings(organizations, {
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_organizations.html
      check: (context, action, { Type }) =>
        organizationCheck(context, {
          action,
          conditions: () => ({ 'organizations:TransferType': Type as string | undefined }),
        }),
      requirePage: ({ NextToken }) => pageOf([], String, { NextToken }),
    }),
  ],
  workflows: [createAccountWorkflow],
  ports: { guardrails: guardrailSource },
  adopt: adoptOrganizations,
} satisfies ServiceModule;

export { type GuardrailNames, guardrailNames } from './guardrails.ts';

export default module;
