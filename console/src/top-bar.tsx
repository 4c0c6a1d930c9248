/** Above every screen: which world this is, whether it is heard, and which account and Region are looked at. */
import TopNavigation, { type TopNavigationProps } from '@cloudscape-design/components/top-navigation';
import { useCallback } from 'react';
import { describe, type Place } from './door/ask.ts';
import { useLive } from './door/live.ts';
import { useLoaded } from './door/use-answer.ts';
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
  const goToAccount = (accountId: string) => {
    setPlace({ ...place, accountId });
    // Users of one account are not those of another.
    setActor('admin');
  };
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
            onItemClick: ({ detail }) => goToAccount(detail.id),
          },
          {
            type: 'menu-dropdown',
            text: place.region,
            title: 'Region',
            ariaLabel: `Region ${place.region}`,
            items: regions.map((id) => ({ id, text: id })),
            onItemClick: ({ detail }) => setPlace({ ...place, region: detail.id }),
          },
          ...(world.kind === 'snapshot' ? [] : [actorMenu(actor, actors, setActor)]),
        ]}
        i18nStrings={{ overflowMenuTriggerText: 'More', overflowMenuTitleText: 'All' }}
      />
    </div>
  );
}

function actorMenu(
  actor: string,
  actors: readonly string[],
  setActor: (actor: string) => void,
): TopNavigationProps.MenuDropdownUtility {
  return {
    type: 'menu-dropdown',
    iconName: 'user-profile',
    text: actorName(actor),
    title: 'What you apply is done by',
    description: 'Activity shows it as theirs.',
    ariaLabel: `What you apply is done by ${actorName(actor)}`,
    items: actors.map((id) => ({
      id,
      text: actorName(id),
      description: id === 'admin' ? 'may do everything; made when first needed' : undefined,
    })),
    onItemClick: ({ detail }) => setActor(detail.id),
  };
}

function useRegions(accountId: string, region: string): readonly string[] {
  const load = useCallback(
    (signal: AbortSignal) =>
      describe<{ Regions: { RegionName: string }[] }>(
        'ec2',
        'DescribeRegions',
        {},
        { accountId, region },
        signal,
      ),
    [accountId, region],
  );
  const { answer } = useLoaded(load);
  return answer?.Regions.map(({ RegionName }) => RegionName).sort() ?? [region];
}

const MAX_USERS = 30;

/** Who may be acted as. */
function useActors({ accountId, region }: Required<Place>): readonly string[] {
  const load = useCallback(
    (signal: AbortSignal) =>
      describe<{ Users: { UserName: string }[] }>(
        'iam',
        'ListUsers',
        { MaxItems: MAX_USERS },
        { accountId, region },
        signal,
      ),
    [accountId, region],
  );
  const { answer } = useLoaded(load, { everyMs: 15_000 });
  const users = answer?.Users.map(({ UserName }) => UserName).filter((name) => name !== 'admin') ?? [];
  return ['admin', 'root', ...users.map((name) => `user/${name}`)];
}
