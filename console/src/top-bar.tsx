/** Above every screen: which world this is, whether it is heard, and which account and Region are looked at. */
import TopNavigation from '@cloudscape-design/components/top-navigation';
import { useEffect, useState } from 'react';
import { describe } from './door/ask.ts';
import { useLive } from './door/live.ts';
import { useWorld } from './world.ts';

const KINDS = {
  local: 'Local world',
  snapshot: 'Imported account, read-only',
  fork: 'Fork of an imported account',
};

export function TopBar() {
  const { world, place, setPlace } = useWorld();
  const { isConnected } = useLive();
  const regions = useRegions(place.accountId, world.region);
  return (
    <header id="top-bar">
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
        ]}
        i18nStrings={{ overflowMenuTriggerText: 'More', overflowMenuTitleText: 'All' }}
      />
    </header>
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
