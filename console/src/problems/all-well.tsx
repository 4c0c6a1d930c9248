/** Nothing is wrong: in an empty world, how to begin; John's story is one click away. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { ask } from '../door/ask.ts';
import { useLive } from '../door/live.ts';
import { CopyableCode } from '../parts/copyable.tsx';
import { go, hrefOf } from '../routes.ts';
import { useWorld } from '../world.ts';

export function AllWell() {
  const { world } = useWorld();
  return (
    <Container
      header={
        <Header
          variant="h1"
          description="No start, launch, attachment, copy, group or stack has failed; nobody was denied."
        >
          Nothing is wrong
        </Header>
      }
    >
      {world.kind === 'snapshot' ? (
        <Box variant="p">
          No denial is on record in what was imported. Ask about a key, or look at what is recorded: the
          navigation has both.
        </Box>
      ) : (
        <ColumnLayout columns={2} minColumnWidth={320}>
          <JohnsStory />
          <OwnClients />
        </ColumnLayout>
      )}
    </Container>
  );
}

function JohnsStory() {
  const { place } = useWorld();
  const { calls } = useLive();
  const [state, setState] = useState<'idle' | 'playing' | Error>('idle');
  const isPlaying = state === 'playing';
  const play = async () => {
    setState('playing');
    try {
      const { instanceId } = await ask<{ instanceId: string }>('johns-story', place);
      go(hrefOf('problems', place.accountId, place.region, instanceId));
    } catch (error) {
      setState(error as Error);
    }
  };
  return (
    <SpaceBetween size="s">
      <Box variant="h2">See it happen</Box>
      <Box variant="p">
        John may do everything in EC2. He starts an instance; the call succeeds, and the instance stops. The
        story is played here, with real calls: a key, an encrypted volume, a user, a start that fails.
      </Box>
      <Button
        variant="primary"
        loading={isPlaying}
        loadingText="Playing John's story"
        onClick={() => void play()}
      >
        Play John's story
      </Button>
      {isPlaying && calls[0] && (
        <Box color="text-body-secondary" fontSize="body-s">
          {calls[0].action}
        </Box>
      )}
      {state instanceof Error && <Alert type="error">{state.message}</Alert>}
    </SpaceBetween>
  );
}

function OwnClients() {
  return (
    <SpaceBetween size="s">
      <Box variant="h2">Or use your own clients</Box>
      <Box variant="p">
        The AWS CLI, SDKs, Terraform and the CDK talk to this server from a shell that is told so. What fails
        shows up here at once.
      </Box>
      <CopyableCode text={'eval "$(npx latchkey env --as user/john)"'} what="command" />
    </SpaceBetween>
  );
}
