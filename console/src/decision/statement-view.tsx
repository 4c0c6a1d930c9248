/** One statement: why it matched or did not, and each condition with what it wants and what the request had. */
import Badge from '@cloudscape-design/components/badge';
import Box from '@cloudscape-design/components/box';
import Table from '@cloudscape-design/components/table';
import type { ExplainedStatement } from '../../../src/explain/denial/explanation.ts';
import { OutcomeIndicator } from '../parts/states.tsx';

export function StatementView({ statement }: { readonly statement: ExplainedStatement }) {
  const { sid, index, effect, matched, why, isNearMiss, conditions = [] } = statement;
  const name = sid ? `"${sid}"` : `${index + 1}`;
  const className = matched ? 'statement is-matched' : isNearMiss ? 'statement is-near' : 'statement';
  return (
    <div className={className}>
      <div className="policy-head">
        <Badge color={effect === 'Deny' ? 'red' : 'green'}>{effect}</Badge>
        <span className="long-name">Statement {name}</span>
        {matched && <Badge color="blue">matches</Badge>}
        {isNearMiss && <Badge color="severity-medium">nearly</Badge>}
      </div>
      <Box variant="p" className="long-name">
        {why}
      </Box>
      {conditions.length > 0 && <Conditions of={conditions} name={name} />}
    </div>
  );
}

type Condition = NonNullable<ExplainedStatement['conditions']>[number];

function Conditions({ of, name }: { readonly of: readonly Condition[]; readonly name: string }) {
  return (
    <Table
      variant="embedded"
      contentDensity="compact"
      items={of}
      wrapLines
      columnDefinitions={[
        {
          id: 'holds',
          header: 'Holds',
          minWidth: 130,
          cell: ({ holds }) => (
            <OutcomeIndicator
              outcome={holds === 'unknown' ? 'unknown' : holds ? 'allowed' : 'denied'}
              text={holds === 'unknown' ? 'Cannot tell' : holds ? 'Yes' : 'No'}
            />
          ),
        },
        { id: 'key', header: 'Key', isRowHeader: true, minWidth: 160, cell: ({ key }) => <Text>{key}</Text> },
        {
          id: 'operator',
          header: 'Operator',
          minWidth: 170,
          cell: ({ operator }) => <Text>{operator}</Text>,
        },
        {
          id: 'wanted',
          header: 'Wanted',
          minWidth: 180,
          cell: ({ expected, resolved }) => <Values of={resolved ?? expected} />,
        },
        {
          id: 'actual',
          header: 'Actual',
          minWidth: 180,
          cell: ({ actual }) => (actual ? <Values of={actual} /> : <i>not in the request</i>),
        },
      ]}
      ariaLabels={{ tableLabel: `Conditions of statement ${name}` }}
    />
  );
}

const Text = ({ children }: { readonly children: string }) => <span className="long-name">{children}</span>;

function Values({ of }: { readonly of: readonly (string | null)[] }) {
  return (
    <span className="long-name">
      {of.map((each) => (each === null ? 'a variable without a value' : each)).join(', ')}
    </span>
  );
}
