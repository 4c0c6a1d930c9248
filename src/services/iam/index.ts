/** All of IAM that is served. */
import type { ServiceModule } from '../../invoke/service-module.ts';
import { emptyListings } from '../../service-kit/empty-listings.ts';
import { accessKeys, findCredential } from './access-key/access-key.ts';
import { accountFounding } from './account/account-founding.ts';
import { adoptIdentities } from './adoption/adopt-identities.ts';
import { iam } from './iam.ts';
import { identityPolicySource } from './identity-policies.ts';
import { mfaSource } from './mfa-device/verification.ts';
import { operations } from './operations.ts';
import { pageOf } from './page.ts';
import { principalDirectory } from './principal-directory.ts';
import { iamFactsSource } from './resource-facts.ts';
import { roles } from './role/role.ts';
import { resealSecrets } from './sealed-secrets.ts';
import { deleteServiceLinkedRoleWorkflow } from './service-linked-role/deletion.ts';
import { users } from './user/user.ts';

export { everyone } from './everyone.ts';
export { NOT_THERE } from './identity-policies.ts';
export { serviceLinkedRoleArn } from './service-linked-role/service-linked-role.ts';

const module = {
  operations: [
    ...operations,
    ...emptyListings(iam, { requirePage: ({ Marker }) => pageOf([], { Marker }, String) }),
  ],
  workflows: [deleteServiceLinkedRoleWorkflow],
  ports: {
    policies: identityPolicySource,
    principals: principalDirectory,
    mfa: mfaSource,
    founding: accountFounding,
    resourceFacts: [iamFactsSource],
    credentials: { find: findCredential, tables: [accessKeys.name, users.table.name, roles.table.name] },
  },
  reseal: resealSecrets,
  adopt: adoptIdentities,
} satisfies ServiceModule;

export default module;
