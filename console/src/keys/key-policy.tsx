/** The key policy in an editor: while it is typed, what it would break, and who would gain and lose by it. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useState } from 'react';
import type { RecordedWhatIf } from '../../../src/explain/recorded/what-if-recorded.ts';
import type { WhatIf } from '../../../src/explain/what-if/what-if.ts';
import { ask, type Place, Refused } from '../door/ask.ts';
import { PolicyEditor } from '../parts/editor.tsx';
import { pretty } from '../parts/words.ts';
import { actorName, useWorld } from '../world.ts';
import { WhatIfView } from './what-if-view.tsx';

interface KeyPolicyProps {
  readonly arn: string;
  readonly place: Required<Place>;
  readonly stored: string;
  onApplied(): void;
}

const TYPING_MS = 400;

function useWhatIf(arn: string, place: Place, policy: string | undefined) {
  const [state, setState] = useState<{ answer?: WhatIf | RecordedWhatIf; error?: Error; isAsking?: boolean }>(
    {},
  );
  const body = JSON.stringify({ target: arn, policy, ...place });
  const isChanged = policy !== undefined;
  useEffect(() => {
    if (!isChanged) return setState({});
    const asking = new AbortController();
    const timer = setTimeout(() => {
      setState((last) => ({ ...last, isAsking: true }));
      ask<WhatIf>('what-if', JSON.parse(body), asking.signal).then(
        (answer) => setState({ answer }),
        (error: Error) => !asking.signal.aborted && setState({ error }),
      );
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      asking.abort();
    };
  }, [body, isChanged]);
  return state;
}

/** Of a real account, whose reader was not let see it: what is not known is not edited. */
export function UnreadPolicy() {
  return (
    <Container header={<Header variant="h2">Key policy</Header>}>
      <span className="cannot-tell">
        Cannot tell: the key policy was not read. “Who can” says why, and who may if the policy lets them.
      </span>
    </Container>
  );
}

export function KeyPolicy({ arn, place, stored, onApplied }: KeyPolicyProps) {
  const { world, actor } = useWorld();
  const [text, setText] = useState<string>();
  const [failure, setFailure] = useState<Error>();
  const original = pretty(stored);
  const isChanged = text !== undefined && text !== original;
  const { answer, error, isAsking } = useWhatIf(arn, place, isChanged ? text : undefined);
  const place1 = error instanceof Refused ? error.place : undefined;
  const fault = error && { message: error.message, line: place1?.line ?? 1, column: place1?.column ?? 1 };
  const apply = async () => {
    const { accountId: account, region } = place;
    const input = { KeyId: arn, PolicyName: 'default', Policy: text };
    setFailure(undefined);
    try {
      await ask('perform', { service: 'kms', operation: 'PutKeyPolicy', input, account, region, as: actor });
      setText(undefined);
      onApplied();
    } catch (refusal) {
      setFailure(refusal as Error);
    }
  };
  const actions = isChanged && (
    <SpaceBetween size="xs" direction="horizontal">
      <Button onClick={() => setText(undefined)}>As it was</Button>
      {world.kind !== 'snapshot' && (
        <Button variant="primary" disabled={!answer || isAsking} onClick={() => void apply()}>
          Apply as {actorName(actor)}
        </Button>
      )}
    </SpaceBetween>
  );
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={actions}
          description="Edit it to see what the change would do. Nothing is changed until it is applied."
        >
          Key policy
        </Header>
      }
    >
      <SpaceBetween size="m">
        {failure && <Alert type="error">{failure.message}</Alert>}
        <PolicyEditor text={text ?? original} label="Key policy" fault={fault} onChange={setText} />
        {error && <Alert type="error">{error.message}</Alert>}
        {answer && <WhatIfView of={answer} />}
        {!isChanged && <Box color="text-body-secondary">This is the policy as it is stored.</Box>}
      </SpaceBetween>
    </Container>
  );
}
