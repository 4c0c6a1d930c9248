/** Who reaches which instance by which key, as a graph; what was refused is red, and says why. */
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Grid from '@cloudscape-design/components/grid';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { lazy, Suspense, useState } from 'react';
import type { Paths as FoundPaths } from '../../../src/explain/paths.ts';
import { useAnswer } from '../door/use-answer.ts';
import { Loaded, Nothing } from '../parts/states.tsx';
import { plural } from '../parts/words.ts';
import { useWorld } from '../world.ts';
import { EdgeTable } from './edge-table.tsx';

const Graph = lazy(() => import('./graph.tsx').then((loaded) => ({ default: loaded.Graph })));

interface Filter {
  readonly key: string;
  readonly principal: string;
  readonly instance: string;
}

const NO_FILTER: Filter = { key: '', principal: '', instance: '' };

export function Paths() {
  const { place } = useWorld();
  const [filter, setFilter] = useState(NO_FILTER);
  const paths = useAnswer<FoundPaths>('paths', { ...filter, ...place });
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header
            variant="h1"
            description="From who may, by which policy or grant, to the key, the volumes under it, and the instances that hold them."
          >
            Paths
          </Header>
        }
      >
        <Filters onFilter={setFilter} />
      </Container>
      <Loaded of={paths} what="the paths">
        {(found) =>
          found.nodes.length === 0 ? (
            <Container>
              <Nothing title="There is no key here that anybody reaches">
                Make a key and a volume under it, or play John's story on the first screen.
              </Nothing>
            </Container>
          ) : (
            <SpaceBetween size="l">
              {found.omitted > 0 && (
                <Alert type="info">
                  {plural(found.omitted, 'key')} more are not shown: filter by key, or by instance.
                </Alert>
              )}
              <Suspense>
                <Graph of={found} />
              </Suspense>
              <EdgeTable of={found} />
            </SpaceBetween>
          )
        }
      </Loaded>
    </SpaceBetween>
  );
}

function Filters({ onFilter }: { onFilter(filter: Filter): void }) {
  const [typed, setTyped] = useState(NO_FILTER);
  const field = (name: keyof Filter, label: string, placeholder: string) => (
    <FormField label={label}>
      <Input
        value={typed[name]}
        placeholder={placeholder}
        onChange={({ detail }) => setTyped({ ...typed, [name]: detail.value })}
        type="search"
      />
    </FormField>
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onFilter({
          key: typed.key.trim(),
          principal: typed.principal.trim(),
          instance: typed.instance.trim(),
        });
      }}
    >
      <Form variant="embedded">
        <Grid gridDefinition={[3, 3, 3, 3].map((s) => ({ colspan: { default: 12, s } }))}>
          {field('key', 'Key', 'alias/app, or an ARN')}
          {field('principal', 'Principal', 'user john')}
          {field('instance', 'Instance', 'i-…')}
          <div className="beside-fields">
            <Button formAction="submit">Filter</Button>
          </div>
        </Grid>
      </Form>
    </form>
  );
}
