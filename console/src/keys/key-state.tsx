/** A key's state: only an enabled key can be used. */
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { timeText } from '../parts/words.ts';

const TYPES: Readonly<Record<string, StatusIndicatorProps.Type>> = {
  Enabled: 'success',
  Disabled: 'stopped',
  PendingDeletion: 'error',
};

export function KeyState({
  of: { KeyState: state, DeletionDate },
}: {
  readonly of: { KeyState: string; DeletionDate?: number };
}) {
  return (
    <>
      <StatusIndicator type={TYPES[state] ?? 'warning'}>
        {state.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}
      </StatusIndicator>
      {DeletionDate !== undefined && <div className="quiet">on {timeText(DeletionDate).slice(0, 10)}</div>}
    </>
  );
}
