/** What there is in a place, kind by kind; of groups, stacks and rules also what became of one. */
import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { go, hrefOf } from '../routes.ts';
import { useWorld } from '../world.ts';
import { KINDS } from './kinds.ts';
import { Organization } from './organization.tsx';
import { ThingDetail } from './thing-detail.tsx';
import { ThingTable } from './thing-table.tsx';

const ORGANIZATION = 'organization';

/** `chosen`: the kind, and one of it. */
export function Things({ chosen: [kind = 'instances', id] }: { readonly chosen: readonly string[] }) {
  const { place } = useWorld();
  const shown = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  const where = `${place.accountId} ${place.region}`;
  const tabs = Object.entries(KINDS).map(([name, each]) => ({
    id: name,
    label: each.label,
    href: hrefOf('things', name),
    content: name === kind && <ThingTable key={`${name} ${where}`} kind={each} name={name} />,
  }));
  if (shown?.detail && id) return <ThingDetail key={`${id} ${where}`} kind={shown} name={kind} id={id} />;
  return (
    <SpaceBetween size="m">
      <Header variant="h1" description={`In account ${place.accountId}, ${place.region}.`}>
        Things
      </Header>
      <Tabs
        ariaLabel="Kinds of things"
        activeTabId={shown || kind === ORGANIZATION ? kind : 'instances'}
        onChange={({ detail }) => go(hrefOf('things', detail.activeTabId))}
        tabs={[
          ...tabs,
          {
            id: ORGANIZATION,
            label: 'Accounts',
            href: hrefOf('things', ORGANIZATION),
            content: kind === ORGANIZATION && (
              <Box>
                <Organization key={where} />
              </Box>
            ),
          },
        ]}
      />
    </SpaceBetween>
  );
}
