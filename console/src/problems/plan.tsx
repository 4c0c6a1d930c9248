/** Everything that a call asks for, in order, as it would be decided now. */
import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import type { PlannedCheck } from '../../../src/explain/denial/explanation.ts';
import { OutcomeIndicator } from '../parts/states.tsx';
import { shortName } from '../parts/words.ts';

export function Plan({
  plan,
  title = 'Everything it asks for',
}: {
  readonly plan: readonly PlannedCheck[];
  readonly title?: string;
}) {
  return (
    <Table
      variant="container"
      header={
        <Header
          variant="h2"
          description="The call and what services do for it, rehearsed with the current policies."
        >
          {title}
        </Header>
      }
      items={plan}
      wrapLines
      columnDefinitions={[
        {
          id: 'outcome',
          header: 'Outcome',
          minWidth: 130,
          cell: ({ allowed, missing }) => (
            <OutcomeIndicator outcome={missing ? 'unknown' : allowed ? 'allowed' : 'denied'} />
          ),
        },
        { id: 'action', header: 'Action', isRowHeader: true, minWidth: 220, cell: ({ action }) => action },
        { id: 'who', header: 'Who asks', minWidth: 180, cell: ({ who }) => <LongName text={who} /> },
        { id: 'resource', header: 'On', minWidth: 220, cell: ({ resource }) => <LongName text={resource} /> },
      ]}
      ariaLabels={{ tableLabel: title }}
    />
  );
}

function LongName({ text }: { readonly text: string }) {
  return (
    <Box className="long-name" nativeAttributes={{ title: text }}>
      {shortName(text)}
    </Box>
  );
}
