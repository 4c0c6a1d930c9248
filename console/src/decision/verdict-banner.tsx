/** Allowed or denied, and why; under an edit, what it was and what it would be. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { DocumentedDecision } from '../../../src/explain/what-if/decisions.ts';
import { Arn } from '../parts/copyable.tsx';
import { type Outcome, OutcomeIndicator } from '../parts/states.tsx';
import type { Edited } from './use-edited.ts';

function outcomeOf({ decision }: DocumentedDecision): Outcome {
  if (decision.allowed) return 'allowed';
  return decision.missing?.length ? 'unknown' : 'denied';
}

/** What allowed or denied it, in words. */
function reasonOf({ decision, summary, reason }: DocumentedDecision): string {
  if (!decision.allowed) return summary ?? reason ?? '';
  const { by } = decision;
  if (by === 'root') return 'The root user may do everything in its account.';
  if ('grantId' in by) return `Grant ${by.grantId} allows it.`;
  return `${by.policyName}, statement ${by.sid ? `"${by.sid}"` : by.index + 1} allows it.`;
}

export function VerdictBanner({
  recorded,
  edited,
}: {
  readonly recorded: DocumentedDecision;
  readonly edited: Edited;
}) {
  const { decision, isEdited, fault, reset } = edited;
  const outcome = outcomeOf(decision);
  return (
    <Container>
      <SpaceBetween size="m">
        {isEdited && (
          <Alert
            type={fault ? 'error' : outcome === 'allowed' ? 'success' : 'warning'}
            header={
              fault
                ? 'The document cannot be read'
                : outcome === 'allowed'
                  ? 'It would be allowed'
                  : 'It would be denied'
            }
            action={<Button onClick={reset}>Undo the edits</Button>}
          >
            {fault
              ? fault.message
              : `Decided again with your edits; it was ${recorded.decision.allowed ? 'allowed' : 'denied'}. Nothing was changed.`}
          </Alert>
        )}
        <Box fontSize="heading-m" className="long-name">
          <OutcomeIndicator outcome={outcome} /> {reasonOf(decision)}
        </Box>
        <KeyValuePairs
          columns={3}
          items={[
            { label: 'Who', value: <Arn text={decision.principal.arn ?? decision.principal.who} /> },
            { label: 'Action', value: decision.action },
            { label: 'Resource', value: <Arn text={decision.resource} /> },
          ]}
        />
      </SpaceBetween>
    </Container>
  );
}
