/** All of KMS that is served. */
import type { ServiceModule } from '../../invoke/service-module.ts';
import { emptyListings } from '../../service-kit/empty-listings.ts';
import { adoptKeys } from './adoption/adopt-keys.ts';
import { deleteKeyWorkflow } from './deletion/key-deletion.ts';
import { retirableBy } from './grant/retirable.ts';
import { expireMaterialWorkflow } from './import/imported-material.ts';
import { resealKeys } from './key/material.ts';
import { keyFactsSource } from './key/resource-facts.ts';
import { kms } from './kms.ts';
import { settleKeyWorkflow } from './multi-region/multi-region.ts';
import { roleUses } from './multi-region/service-role.ts';
import { operations } from './operations.ts';
import { pageOf } from './page.ts';
import { rotateKeyWorkflow } from './rotation/rotation.ts';

export { allActions } from './actions.ts';
export { forkedDataKey } from './adoption/forked-data-key.ts';
export { constraintConditions, type GrantConstraints } from './grant/grant.ts';
export {
  allKeyFacts,
  KEY_ACTIONS,
  type KeyAction,
  type KeyFacts,
  type KeyGrant,
  keyFacts,
  proposedKeyPolicy,
  readKeyPolicy,
} from './key/key-facts.ts';
export { specFacts } from './key/key-spec.ts';
export { isBeyondReach } from './key/reach.ts';

const module = {
  operations: [
    ...operations,
    ...emptyListings(kms, { requirePage: ({ Marker }) => pageOf({ Marker }, 1, [], () => []) }),
  ],
  workflows: [deleteKeyWorkflow, expireMaterialWorkflow, rotateKeyWorkflow, settleKeyWorkflow],
  ports: { resourceFacts: [keyFactsSource], grants: { retirableBy }, roleUses: [roleUses] },
  reseal: resealKeys,
  adopt: adoptKeys,
} satisfies ServiceModule;

export default module;
