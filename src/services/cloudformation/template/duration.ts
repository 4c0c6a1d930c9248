/** Durations of policies, as ISO 8601 writes hours, minutes and seconds. */
import { asText } from '../../../aws/as-text.ts';
import type { Json } from './json.ts';

/** `PT1H30M` in milliseconds; what is no duration takes no time. */
export function durationMs(text: Json): number {
  const [, hours = 0, minutes = 0, seconds = 0] =
    /^PT(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?$/.exec(asText(text))?.map(Number) ?? [];
  return (((hours || 0) * 60 + (minutes || 0)) * 60 + (seconds || 0)) * 1000;
}
