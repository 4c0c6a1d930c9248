/** Above every screen: which world this is, whether it is heard, and which account and Region are looked at. */
import TopNavigation from '@cloudscape-design/components/top-navigation';
import { useEffect, useState } from 'react';
import { describe, type Place } from './door/ask.ts';
import { useLive } from './door/live.ts';
import { actorName, useWorld } from './world.ts';

const KINDS = {
  local: 'Local world',
  snapshot: 'Imported account, read-only',
  fork: 'Fork of an imported account',
};

export function TopBar() {
  const { world, place, setPlace, actor, setActor } = useWorld();
  const { isConnected } = useLive();
  const actors = useActors(place);
  const regions = useRegions(place.accountId, world.region);
  return (
    <div id="top-bar">
      <TopNavigation
        identity={{ href: '#/problems', title: 'Latchkey' }}
        utilities={[
          {
            type: 'button',
            iconName: isConnected ? 'status-positive' : 'status-pending',
            text: KINDS[world.kind],
            title: isConnected
              ? `Latchkey ${world.version}, live`
              : 'The server does not answer: trying again',
            href: '#/account',
          },
          {
            type: 'menu-dropdown',
            text: place.accountId,
            title: 'Account',
            ariaLabel: `Account ${place.accountId}`,
            items: world.accounts.map((id) => ({ id, text: id })),
            onItemClick: ({ detail }) => setPlace({ ...place, accountId: detail.id }),
          },
          {
            type: 'menu-dropdown',
            text: place.region,
            title: 'Region',
            ariaLabel: `Region ${place.region}`,
            items: regions.map((id) => ({ id, text: id })),
            onItemClick: ({ detail }) => setPlace({ ...place, region: detail.id }),
          },
          ...(world.kind === 'snapshot'
            ? []
            : [
                {
                  type: 'menu-dropdown' as const,
                  iconName: 'user-profile' as const,
                  text: actorName(actor),
                  title: 'What you apply is done by',
                  description: 'Activity shows it as theirs.',
                  ariaLabel: `What you apply is done by ${actorName(actor)}`,
                  items: actors.map((id) => ({
                    id,
                    text: actorName(id),
                    description: id === 'admin' ? 'may do everything; made when first needed' : undefined,
                  })),
                  onItemClick: ({ detail }: { detail: { id: string } }) => setActor(detail.id),
                },
              ]),
        ]}
        i18nStrings={{ overflowMenuTriggerText: 'More', overflowMenuTitleText: 'All' }}
      />
    </div>
  );
}

function useRegions(accountId: string, region: string): readonly string[] {
  const [regions, setRegions] = useState<readonly string[]>([region]);
  useEffect(() => {
    describe<{ Regions: { RegionName: string }[] }>('ec2', 'DescribeRegions', {}, { accountId, region }).then(
      ({ Regions }) => setRegions(Regions.map(({ RegionName }) => RegionName).sort()),
      () => undefined,
    );
  }, [accountId, region]);
  return regions;
}

const MAX_USERS = 30;

/** Who may be acted as. */
function useActors({ accountId, region }: Required<Place>): readonly string[] {
  const [users, setUsers] = useState<readonly string[]>([]);
  useEffect(() => {
    const input = { MaxItems: MAX_USERS };
    describe<{ Users: { UserName: string }[] }>('iam', 'ListUsers', input, { accountId, region }).then(
      ({ Users }) => setUsers(Users.map(({ UserName }) => UserName)),
      () => undefined,
    );
  }, [accountId, region]);
  return ['admin', 'root', ...users.filter((name) => name !== 'admin').map((name) => `user/${name}`)];
}
