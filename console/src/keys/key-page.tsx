/** One key: its state, what is wrong with it, its policy, who may use it, its grants, and its uses. */
import Alert from '@cloudscape-design/components/alert';
import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { useCallback } from 'react';
import type { Audit } from '../../../src/explain/audit/audit.ts';
import { describeAll, type Place, Refused } from '../door/ask.ts';
import { useAnswer, useLoaded } from '../door/use-answer.ts';
import { Arn } from '../parts/copyable.tsx';
import { Loaded } from '../parts/states.tsx';
import { timeText } from '../parts/words.ts';
import { hrefOf } from '../routes.ts';
import { useWorld } from '../world.ts';
import { Grants } from './grants.tsx';
import { KeyPolicy, UnreadPolicy } from './key-policy.tsx';
import { KeyState } from './key-state.tsx';
import type { KeyMetadata } from './keys.tsx';
import { Uses } from './uses.tsx';
import { WhoCanMatrix } from './who-can-matrix.tsx';

interface KeyFacts {
  readonly metadata: KeyMetadata;
  readonly aliases: readonly string[];
  readonly policy: string | undefined;
  readonly rotation: string;
}

/** Where an ARN says that it is: a link may lead to a key of another account. */
function placeOf(arn: string, otherwise: Required<Place>): Required<Place> {
  const [, , , region, accountId] = arn.split(':');
  return region && accountId ? { region, accountId } : otherwise;
}

function useKey(arn: string, place: Required<Place>) {
  const { accountId, region } = place;
  const load = useCallback(
    async (signal: AbortSignal): Promise<KeyFacts> => {
      const call = (operation: string, input: object = {}) => ({
        service: 'kms',
        operation,
        input: { KeyId: arn, ...input },
      });
      const calls = [
        call('DescribeKey'),
        call('ListAliases'),
        call('GetKeyPolicy'),
        call('GetKeyRotationStatus'),
      ];
      const answers = await describeAll<Record<string, never>>(calls, { accountId, region }, signal);
      const [described, aliases, policy, rotation] = answers;
      if (!described?.output) throw new Refused(described?.error?.message ?? 'There is no such key.');
      return {
        metadata: described.output.KeyMetadata as unknown as KeyMetadata,
        aliases: ((aliases?.output?.Aliases ?? []) as { AliasName: string }[]).map(
          ({ AliasName }) => AliasName,
        ),
        policy: policy?.output?.Policy,
        rotation: rotation?.output?.KeyRotationEnabled
          ? `every ${rotation.output.RotationPeriodInDays} days`
          : 'off',
      };
    },
    [arn, accountId, region],
  );
  return useLoaded(load, { everyMs: 5000 });
}

export function KeyPage({ arn }: { readonly arn: string }) {
  const place = placeOf(arn, useWorld().place);
  const facts = useKey(arn, place);
  return (
    <Loaded of={facts} what="the key">
      {({ metadata, aliases, policy, rotation }) => (
        <SpaceBetween size="l">
          <BreadcrumbGroup
            ariaLabel="Where this is"
            items={[
              { text: 'Keys', href: hrefOf('keys') },
              { text: aliases[0] ?? metadata.KeyId, href: hrefOf('keys', arn) },
            ]}
          />
          <Header variant="h1" description={metadata.Description}>
            <span className="long-name">{aliases[0] ?? `key ${metadata.KeyId}`}</span>
          </Header>
          <Overview metadata={metadata} aliases={aliases} rotation={rotation} />
          <Findings key={policy} arn={metadata.Arn} accountId={place.accountId} />
          <Tabs
            ariaLabel="What is known of the key"
            tabs={[
              {
                id: 'policy',
                label: 'Policy',
                content: policy ? (
                  <KeyPolicy arn={metadata.Arn} place={place} stored={policy} onApplied={facts.reload} />
                ) : (
                  <UnreadPolicy />
                ),
              },
              { id: 'who', label: 'Who can', content: <WhoCanMatrix arn={metadata.Arn} place={place} /> },
              { id: 'grants', label: 'Grants', content: <Grants arn={metadata.Arn} place={place} /> },
              { id: 'uses', label: 'Uses', content: <Uses arn={metadata.Arn} place={place} /> },
            ]}
          />
        </SpaceBetween>
      )}
    </Loaded>
  );
}

function Overview({ metadata, aliases, rotation }: Omit<KeyFacts, 'policy'>) {
  const { KeySpec, KeyUsage, Origin, MultiRegion, CreationDate, KeyManager } = metadata;
  return (
    <Container>
      <KeyValuePairs
        columns={4}
        items={[
          { label: 'State', value: <KeyState of={metadata} /> },
          { label: 'Spec', value: `${KeySpec ?? '-'}, ${KeyUsage ?? '-'}` },
          { label: 'Rotation', value: rotation },
          { label: 'Managed by', value: KeyManager === 'AWS' ? 'AWS' : 'customer' },
          { label: 'ARN', value: <Arn text={metadata.Arn} /> },
          { label: 'Aliases', value: <span className="long-name">{aliases.join(', ') || 'none'}</span> },
          { label: 'Origin', value: `${Origin ?? '-'}${MultiRegion ? ', multi-Region' : ''}` },
          { label: 'Created', value: timeText(CreationDate) },
        ]}
      />
    </Container>
  );
}

const TYPES = { error: 'error', warning: 'warning', note: 'info' } as const;

function Findings({ arn, accountId }: { readonly arn: string; readonly accountId: string }) {
  // Asked once for each policy of the key: it looks at every key and principal of the account.
  const { answer } = useAnswer<Audit>('audit', { accountId });
  const own = answer?.findings.filter(({ subject }) => subject === arn) ?? [];
  if (own.length === 0) return null;
  return (
    <SpaceBetween size="s">
      {own.map(({ rule, severity, what, fix }) => (
        <Alert
          key={`${rule} ${what}`}
          type={TYPES[severity]}
          header={<span className="long-name">{what}</span>}
        >
          <span className="long-name">{fix}</span>
        </Alert>
      ))}
    </SpaceBetween>
  );
}
