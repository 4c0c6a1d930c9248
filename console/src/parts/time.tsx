/** A date and a time of day, which is broken between the two if at all. */
import { timeText } from './words.ts';

export function Time({ at }: { readonly at: string | number | undefined }) {
  const text = timeText(at);
  const [date, ...rest] = text.split(' ');
  if (rest.length === 0) return text;
  return (
    <time className="time" dateTime={new Date(at ?? 0).toISOString()}>
      <span>{date}</span> <span>{rest.join(' ')}</span>
    </time>
  );
}
