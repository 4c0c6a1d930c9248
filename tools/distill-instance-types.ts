/**
 * `node tools/distill-instance-types.ts ANSWER.json`: makes `src/services/ec2/instance-type/instance-types.json` from what
 * `aws ec2 describe-instance-types` answers. Each leaf is a column with its distinct values, and a type a row of indexes
 * into them, so that some thousand types stay readable and small.
 */
import { readFileSync, writeFileSync } from 'node:fs';

type Fact = Readonly<Record<string, unknown>>;

const [answer = ''] = process.argv.slice(2);
const { InstanceTypes: types } = JSON.parse(readFileSync(answer, 'utf8')) as {
  InstanceTypes: (Fact & { readonly InstanceType: string })[];
};

function leaves(value: Fact, path: string, found: Map<string, unknown>): Map<string, unknown> {
  for (const [name, inner] of Object.entries(value)) {
    const at = path === '' ? name : `${path}.${name}`;
    if (typeof inner === 'object' && inner !== null && !Array.isArray(inner))
      leaves(inner as Fact, at, found);
    else found.set(at, inner);
  }
  return found;
}

const rows = types
  .map(({ InstanceType: name, ...facts }) => ({ name, facts: leaves(facts, '', new Map()) }))
  .sort((one, other) => (one.name < other.name ? -1 : 1));
const paths = [...new Set(rows.flatMap(({ facts }) => [...facts.keys()]))].sort();
/** The text of a value, to its index; an absent one is null. */
const columns = paths.map((path) => {
  const values = new Map<string, number>();
  for (const { facts } of rows) {
    const text = JSON.stringify(facts.get(path) ?? null);
    if (!values.has(text)) values.set(text, values.size);
  }
  return { path, values };
});
const lines = [
  '{"columns":[',
  columns
    .map(({ path, values }) => `[${JSON.stringify(path)},[${[...values.keys()].join(',')}]]`)
    .join(',\n'),
  '],',
  '"types":{',
  rows
    .map(({ name, facts }) => {
      const indexes = columns.map(({ path, values }) => values.get(JSON.stringify(facts.get(path) ?? null)));
      return `${JSON.stringify(name)}:[${indexes.join(',')}]`;
    })
    .join(',\n'),
  '}}',
];
const target = new URL('../src/services/ec2/instance-type/instance-types.json', import.meta.url);
writeFileSync(target, `${lines.join('\n')}\n`);
