/** One failure: the verdict in a sentence, how to fix it, and how it went. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { ExplanationAnswer } from '../../../src/control/explanations.ts';
import type { Explanation } from '../../../src/explain/denial/explanation.ts';
import { Provenance } from '../account/provenance.tsx';
import type { Place } from '../door/ask.ts';
import { useAnswer } from '../door/use-answer.ts';
import { Loaded, OutcomeIndicator } from '../parts/states.tsx';
import { plural } from '../parts/words.ts';
import { hrefOf } from '../routes.ts';
import { Fix } from './fix.tsx';
import { Plan } from './plan.tsx';
import { TimelineOf } from './timeline.tsx';

export type Asked = Required<Place> & { readonly subject: string };

export function WhyItStopped({ of }: { readonly of: Asked }) {
  const explanation = useAnswer<ExplanationAnswer>('explain', of);
  return (
    <Loaded of={explanation} what="the explanation">
      {(answer) => (
        <SpaceBetween size="l">
          {answer.further?.length ? (
            <Several of={answer} asked={of} onApplied={explanation.reload} />
          ) : (
            <One of={answer} asked={of} onApplied={explanation.reload} />
          )}
          <Provenance basis={answer.basis} />
          <AsText text={answer.text} />
        </SpaceBetween>
      )}
    </Loaded>
  );
}

interface ExplainedProps {
  readonly of: Explanation;
  readonly asked: Asked;
  onApplied(): void;
}

/** A text in which several denials stand: each as if it had been pasted by itself. */
function Several({ of, asked, onApplied }: ExplainedProps) {
  const { further = [], more = 0 } = of;
  const each = [of, ...further];
  const all = each.length + more;
  return (
    <SpaceBetween size="xl">
      {each.map((one, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: denials have no other name, and keep their order
        <section key={at} aria-label={`Denial ${at + 1} of ${all}`}>
          <SpaceBetween size="s">
            <Box variant="h2" padding="n">
              Denial {at + 1} of {all}
            </Box>
            <One
              of={one}
              asked={{ ...asked, subject: one.call?.eventId ?? one.subject }}
              onApplied={onApplied}
            />
          </SpaceBetween>
        </section>
      ))}
      {more > 0 && (
        <Alert type="info" header={`${plural(more, 'more denial')} in the text`}>
          Ask about what is left of it by itself to have that explained, too.
        </Alert>
      )}
    </SpaceBetween>
  );
}

function One({ of: answer, asked, onApplied }: ExplainedProps) {
  const [repeated, setRepeated] = useState<string>();
  return (
    <SpaceBetween size="l">
      {repeated && <Again asked={{ ...asked, subject: repeated }} action={answer.outerCall ?? answer.call} />}
      <Verdict of={answer} />
      {!repeated && <Fix of={answer} asked={asked} onApplied={onApplied} onRepeated={setRepeated} />}
      <TimelineOf title="What happened" asked={asked} />
      {answer.plan && answer.plan.length > 0 && <Plan plan={answer.plan} />}
    </SpaceBetween>
  );
}

/** The call that was made again, and how it goes this time. */
function Again({ asked, action }: { readonly asked: Asked; readonly action: Explanation['call'] }) {
  return (
    <SpaceBetween size="l">
      <Alert type="success" header="The call was made again">
        {action?.who} called {action?.action}. What became of it shows below as it happens.
      </Alert>
      <TimelineOf title="What happened this time" asked={asked} everyMs={1000} />
    </SpaceBetween>
  );
}

const OUTCOMES = {
  denied: 'denied',
  failed: 'failed',
  allowed: 'allowed',
  depends: 'unknown',
  unknown: 'unknown',
} as const;

function Verdict({
  of: { verdict, headline, symptom, checks, call, since = [] },
}: {
  readonly of: Explanation;
}) {
  const summaries = [...new Set(checks.map(({ summary }) => summary))];
  return (
    <Container>
      <SpaceBetween size="s">
        <Box fontSize="body-m">
          <OutcomeIndicator outcome={OUTCOMES[verdict]} />
        </Box>
        <Box variant="h2" fontSize="heading-xl" className="long-name">
          {headline}
        </Box>
        {summaries.map((summary) => (
          <Box key={summary} variant="p" className="long-name">
            {summary}
          </Box>
        ))}
        {call?.error && checks.length === 0 && (
          <Box variant="p" className="long-name">
            {call.error.message}
          </Box>
        )}
        {symptom && (
          <Box color="text-body-secondary" className="long-name">
            {symptom}
          </Box>
        )}
        {since.map(({ action, at, by, eventId }) => (
          <Box key={eventId} color="text-body-secondary">
            Since then, {by} called {action} at {at}.
          </Box>
        ))}
        {call && checks.length > 0 && (
          <Link href={hrefOf('decision', call.eventId)}>See the decision: every policy that was asked</Link>
        )}
      </SpaceBetween>
    </Container>
  );
}

/** As the command prints it: to be sent to whoever has no console. */
function AsText({ text }: { readonly text: string }) {
  return (
    <ExpandableSection variant="container" headerText="As text">
      <pre className="plain-text">{text}</pre>
    </ExpandableSection>
  );
}
