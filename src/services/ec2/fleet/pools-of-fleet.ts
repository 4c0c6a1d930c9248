/** All pools of a fleet: of its launch templates, and of the launch specifications that only Spot Fleet requests have. */
import type { Scope } from '../../../aws/scope.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { specificationPools } from '../spot-fleet/specification-pools.ts';
import type { FleetRecord } from './fleet.ts';
import type { Pool } from './fleet-pool.ts';
import { templatePools } from './template-pools.ts';

export const poolsOf = async (
  tx: ReadTransaction,
  scope: Scope,
  { request, target, config }: Pick<FleetRecord, 'config' | 'request' | 'target'>,
): Promise<Pool[]> => [
  ...(await templatePools(tx, scope, request.LaunchTemplateConfigs, target)),
  ...(await specificationPools(tx, scope, config, target)),
];
