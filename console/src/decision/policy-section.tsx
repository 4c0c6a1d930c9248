/** One policy that took part: what it said, statement by statement, and its document, which can be edited. */
import Badge from '@cloudscape-design/components/badge';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { ExplainedPolicy } from '../../../src/explain/denial/explanation.ts';
import { PolicyEditor } from '../parts/editor.tsx';
import { PolicySays } from '../parts/policy-says.tsx';
import { pretty } from '../parts/words.ts';
import { StatementView } from './statement-view.tsx';
import type { Fault } from './use-edited.ts';

interface PolicySectionProps {
  readonly policy: ExplainedPolicy;
  /** Absent where it could not be read. */
  readonly document: string | undefined;
  readonly edited: string | undefined;
  readonly isDeciding: boolean;
  /** It should have allowed the call, and does not. */
  readonly isLacking: boolean;
  readonly fault: Fault | undefined;
  onEdit(text: string | undefined): void;
}

export function PolicySection({
  policy,
  document,
  edited,
  isDeciding,
  isLacking,
  fault,
  onEdit,
}: PolicySectionProps) {
  const { title, policyType, outcome, statements } = policy;
  const [isOpen, setOpen] = useState(
    isDeciding || isLacking || statements.some(({ isNearMiss }) => isNearMiss),
  );
  const marked = statements
    .filter(({ matched, isNearMiss }) => matched || isNearMiss)
    .map(({ index }) => index);
  return (
    <ExpandableSection
      variant="default"
      expanded={isOpen || edited !== undefined}
      onChange={({ detail }) => setOpen(detail.expanded)}
      headerText={
        <span className="policy-head">
          <span className="long-name">{title}</span>
          <Badge>{policyType}</Badge>
          {isDeciding && <Badge color="blue">decides</Badge>}
          {isLacking && <Badge color="red">lacks an allow</Badge>}
          {edited !== undefined && <Badge color="severity-medium">edited</Badge>}
          <PolicySays policy={policy} />
        </span>
      }
    >
      <SpaceBetween size="s">
        {statements.map((statement) => (
          <StatementView key={statement.index} statement={statement} />
        ))}
        {statements.length === 0 && outcome !== 'unknown' && <Box variant="p">It has no statement.</Box>}
        {document !== undefined && (
          <Document
            title={title}
            document={document}
            marked={edited === undefined ? marked : []}
            edited={edited}
            fault={fault}
            onEdit={onEdit}
          />
        )}
      </SpaceBetween>
    </ExpandableSection>
  );
}

function Document({
  title,
  document,
  marked,
  edited,
  fault,
  onEdit,
}: Pick<PolicySectionProps, 'edited' | 'fault' | 'onEdit'> & {
  readonly title: string;
  readonly document: string;
  readonly marked: readonly number[];
}) {
  const isEditing = edited !== undefined;
  return (
    <SpaceBetween size="xs">
      <SpaceBetween size="xs" direction="horizontal">
        {isEditing ? (
          <Button onClick={() => onEdit(undefined)}>As it was</Button>
        ) : (
          <Button
            iconName="edit"
            ariaLabel={`Edit ${title}: what if it were different?`}
            onClick={() => onEdit(pretty(document))}
          >
            What if it were different?
          </Button>
        )}
      </SpaceBetween>
      <PolicyEditor
        text={edited ?? pretty(document)}
        label={`Document of ${title}`}
        fault={fault}
        marked={marked}
        onChange={isEditing ? onEdit : undefined}
      />
    </SpaceBetween>
  );
}
