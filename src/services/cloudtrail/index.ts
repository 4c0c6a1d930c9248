/** All of CloudTrail that is served. */
import type { ServiceModule } from '../../invoke/service-module.ts';
import { emptyListings } from '../../service-kit/empty-listings.ts';
import { cloudtrail } from './cloudtrail.ts';
import { operations } from './operations.ts';
import { requireListable } from './trail-name.ts';

const module = {
  operations: [...operations, ...emptyListings(cloudtrail, { requirePage: requireListable })],
} satisfies ServiceModule;

export default module;
