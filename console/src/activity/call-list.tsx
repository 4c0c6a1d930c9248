/** The calls as rows, of which only those in sight are there: a hundred thousand scroll as ten do. */
import Icon from '@cloudscape-design/components/icon';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import type { LoggedCall } from '../../../src/control/call-log.ts';
import { shortName } from '../parts/words.ts';
import { hrefOf } from '../routes.ts';

const ROW_PX = 56;
const ROWS_BEFORE_END = 20;

const ICONS = { allowed: 'status-positive', denied: 'status-negative', failed: 'status-warning' } as const;
const VARIANTS = { allowed: 'success', denied: 'error', failed: 'warning' } as const;

interface CallListProps {
  readonly calls: readonly LoggedCall[];
  readonly hasMore: boolean;
  /** The end is near. */
  onEnd(): void;
}

export function CallList({ calls, hasMore, onEnd }: CallListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: calls.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (at) => calls[at]?.sequence ?? at,
    overscan: 10,
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last >= calls.length - ROWS_BEFORE_END) onEnd();
  }, [hasMore, last, calls.length, onEnd]);
  return (
    <div
      className="calls"
      ref={scroller}
      role="feed"
      aria-label="Calls, the newest first"
      aria-busy={hasMore || shown.length === 0}
    >
      <div className="calls-inner" style={{ height: rows.getTotalSize() }}>
        {shown.map(({ index, key, start }) => (
          <div key={key} className="call-place" style={{ transform: `translateY(${start}px)` }}>
            <Call call={calls[index] as LoggedCall} position={index + 1} size={hasMore ? -1 : calls.length} />
          </div>
        ))}
      </div>
    </div>
  );
}

function Call({
  call,
  position,
  size,
}: {
  readonly call: LoggedCall;
  readonly position: number;
  readonly size: number;
}) {
  const { time, principal, invokedBy, action, resource, outcome, reason, errorCode, eventId } = call;
  const through = invokedBy && ` through ${invokedBy.split('.')[0]}`;
  return (
    <article
      aria-posinset={position}
      aria-setsize={size}
      className={`call is-${outcome}${invokedBy ? ' is-inner' : ''}`}
    >
      <a href={hrefOf('decision', eventId)} title={`${principal}\n${resource ?? ''}`}>
        <time dateTime={time}>{time.slice(11, 19)}</time>
        <Icon name={ICONS[outcome]} variant={VARIANTS[outcome]} ariaLabel={outcome} />
        <span className="call-what">
          <strong>{action}</strong> {resource && shortName(resource)}
        </span>
        <span className="call-who">
          {shortName(principal)}
          {through}
        </span>
        <span className="call-why">
          {outcome === 'failed' ? `${errorCode ?? ''}: ${reason ?? ''}` : reason}
        </span>
      </a>
    </article>
  );
}
