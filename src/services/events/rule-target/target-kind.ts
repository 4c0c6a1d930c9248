/** The kinds of target that are served. */
import { parseArn } from '../../../aws/arn.ts';

const KINDS = {
  'events:api-destination': 'api-destination',
  'events:event-bus': 'event-bus',
  'logs:log-group': 'log-group',
} as const;

export type TargetKind = (typeof KINDS)[keyof typeof KINDS];

export function targetKind(arn: string): TargetKind | undefined {
  const { service, resource } = parseArn(arn) ?? { service: '', resource: '' };
  const kind = `${service}:${resource.split(/[:/]/, 1)[0]}`;
  return Object.hasOwn(KINDS, kind) ? KINDS[kind as keyof typeof KINDS] : undefined;
}
