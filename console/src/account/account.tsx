/** What an imported account's answers rest on: what was read and what was refused, and how many recorded calls come out right. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import type { Calibration, Difference } from '../../../src/explain/recorded/calibrate.ts';
import type { CoverageReport, PlaceCoverage } from '../../../src/explain/recorded/coverage.ts';
import { useAnswer } from '../door/use-answer.ts';
import { Loaded, Nothing } from '../parts/states.tsx';
import { plural, shortName, timeText } from '../parts/words.ts';
import { useWorld } from '../world.ts';

export interface Check {
  readonly coverage: CoverageReport;
  readonly calibration: Calibration;
  readonly sufficient: boolean;
}

export function Account() {
  const { world } = useWorld();
  if (world.kind === 'snapshot') return <Imported />;
  return (
    <Container
      header={
        <Header variant="h1">
          {world.kind === 'fork' ? 'A fork of an imported account' : 'A local world'}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <KeyValuePairs
          columns={3}
          items={[
            { label: 'Version', value: world.version },
            { label: 'Accounts', value: world.accounts.join(', ') },
            { label: 'Time', value: timeText(Math.floor(world.nowMs / 1000) * 1000) },
          ]}
        />
        <Box variant="p">
          Everything here is known and decided as AWS decides it. To look at a real account: latchkey import,
          then latchkey console --from DIR.
        </Box>
      </SpaceBetween>
    </Container>
  );
}

function Imported() {
  const check = useAnswer<Check>('check', {});
  return (
    <Loaded of={check} what="what is known of the account">
      {({ coverage, calibration, sufficient }) => (
        <SpaceBetween size="l">
          <Header
            variant="h1"
            description={`Read from ${timeText(coverage.readAt.first)} to ${timeText(coverage.readAt.last)} by ${coverage.by.map(shortName).join(', ') || 'an unnamed reader'}.`}
          >
            What the answers are based on
          </Header>
          <Agreement of={calibration} isSufficient={sufficient} />
          <Places places={coverage.places} />
          <Trails trails={coverage.trails} />
          <Differences title="Decided differently, and not understood" of={calibration.notUnderstood} />
          <Differences title="Decided differently, after a change" of={calibration.changed} />
        </SpaceBetween>
      )}
    </Loaded>
  );
}

function Agreement({ of, isSufficient }: { readonly of: Calibration; readonly isSufficient: boolean }) {
  const { agreement, calls, agreed, agreedWithPast, undecided, otherFailures } = of;
  const missing = Object.entries(undecided);
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Every recorded use is decided here too, and compared with what AWS decided."
        >
          Calibration
        </Header>
      }
    >
      <SpaceBetween size="m">
        {agreement === undefined ? (
          <Alert type="warning">
            No recorded call could be compared: whether answers agree with AWS is not known.
          </Alert>
        ) : (
          <ProgressBar
            value={agreement * 100}
            label="Recorded calls that come out as AWS decided them"
            status={isSufficient ? 'in-progress' : 'error'}
            resultText={`${(agreement * 100).toFixed(1)} %: too few to rely on what is said about changes`}
            additionalInfo={`${plural(agreed, 'call')} agree with the current policies, ${agreedWithPast.toLocaleString('en')} with those of that time.`}
          />
        )}
        <KeyValuePairs
          columns={3}
          items={[
            { label: 'Recorded calls', value: calls.toLocaleString('en') },
            { label: 'Failed for another reason', value: otherFailures.toLocaleString('en') },
            {
              label: 'Cannot tell',
              value:
                missing.length === 0 ? (
                  'none'
                ) : (
                  <span className="cannot-tell long-name">
                    {missing.map(([what, count]) => `${count.toLocaleString('en')} (${what})`).join(', ')}
                  </span>
                ),
            },
          ]}
        />
      </SpaceBetween>
    </Container>
  );
}

function Places({ places }: { readonly places: readonly PlaceCoverage[] }) {
  const counts = (of: Readonly<Record<string, number>>) =>
    Object.entries(of)
      .filter(([, count]) => count > 0)
      .map(([what, count]) => `${what} (${count.toLocaleString('en')})`)
      .join(', ');
  return (
    <Table
      variant="container"
      wrapLines
      items={places}
      header={
        <Header variant="h2" description="What was not read counts as unknown, not as empty.">
          What was read
        </Header>
      }
      columnDefinitions={[
        {
          id: 'account',
          header: 'Account',
          isRowHeader: true,
          minWidth: 150,
          cell: ({ account }) => account,
        },
        { id: 'region', header: 'Region', minWidth: 130, cell: ({ region }) => region },
        {
          id: 'read',
          header: 'Read',
          minWidth: 200,
          cell: ({ read }) => <span className="long-name">{counts(read) || '-'}</span>,
        },
        {
          id: 'refused',
          header: 'Refused',
          minWidth: 180,
          cell: ({ refused }) => <span className="cannot-tell long-name">{counts(refused)}</span>,
        },
        {
          id: 'missing',
          header: 'Not asked for',
          minWidth: 180,
          cell: ({ missing }) => <span className="cannot-tell long-name">{missing.join(', ')}</span>,
        },
      ]}
      ariaLabels={{ tableLabel: 'What was read' }}
    />
  );
}

function Trails({
  trails: { records, first, last, withoutKms },
}: {
  readonly trails: CoverageReport['trails'];
}) {
  return (
    <Container header={<Header variant="h2">What was recorded</Header>}>
      <KeyValuePairs
        columns={3}
        items={[
          {
            label: 'Records of CloudTrail',
            value: records.toLocaleString('en'),
          },
          { label: 'From', value: timeText(first) },
          { label: 'To', value: timeText(last) },
          ...(withoutKms.length > 0
            ? [
                {
                  label: 'Trails that exclude KMS',
                  value: <span className="cannot-tell long-name">{withoutKms.join(', ')}</span>,
                },
              ]
            : []),
        ]}
      />
    </Container>
  );
}

function Differences({ title, of }: { readonly title: string; readonly of: readonly Difference[] }) {
  if (of.length === 0) return null;
  return (
    <Table
      variant="container"
      wrapLines
      items={of}
      header={
        <Header variant="h2" counter={`(${of.length})`}>
          {title}
        </Header>
      }
      empty={<Nothing title="None" />}
      columnDefinitions={[
        {
          id: 'action',
          header: 'Action',
          isRowHeader: true,
          minWidth: 220,
          cell: ({ use }) => `${use.source}:${use.name}`,
        },
        {
          id: 'who',
          header: 'Who',
          minWidth: 200,
          cell: ({ use }) => <span className="long-name">{shortName(use.arn)}</span>,
        },
        {
          id: 'resource',
          header: 'On',
          minWidth: 200,
          cell: ({ use }) => <span className="long-name">{shortName(use.resource)}</span>,
        },
        { id: 'recorded', header: 'AWS', minWidth: 110, cell: ({ recorded }) => recorded },
        { id: 'decided', header: 'Here', minWidth: 110, cell: ({ decided }) => decided },
        {
          id: 'changed',
          header: 'Changed since',
          minWidth: 180,
          cell: ({ changed }) =>
            changed && <span className="long-name">{`${changed.action} at ${changed.at}`}</span>,
        },
      ]}
      ariaLabels={{ tableLabel: title }}
    />
  );
}
