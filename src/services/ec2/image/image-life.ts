/**
 * What befalls an image in its later life: it is deprecated, disabled, kept from being deregistered
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-lifecycle.html, aws-facts F45).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { DAY_MS, MINUTE_MS } from '../../../platform/durations.ts';
import type { Image } from '../../../shapes/generated/ec2.ts';
import { secondsText } from '../whole-seconds.ts';
import { isPublicImage } from './image.ts';
import type { ImageRecord } from './image-record.ts';

const PUBLIC_YEARS = 2;
const MAX_YEARS = 10;
/** For how long protection goes on after it is switched off, where it was asked for with a cooldown. */
export const COOLDOWN_MS = DAY_MS;

function yearsAfter(ms: number, years: number): number {
  const date = new Date(ms);
  return date.setUTCFullYear(date.getUTCFullYear() + years);
}

/** When an image is or was deprecated: a public one of an account's two years after its creation at the latest. */
function deprecationOf(image: ImageRecord): number | undefined {
  const { deprecatesAtMs, ownerAlias, createdAtMs } = image;
  if (!isPublicImage(image) || ownerAlias) return deprecatesAtMs;
  return Math.min(yearsAfter(createdAtMs, PUBLIC_YEARS), deprecatesAtMs ?? Number.POSITIVE_INFINITY);
}

/** Whether a listing leaves it out, for whoever does not own it. */
export const isDeprecated = (image: ImageRecord, nowMs: number): boolean =>
  (deprecationOf(image) ?? Number.POSITIVE_INFINITY) <= nowMs;

/** The time that a request names, to the minute; throws where it is past or too far away. */
export function requireDeprecation(image: ImageRecord, asked: number, nowMs: number): number {
  const atMs = Math.round(asked / MINUTE_MS) * MINUTE_MS;
  const isPublic = isPublicImage(image);
  const latest = isPublic ? yearsAfter(image.createdAtMs, PUBLIC_YEARS) : yearsAfter(nowMs, MAX_YEARS);
  if (atMs >= nowMs && atMs <= latest) return atMs;
  throw new AwsError(
    'InvalidParameterValue',
    atMs < nowMs
      ? 'The specified date and time for deprecation is in the past. Specify a date and time in the future.'
      : `The specified date and time for deprecation is after ${secondsText(latest)}, the latest for this image.`,
  );
}

export function protectionOf(
  { deregistrationProtection: protection, protectedUntilMs: untilMs = 0 }: ImageRecord,
  nowMs: number,
): string {
  if (protection) return protection;
  return untilMs > nowMs ? `disabled after ${secondsText(untilMs)}` : 'disabled';
}

export function showLife(
  image: ImageRecord,
  nowMs: number,
): Pick<Image, 'DeprecationTime' | 'DeregistrationProtection'> {
  const deprecation = deprecationOf(image);
  return {
    DeprecationTime: secondsText(deprecation),
    DeregistrationProtection: protectionOf(image, nowMs),
  };
}

export function requireDeregistrable(image: ImageRecord, nowMs: number): void {
  if (protectionOf(image, nowMs) === 'disabled') return;
  throw new AwsError(
    'OperationNotPermitted',
    image.deregistrationProtection
      ? `The image '${image.id}' may not be deregistered. Disable its deregistration protection and try again.`
      : `The image '${image.id}' may not be deregistered during the cooldown period of its deregistration protection.`,
  );
}
