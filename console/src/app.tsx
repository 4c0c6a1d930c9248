/** The frame: navigation, the place that is looked at, and the screen that the address names. */
import Alert from '@cloudscape-design/components/alert';
import AppLayout from '@cloudscape-design/components/app-layout';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ErrorBoundary from '@cloudscape-design/components/error-boundary';
import Header from '@cloudscape-design/components/header';
import { I18nProvider } from '@cloudscape-design/components/i18n';
import messages from '@cloudscape-design/components/i18n/messages/all.en';
import SideNavigation from '@cloudscape-design/components/side-navigation';
import Spinner from '@cloudscape-design/components/spinner';
import { type ReactNode, useMemo, useState } from 'react';
import type { WorldAnswer } from '../../src/control/world.ts';
import { Account } from './account/account.tsx';
import { Completeness } from './account/completeness.tsx';
import { Activity } from './activity/activity.tsx';
import { Decision } from './decision/decision.tsx';
import type { Place } from './door/ask.ts';
import { useLive } from './door/live.ts';
import { sessionKey } from './door/session.ts';
import { useAnswer } from './door/use-answer.ts';
import { Keys } from './keys/keys.tsx';
import { Paths } from './paths/paths.tsx';
import { Problems } from './problems/problems.tsx';
import { hrefOf, type Route, SCREENS, useRoute } from './routes.ts';
import { SignedOutPage } from './signed-out.tsx';
import { Clock } from './things/clock.tsx';
import { Things } from './things/things.tsx';
import { TopBar } from './top-bar.tsx';
import { useWorld, WorldContext } from './world.ts';

export function App({ refusal }: { readonly refusal: string | undefined }) {
  const { isSignedOut } = useLive();
  if (isSignedOut || !sessionKey()) return <SignedOutPage refusal={refusal} />;
  return (
    <I18nProvider locale="en" messages={[messages]}>
      <SignedIn />
    </I18nProvider>
  );
}

function SignedIn() {
  const { answer: world, error } = useAnswer<WorldAnswer>('world', {}, { everyMs: 30_000 });
  const [chosen, setPlace] = useState<Required<Place>>();
  const [actor, setActor] = useState('admin');
  const surroundings = useMemo(
    () =>
      world && {
        world,
        place: chosen ?? { accountId: world.account, region: world.region },
        setPlace,
        actor,
        setActor,
      },
    [world, chosen, actor],
  );
  if (error) return <Alert type="error">{error.message}</Alert>;
  if (!surroundings) {
    return (
      <Box padding="xxxl" textAlign="center">
        <Spinner size="large" />
      </Box>
    );
  }
  return (
    <WorldContext value={surroundings}>
      <TopBar />
      <Frame />
    </WorldContext>
  );
}

function Frame() {
  const route = useRoute();
  const { world } = useWorld();
  const [isNavigationOpen, setNavigationOpen] = useState(() => matchMedia('(min-width: 1100px)').matches);
  return (
    <AppLayout
      headerSelector="#top-bar"
      toolsHide
      navigationOpen={isNavigationOpen}
      onNavigationChange={({ detail }) => setNavigationOpen(detail.open)}
      navigationWidth={200}
      maxContentWidth={1400}
      navigation={
        <SideNavigation
          activeHref={hrefOf(route.screen)}
          items={SCREENS.map(([screen, text]) => ({ type: 'link', text, href: hrefOf(screen) }))}
        />
      }
      notifications={world.kind === 'snapshot' && <Completeness />}
      content={
        <ErrorBoundary key={route.screen} onError={() => undefined}>
          <Screen route={route} />
        </ErrorBoundary>
      }
      ariaLabels={{
        navigation: 'Screens',
        navigationClose: 'Close the navigation',
        navigationToggle: 'Open the navigation',
      }}
    />
  );
}

function Screen({ route: { screen, rest } }: { readonly route: Route }): ReactNode {
  switch (screen) {
    case 'problems':
      return <Problems chosen={rest} />;
    case 'keys':
      return <Keys chosen={rest[0]} />;
    case 'account':
      return <Account />;
    case 'paths':
      return <Paths chosen={rest} />;
    case 'things':
      return <Things chosen={rest} />;
    case 'clock':
      return <Clock />;
    case 'activity':
      return <Activity />;
    case 'decision':
      return <Decision key={rest.join()} eventId={rest[0] ?? ''} at={Number(rest[1] ?? 0)} />;
    default:
      return (
        <Container header={<Header variant="h1">There is no such screen</Header>}>
          The navigation lists what there is.
        </Container>
      );
  }
}
