/** One change: its sentence, what it does to a document, and the same as a command or as code. */
import Box from '@cloudscape-design/components/box';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import type { ExplainedRemedy } from '../../../src/explain/denial/explanation.ts';
import { Arn, CopyableCode } from '../parts/copyable.tsx';
import { PolicyDiff } from '../parts/editor.tsx';
import { pretty } from '../parts/words.ts';

interface RemedyProps {
  readonly remedy: ExplainedRemedy;
  /** What it changes stands above, in one with another change. */
  readonly isShownAbove: boolean;
}

export function RemedyView({ remedy, isShownAbove }: RemedyProps) {
  const { sentence, target, patch, document } = remedy;
  return (
    <SpaceBetween size="s">
      <div className="remedy-head">
        <Box variant="p" padding="n" fontWeight="bold" className="long-name">
          {sentence}
        </Box>
        <CopyAs remedy={remedy} />
      </div>
      {target && (
        <Box color="text-body-secondary" fontSize="body-s">
          Changes <Arn text={target} />
          {isShownAbove && ', as it is shown above with this statement in it'}
        </Box>
      )}
      {patch ? (
        <PolicyDiff
          before={patch.before && pretty(patch.before)}
          after={pretty(patch.after)}
          label={`What changes in the policy of ${target}`}
        />
      ) : (
        document && !isShownAbove && <CopyableCode text={pretty(document)} what="document" />
      )}
    </SpaceBetween>
  );
}

function CopyAs({ remedy: { commands = [], code } }: { readonly remedy: ExplainedRemedy }) {
  const [copied, setCopied] = useState<string>();
  const forms: Readonly<Record<string, readonly [string, string | undefined]>> = {
    cli: ['AWS CLI', commands.length > 0 ? commands.join('\n') : undefined],
    terraform: ['Terraform', code?.terraform],
    cdk: ['CDK (TypeScript)', code?.cdk],
  };
  const copy = async (id: string) => {
    const [name, text] = forms[id] ?? [];
    if (!text) return;
    setCopied(
      await navigator.clipboard.writeText(text).then(
        () => `Copied as ${name}`,
        () => 'The browser does not allow copying',
      ),
    );
  };
  if (commands.length === 0) return null;
  return (
    <SpaceBetween size="xs" direction="horizontal" alignItems="center">
      {copied && <StatusIndicator type="success">{copied}</StatusIndicator>}
      <ButtonDropdown
        items={Object.entries(forms).map(([id, [text, value]]) => ({ id, text, disabled: !value }))}
        onItemClick={({ detail }) => void copy(detail.id)}
      >
        Copy as
      </ButtonDropdown>
    </SpaceBetween>
  );
}
