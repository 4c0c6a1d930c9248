/** How to fix it: each change as a diff of what it changes, tried before it is made, and to be taken along as code. */
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { Explanation } from '../../../src/explain/denial/explanation.ts';
import type { Tried } from '../../../src/explain/rehearsed/trying.ts';
import { ask } from '../door/ask.ts';
import { OutcomeIndicator } from '../parts/states.tsx';
import { plural, shortName } from '../parts/words.ts';
import { hrefOf } from '../routes.ts';
import { actorName, useWorld } from '../world.ts';
import { Plan } from './plan.tsx';
import { RemedyView } from './remedy.tsx';
import type { Asked } from './why-it-stopped.tsx';

interface FixProps {
  readonly of: Explanation;
  readonly asked: Asked;
  onApplied(): void;
  /** With the request that was made again. */
  onRepeated(requestId: string): void;
}

type Doing = 'trying' | 'applying' | 'repeating';

/** What can be done about it, one at a time, and what the last try said. */
function useFix({ of, asked, onApplied, onRepeated }: FixProps) {
  const { actor } = useWorld();
  const [doing, setDoing] = useState<Doing>();
  const [result, setResult] = useState<Tried | Error>();
  const [applied, setApplied] = useState<string>();
  const eventId = (of.outerEvent ?? of.event)?.eventID;
  const changes = of.remedies.flatMap(({ calls = [] }) => calls);
  const during = async (what: Doing, work: () => Promise<void>) => {
    setDoing(what);
    setResult(undefined);
    await work().catch(setResult);
    setDoing(undefined);
  };
  return {
    doing,
    result,
    applied,
    hasChanges: changes.length > 0,
    tryIt: () =>
      during('trying', async () => setResult(await ask<Tried>('try', { eventId, changes, ...asked }))),
    apply: () =>
      during('applying', async () => {
        let by = '';
        for (const change of changes)
          ({ by } = await ask<{ by: string }>('perform', { ...change, as: actor }));
        setApplied(by);
        onApplied();
      }),
    repeat: () =>
      during('repeating', async () =>
        onRepeated((await ask<{ requestId: string }>('repeat', { eventId })).requestId),
      ),
  };
}

export function Fix(props: FixProps) {
  const { of } = props;
  const fix = useFix(props);
  if (of.remedies.length === 0 && of.now !== 'allowed' && !of.open) return null;
  return (
    <Container
      header={
        <Header variant="h2" actions={<Actions fix={fix} of={of} />} description={describe(of)}>
          How to fix it
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Result of={fix.result} />
        {fix.applied && (
          <Alert type="success" action={<Button href={hrefOf('activity')}>Show in Activity</Button>}>
            <span className="long-name">{shortName(fix.applied)} made the change.</span>
          </Alert>
        )}
        {of.now === 'allowed' && (
          <Alert type="success">
            With the current policies, {of.outerCall?.action ?? of.call?.action} would be allowed, and
            everything that follows from it.
          </Alert>
        )}
        {of.open && <Alert type="info">{of.open}</Alert>}
        {of.remedies.map((remedy, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: remedies have no other name, and keep their order
          <RemedyView key={at} remedy={remedy} isShownAbove={isShownBefore(of.remedies, at)} />
        ))}
        <Gains of={of} />
      </SpaceBetween>
    </Container>
  );
}

/** Whether the policy that it changes stands above it, with all that changes in it. */
const isShownBefore = (remedies: Explanation['remedies'], at: number): boolean =>
  !remedies[at]?.patch &&
  remedies.slice(0, at).some(({ target, patch }) => patch && target === remedies[at]?.target);

/** Of an imported account nothing is changed: there it is only tried. */
function Actions({
  fix: { doing, hasChanges, tryIt, apply, repeat },
  of,
}: {
  readonly fix: ReturnType<typeof useFix>;
  readonly of: Explanation;
}) {
  const { world, actor } = useWorld();
  const caller = (of.outerCall ?? of.call)?.who;
  const isReadOnly = world.kind === 'snapshot';
  const button = (text: string, what: Doing, act: () => Promise<void>, variant: 'normal' | 'primary') => (
    <Button
      variant={variant}
      loading={doing === what}
      disabled={doing !== undefined}
      onClick={() => void act()}
    >
      {text}
    </Button>
  );
  return (
    <SpaceBetween size="xs" direction="horizontal">
      {hasChanges && button('Try it', 'trying', tryIt, 'normal')}
      {hasChanges && !isReadOnly && button(`Apply as ${actorName(actor)}`, 'applying', apply, 'primary')}
      {of.now === 'allowed' &&
        !isReadOnly &&
        button(`Make the call again${caller ? ` as ${caller}` : ''}`, 'repeating', repeat, 'primary')}
    </SpaceBetween>
  );
}

function describe(of: Explanation): string {
  const { remedies, remediesVerified, failsThen, now, provided, open } = of;
  if (now === 'allowed') return 'It has been fixed since.';
  if (open) return 'Not everything that decides is known.';
  if (provided)
    return `Rehearsed, the call goes through, provided that what was not read allows it: ${provided.join('; ')}.`;
  if (failsThen) return `Rehearsed, the call is let through then, and fails: ${failsThen}`;
  if (!remediesVerified) return 'What would help; whether it is all that is needed could not be tried.';
  return remedies.length > 1
    ? `${plural(remedies.length, 'change')}, all of them needed: rehearsed, the call goes through.`
    : 'The least that is needed: rehearsed, the call goes through.';
}

function Result({ of: result }: { readonly of: Tried | Error | undefined }) {
  if (!result) return null;
  if (result instanceof Error) return <Alert type="error">{result.message}</Alert>;
  return (
    <SpaceBetween size="s">
      <Alert
        type={result.allowed ? 'success' : 'error'}
        header={result.allowed ? 'It goes through' : 'It is still stopped'}
      >
        {result.error ?? 'The call was decided again with the change in place. Nothing was changed.'}
      </Alert>
      <Plan plan={result.plan} title="As it would be" />
    </SpaceBetween>
  );
}

/** Who else would be let in. */
function Gains({ of: { gains = [] } }: { readonly of: Explanation }) {
  if (gains.length === 0) return null;
  return (
    <Alert type="warning" header="Others would gain rights">
      {gains.map(({ who, action, resource }) => (
        <div key={`${who} ${action} ${resource}`} className="long-name">
          <OutcomeIndicator outcome="changed" text={`${who}: ${action}`} />
        </div>
      ))}
    </Alert>
  );
}
