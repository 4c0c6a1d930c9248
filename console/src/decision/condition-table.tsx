/** What the request had: condition keys and values, each of which can be another to see what would be decided. */
import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { Nothing } from '../parts/states.tsx';

type Values = Readonly<Record<string, readonly string[]>>;

export function ConditionTable({
  conditions,
  edited,
  onEdit,
}: {
  readonly conditions: Values;
  readonly edited: Values;
  onEdit(key: string, values: readonly string[] | undefined): void;
}) {
  const items = Object.entries(conditions).map(([key, values]) => ({ key, values }));
  return (
    <Table
      variant="container"
      contentDensity="compact"
      header={
        <Header
          variant="h2"
          counter={`(${items.length})`}
          description="What policies could ask about. Choose a value to see what another would do."
        >
          The request
        </Header>
      }
      items={items}
      trackBy="key"
      wrapLines
      empty={<Nothing title="The request had no condition keys" />}
      submitEdit={(item, _column, value) =>
        onEdit(item.key, value === item.values.join(', ') ? undefined : listOf(String(value)))
      }
      columnDefinitions={columnsFor(edited)}
      ariaLabels={{
        tableLabel: 'Condition keys of the request',
        activateEditLabel: (_, { key }) => `Give ${key} another value`,
        cancelEditLabel: () => 'Leave it as it is',
        submitEditLabel: () => 'Decide with this value',
      }}
    />
  );
}

interface Row {
  readonly key: string;
  readonly values: readonly string[];
}

const columnsFor = (edited: Values): TableProps.ColumnDefinition<Row>[] => [
  {
    id: 'key',
    header: 'Condition key',
    isRowHeader: true,
    minWidth: 200,
    cell: ({ key }) => <span className="long-name">{key}</span>,
  },
  {
    id: 'values',
    header: 'Value',
    minWidth: 260,
    cell: ({ key, values }) => <Value was={values} edited={edited[key]} />,
    editConfig: {
      ariaLabel: 'Another value',
      editIconAriaLabel: 'editable',
      editingCell: ({ key, values }, { currentValue, setValue }) => (
        <Input
          autoFocus
          ariaLabel={`Value of ${key}`}
          value={String(currentValue ?? (edited[key] ?? values).join(', '))}
          onChange={({ detail }) => setValue(detail.value)}
        />
      ),
    },
  },
];

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);

function Value({
  was,
  edited,
}: {
  readonly was: readonly string[];
  readonly edited: readonly string[] | undefined;
}) {
  if (!edited) return <span className="long-name">{was.join(', ')}</span>;
  return (
    <span className="long-name">
      <Box variant="strong">{edited.length > 0 ? edited.join(', ') : 'not in the request'}</Box> (was{' '}
      {was.join(', ')})
    </span>
  );
}
