/** The server's clock: what time it is there, and moving it on, so that what is due happens. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { ask } from '../door/ask.ts';
import { useAnswer } from '../door/use-answer.ts';
import { Loaded } from '../parts/states.tsx';
import { timeText } from '../parts/words.ts';
import { useWorld } from '../world.ts';

const HOUR_MS = 3_600_000;
const STEPS = [
  ['1 hour', HOUR_MS],
  ['1 day', 24 * HOUR_MS],
  ['7 days', 7 * 24 * HOUR_MS],
  ['30 days', 30 * 24 * HOUR_MS],
] as const;

export function Clock() {
  const { world } = useWorld();
  const clock = useAnswer<{ nowMs: number }>('clock', {}, { everyMs: 1000 });
  const [doing, setDoing] = useState(false);
  const [failure, setFailure] = useState<Error>();
  const advance = async (advanceMs: number) => {
    setDoing(true);
    setFailure(undefined);
    await ask('clock', { advanceMs }).catch(setFailure);
    setDoing(false);
    clock.reload();
  };
  return (
    <Container
      header={
        <Header
          variant="h1"
          description="Scheduled deletions, rotations and schedules happen when their time comes; move the clock instead of waiting."
        >
          Clock
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Loaded of={clock} what="the time">
          {({ nowMs }) => <Box fontSize="heading-xl">{timeText(Math.floor(nowMs / 1000) * 1000)}</Box>}
        </Loaded>
        {failure && <Alert type="error">{failure.message}</Alert>}
        {world.kind === 'snapshot' ? (
          <Box>What was imported is shown as it was read: time stands still in it.</Box>
        ) : (
          <Advance isBusy={doing} onAdvance={(ms) => void advance(ms)} />
        )}
      </SpaceBetween>
    </Container>
  );
}

function Advance({ isBusy, onAdvance }: { readonly isBusy: boolean; onAdvance(ms: number): void }) {
  const [days, setDays] = useState('');
  return (
    <SpaceBetween size="l">
      <SpaceBetween size="xs" direction="horizontal">
        {STEPS.map(([text, ms]) => (
          <Button key={text} disabled={isBusy} onClick={() => onAdvance(ms)}>
            {`Advance by ${text}`}
          </Button>
        ))}
      </SpaceBetween>
      <FormField label="Or by a number of days" constraintText="The clock never goes back.">
        <SpaceBetween size="xs" direction="horizontal">
          <Input
            type="number"
            value={days}
            onChange={({ detail }) => setDays(detail.value)}
            ariaLabel="Days"
          />
          <Button
            disabled={isBusy || !(Number(days) > 0)}
            onClick={() => onAdvance(Number(days) * 24 * HOUR_MS)}
          >
            Move on
          </Button>
        </SpaceBetween>
      </FormField>
    </SpaceBetween>
  );
}
