/** What still works with EC2's service-linked roles: requests and fleets that have not ended. */
import { parseArn } from '../../../aws/arn.ts';
import type { RoleUseSource } from '../../../invoke/ports/ports.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { type FleetRecord, fleetKind, isDeleted } from '../fleet/fleet.ts';
import { ec2Arn } from '../resource/arn.ts';
import type { ResourceRecord, StoredKind } from '../resource/kind.ts';
import { FLEET_ROLE, SPOT_FLEET_ROLE, SPOT_ROLE, serviceRoleArn } from '../service-role.ts';
import { spotFleetKind } from '../spot-fleet/spot-fleet.ts';
import { spotRequestKind, spotRequests } from './spot-request.ts';

const LIVE_REQUESTS: readonly string[] = ['active', 'disabled', 'open'];

async function liveFleets(
  tx: ReadTransaction,
  { table }: StoredKind<FleetRecord>,
  account: string,
): Promise<readonly ResourceRecord[]> {
  const all = await tx.list(table, { prefix: [account] });
  return all.filter((fleet) => fleet.type !== 'instant' && !isDeleted(fleet));
}

const USERS = [
  {
    role: SPOT_ROLE,
    type: spotRequestKind.type,
    async list(tx: ReadTransaction, account: string): Promise<readonly ResourceRecord[]> {
      const all = await tx.list(spotRequests, { prefix: [account] });
      return all.filter(({ state }) => LIVE_REQUESTS.includes(state));
    },
  },
  {
    role: FLEET_ROLE,
    type: fleetKind.type,
    list: (tx: ReadTransaction, account: string) => liveFleets(tx, fleetKind, account),
  },
  {
    role: SPOT_FLEET_ROLE,
    type: spotFleetKind.type,
    list: (tx: ReadTransaction, account: string) => liveFleets(tx, spotFleetKind, account),
  },
] as const;

export const roleUses: RoleUseSource = {
  async usesOfRole(tx, roleArn) {
    const account = parseArn(roleArn)?.account ?? '';
    const user = USERS.find(({ role }) => serviceRoleArn(account, role) === roleArn);
    if (!user) return [];
    const found = await user.list(tx, account);
    return [...new Set(found.map(({ region }) => region))].map((region) => ({
      region,
      resources: found
        .filter((each) => each.region === region)
        .map((each) => ec2Arn(each, user.type, each.id)),
    }));
  },
};
