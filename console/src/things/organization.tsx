/** The accounts of an organization as a tree, with the policies that hold at each place in it. */
import Badge from '@cloudscape-design/components/badge';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import TreeView from '@cloudscape-design/components/tree-view';
import { useCallback, useState } from 'react';
import { describeAll, type Place } from '../door/ask.ts';
import { useLoaded } from '../door/use-answer.ts';
import { Loaded, Nothing } from '../parts/states.tsx';
import { useWorld } from '../world.ts';

interface Named {
  readonly Id: string;
  readonly Name?: string;
}

interface Node extends Named {
  readonly kind: 'root' | 'unit' | 'account';
  readonly policies: readonly Named[];
  readonly children: readonly Node[];
}

const MAX_DEPTH = 6;

/** Undefined where the account is in no organization. Only the management account sees the tree. */
async function organizationTree(place: Place, signal: AbortSignal): Promise<Node | undefined> {
  const ask = async (operation: string, input: object, member: string): Promise<readonly Named[]> => {
    const [answer] = await describeAll<Record<string, Named[]>>(
      [{ service: 'organizations', operation, input }],
      place,
      signal,
    );
    return answer?.output?.[member] ?? [];
  };
  const nodeOf = async (named: Named, kind: Node['kind'], depth: number): Promise<Node> => {
    const TargetId = named.Id;
    const [services, resources] = await Promise.all(
      ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'].map((Filter) =>
        ask('ListPoliciesForTarget', { TargetId, Filter }, 'Policies'),
      ),
    );
    const policies = [...(services ?? []), ...(resources ?? [])];
    if (kind === 'account' || depth === MAX_DEPTH) return { ...named, kind, policies, children: [] };
    const units = await ask(
      'ListOrganizationalUnitsForParent',
      { ParentId: TargetId },
      'OrganizationalUnits',
    );
    const accounts = await ask('ListAccountsForParent', { ParentId: TargetId }, 'Accounts');
    const children = await Promise.all([
      ...units.map((each) => nodeOf(each, 'unit', depth + 1)),
      ...accounts.map((each) => nodeOf(each, 'account', depth + 1)),
    ]);
    return { ...named, kind, policies, children };
  };
  const [root] = await ask('ListRoots', {}, 'Roots');
  return root && nodeOf(root, 'root', 0);
}

export function Organization() {
  const { world, place } = useWorld();
  const load = useCallback(
    async (signal: AbortSignal) => ({ tree: await organizationTree(place, signal) }),
    [place],
  );
  const organization = useLoaded(load, { everyMs: 10_000 });
  return (
    <Container
      header={
        <Header variant="h2" counter={`(${world.accounts.length})`}>
          Accounts
        </Header>
      }
    >
      <Loaded of={organization} what="the accounts">
        {({ tree }) =>
          tree ? (
            <Tree root={tree} />
          ) : (
            <Nothing title={`Account ${place.accountId} sees no organization`}>
              Choose the management account above to see its tree. Known here: {world.accounts.join(', ')}.
            </Nothing>
          )
        }
      </Loaded>
    </Container>
  );
}

function Tree({ root }: { readonly root: Node }) {
  const [closed, setClosed] = useState<readonly string[]>([]);
  const all = idsUnder(root);
  return (
    <TreeView<Node>
      ariaLabel="The organization"
      items={[root]}
      getItemId={({ Id }) => Id}
      getItemChildren={({ children }) => [...children]}
      expandedItems={all.filter((id) => !closed.includes(id))}
      onItemToggle={({ detail: { id, expanded } }) =>
        setClosed((last) => (expanded ? last.filter((each) => each !== id) : [...last, id]))
      }
      renderItem={({ Name, Id, kind, policies }) => ({
        icon: undefined,
        content: (
          <span className="policy-head">
            <strong className="long-name">{Name ?? Id}</strong>
            <span className="long-name">{kind === 'account' ? `account ${Id}` : Id}</span>
            {policies.map((policy) => (
              <Badge key={policy.Id} color="blue">
                {policy.Name ?? policy.Id}
              </Badge>
            ))}
          </span>
        ),
      })}
    />
  );
}

const idsUnder = ({ Id, children }: Node): string[] => [Id, ...children.flatMap(idsUnder)];
