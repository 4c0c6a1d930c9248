/** What stands where an answer is not there: it is loading, it was refused, or there is nothing. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Icon from '@cloudscape-design/components/icon';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { ReactNode } from 'react';
import type { Answer } from '../door/use-answer.ts';

export function Loaded<T>({
  of: { answer, error },
  what,
  children,
}: {
  readonly of: Answer<T>;
  readonly what: string;
  readonly children: (answer: T) => ReactNode;
}) {
  if (error) return <Alert type="error">{error.message}</Alert>;
  if (answer === undefined) return <StatusIndicator type="loading">Loading {what}</StatusIndicator>;
  return children(answer);
}

export function Nothing({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <Box textAlign="center" padding={{ vertical: 'l' }} color="inherit">
      <SpaceBetween size="xs">
        <Box variant="strong" color="inherit">
          {title}
        </Box>
        {children}
      </SpaceBetween>
    </Box>
  );
}

export type Outcome = 'allowed' | 'denied' | 'failed' | 'unknown' | 'changed' | 'silent';

const INDICATORS: Readonly<Record<Exclude<Outcome, 'unknown'>, StatusIndicatorProps.Type>> = {
  allowed: 'success',
  denied: 'error',
  failed: 'warning',
  changed: 'info',
  silent: 'stopped',
};

const WORDS: Readonly<Record<Outcome, string>> = {
  allowed: 'Allowed',
  denied: 'Denied',
  failed: 'Failed',
  unknown: 'Cannot tell',
  changed: 'Changed',
  silent: 'No match',
};

export function OutcomeIndicator({ outcome, text }: { readonly outcome: Outcome; readonly text?: string }) {
  if (outcome === 'unknown') {
    // Neither good nor bad, and not under way: a colour of its own.
    return (
      <span className="cannot-tell">
        <Icon name="status-pending" /> {text ?? WORDS[outcome]}
      </span>
    );
  }
  return <StatusIndicator type={INDICATORS[outcome]}>{text ?? WORDS[outcome]}</StatusIndicator>;
}
