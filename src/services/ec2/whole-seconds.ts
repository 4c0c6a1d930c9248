/**
 * EC2 knows most times to the second and shows them with milliseconds of zero (`2018-05-10T08:05:20.000Z`): of launches,
 * attachments, templates, reservations, requests. Those of volumes, snapshots, VPC endpoints, flow logs and Spot Fleet histories
 * have milliseconds (aws-facts F58).
 */

const SECOND_MS = 1000;

/** As EC2 shows it. */
export const wholeSeconds = <T extends number | undefined>(ms: T): T =>
  (ms === undefined ? undefined : Math.floor(ms / SECOND_MS) * SECOND_MS) as T;

/** The same, as filters compare it. */
export function secondsText(ms: number): string;
export function secondsText(ms: number | undefined): string | undefined;
export function secondsText(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(wholeSeconds(ms)).toISOString();
}
