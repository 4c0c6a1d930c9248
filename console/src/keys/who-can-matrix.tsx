/** Who may use the key: a row for each principal, a column for each action; what hangs on conditions says so. */
import Badge from '@cloudscape-design/components/badge';
import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Popover from '@cloudscape-design/components/popover';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import type { Right } from '../../../src/explain/rights/rights.ts';
import type { KeyUser, WhoCan } from '../../../src/explain/rights/who-can.ts';
import type { Place } from '../door/ask.ts';
import { useAnswer } from '../door/use-answer.ts';
import { Loaded, Nothing } from '../parts/states.tsx';
import { plural } from '../parts/words.ts';

export function WhoCanMatrix({ arn, place }: { readonly arn: string; readonly place: Place }) {
  const whoCan = useAnswer<WhoCan>('who-can', { key: arn, ...place });
  return (
    <Loaded of={whoCan} what="who may use the key">
      {({ users, actions, asked, accounts, unknown, former, idle }) => (
        <Table
          variant="container"
          contentDensity="compact"
          stickyColumns={{ first: 1 }}
          items={users}
          header={
            <Header
              variant="h2"
              counter={`(${users.length})`}
              description={`${plural(asked, 'known principal')} in ${plural(accounts.length, 'account')} were asked about, for each action and each way to the key.`}
            >
              Who can
            </Header>
          }
          empty={<Nothing title="Nobody may use it" />}
          footer={
            unknown.length + former.length + idle.length > 0 && (
              <Beside unknown={unknown} former={former} idle={idle} />
            )
          }
          columnDefinitions={[
            {
              id: 'who',
              header: 'Principal',
              isRowHeader: true,
              minWidth: 220,
              cell: ({ who, isKnown }) => (
                <span className="long-name">
                  {who} {!isKnown && <Badge>not known</Badge>}
                </span>
              ),
            },
            ...actions.map((action) => ({
              id: action,
              header: action.replace('kms:', ''),
              minWidth: 120,
              cell: (user: KeyUser) => (
                <Cell rights={user.rights.filter((each) => each.action === action)} who={user.who} />
              ),
            })),
          ]}
          ariaLabels={{ tableLabel: 'Who may use the key' }}
        />
      )}
    </Loaded>
  );
}

/** What the table cannot show: whom nobody knows of, and whom the key policy does not let in though it was to. */
function Beside({ unknown, former, idle }: Pick<WhoCan, 'unknown' | 'former' | 'idle'>) {
  return (
    <SpaceBetween size="xs">
      {unknown.map(({ name, why }) => (
        <div key={name} className="cannot-tell long-name">
          Cannot tell: {name}, {why}
        </div>
      ))}
      {former.length > 0 && <Box>It names {plural(former.length, 'deleted principal')}.</Box>}
      {idle.length > 0 && (
        <div>
          <Box variant="awsui-key-label">Without effect</Box>
          <ul className="basis">
            {idle.map(({ index, what, fix }) => (
              <li key={index} className="long-name">
                {what} {fix}
              </li>
            ))}
          </ul>
        </div>
      )}
    </SpaceBetween>
  );
}

function Cell({ rights, who }: { readonly rights: readonly Right[]; readonly who: string }) {
  if (rights.length === 0) return <Box color="text-status-inactive">-</Box>;
  const isFree = rights.some(({ grounds }) =>
    grounds.some(
      ({ where, unless, provided }) => where.length + unless.length + (provided?.length ?? 0) === 0,
    ),
  );
  const isUnknown = rights.every(({ grounds }) => grounds.every(({ provided = [] }) => provided.length > 0));
  const word = isUnknown ? 'Cannot tell' : isFree ? 'Yes' : 'If';
  return (
    <Popover
      size="large"
      header={`${who}, ${rights[0]?.action}`}
      triggerType="text"
      dismissAriaLabel="Close"
      content={<Grounds rights={rights} />}
    >
      <span className={isUnknown ? 'cannot-tell' : isFree ? 'may' : 'may-if'}>{word}</span>
    </Popover>
  );
}

function Grounds({ rights }: { readonly rights: readonly Right[] }) {
  return (
    <ul className="basis">
      {rights.flatMap(({ way, grounds }) =>
        grounds.map(({ by, where, unless, provided = [] }) => (
          <li key={JSON.stringify([way, by, where, unless])} className="long-name">
            <strong>{way}</strong>, {sourceOf(by)}
            {where.map(({ operator, key, expected }) => (
              <div key={`${operator} ${key}`}>
                if {key} {operator} {expected.join(', ')}
              </div>
            ))}
            {unless.length > 0 && <div>unless a denial holds ({plural(unless.length, 'statement')})</div>}
            {provided.map(({ name, why }) => (
              <div key={name} className="cannot-tell">
                provided that {name} allows it: {why}
              </div>
            ))}
          </li>
        )),
      )}
    </ul>
  );
}

function sourceOf(by: Right['grounds'][number]['by']): string {
  if (by === 'root') return 'as root of its account';
  if ('grantId' in by) return `by grant ${by.grantId.slice(0, 12)}…`;
  return `by ${by.policyName}, statement ${by.sid ? `"${by.sid}"` : by.index + 1}`;
}
