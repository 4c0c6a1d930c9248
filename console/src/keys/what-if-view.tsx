/** What a change would do: recorded uses that would be denied or let in, and who would gain and lose rights. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import type { RecordedWhatIf } from '../../../src/explain/recorded/what-if-recorded.ts';
import type { RightsDifference } from '../../../src/explain/what-if/rights-difference.ts';
import type { ChangedUse, WhatIf } from '../../../src/explain/what-if/what-if.ts';
import { plural } from '../parts/words.ts';

export function WhatIfView({ of }: { readonly of: WhatIf | RecordedWhatIf }) {
  const { denied, allowed, gained, lost, judged, leavesAccountOut } = of;
  const uses = denied.reduce((sum, { count }) => sum + count, 0);
  const undecided = 'undecided' in of ? of.undecided : [];
  return (
    <SpaceBetween size="m">
      <Alert type={denied.length > 0 ? 'error' : lost.length > 0 ? 'warning' : 'success'} header={of.title}>
        {denied.length > 0
          ? `${uses.toLocaleString('en')} of ${plural(judged, 'recorded use')} would be denied.`
          : `None of ${plural(judged, 'recorded use')} would be denied.`}
        {'hasVerdict' in of &&
          !of.hasVerdict &&
          ' Too few recorded calls come out as AWS decided them to rely on this.'}
      </Alert>
      {leavesAccountOut && (
        <Alert type="warning">
          The account itself, and with it everyone whom only IAM lets in, could not change the policy any
          more. KMS refuses it from everybody whom the policy itself does not let change it.
        </Alert>
      )}
      <ChangedUses title="Would be denied" uses={denied} />
      <ChangedUses title="Would be let in" uses={allowed} />
      {undecided.length > 0 && (
        <div className="cannot-tell">
          Cannot tell:{' '}
          {undecided
            .map(({ who, action, missing }) => `${who}, ${action} (${missing.join('; ')})`)
            .join(', ')}
        </div>
      )}
      <Rights title="Would lose rights, used or not" of={lost} />
      <Rights title="Would gain rights" of={gained} />
    </SpaceBetween>
  );
}

function ChangedUses({ title, uses }: { readonly title: string; readonly uses: readonly ChangedUse[] }) {
  if (uses.length === 0) return null;
  return (
    <Table
      variant="borderless"
      contentDensity="compact"
      wrapLines
      header={<Box variant="h3">{title}</Box>}
      items={uses}
      columnDefinitions={[
        {
          id: 'who',
          header: 'Who',
          isRowHeader: true,
          minWidth: 160,
          cell: ({ who }) => <span className="long-name">{who}</span>,
        },
        {
          id: 'action',
          header: 'Action',
          minWidth: 190,
          cell: ({ action, invokedBy }) =>
            invokedBy ? `${action} through ${invokedBy.split('.')[0]}` : action,
        },
        { id: 'count', header: 'Times', minWidth: 90, cell: ({ count }) => count.toLocaleString('en') },
        {
          id: 'why',
          header: 'What would decide',
          minWidth: 260,
          cell: ({ decidedBy, reason }) => <span className="long-name">{decidedBy ?? reason}</span>,
        },
      ]}
      ariaLabels={{ tableLabel: title }}
    />
  );
}

function Rights({ title, of }: { readonly title: string; readonly of: readonly RightsDifference[] }) {
  if (of.length === 0) return null;
  return (
    <div>
      <Box variant="h3">{title}</Box>
      <ul className="basis">
        {of.map(({ who, way, actions, principal }) => (
          <li key={`${principal} ${way}`} className="long-name">
            <strong>{who}</strong>, {way}: {actions.map((action) => action.replace('kms:', '')).join(', ')}
          </li>
        ))}
      </ul>
    </div>
  );
}
