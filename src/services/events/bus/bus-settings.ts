/** Refuses by name what a bus may be set to on AWS and not here. */
import { notServed } from '../errors.ts';

export function requireServed(settings: {
  readonly DeadLetterConfig?: { readonly Arn?: string };
  readonly LogConfig?: { readonly Level?: string };
}): void {
  if (settings.DeadLetterConfig?.Arn) throw notServed('DeadLetterConfig of event buses');
  if (settings.LogConfig && settings.LogConfig.Level !== 'OFF') throw notServed('LogConfig of event buses');
}
