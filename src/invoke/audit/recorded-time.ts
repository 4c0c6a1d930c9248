/**
 * The times of requests and replies as CloudTrail writes them: `Jul 18, 2023, 4:07:39 PM`, in UTC
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html,
 * https://docs.aws.amazon.com/kms/latest/developerguide/ct-importkeymaterial.html). EC2's are numbers.
 */

/** ISO 8601 in whole seconds, as the times of the records themselves are. */
export const recordedSeconds = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19)}Z`;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export function recordedTime(atMs: number): string {
  const at = new Date(atMs);
  const hours = at.getUTCHours();
  const time = `${hours % 12 || 12}${at.toISOString().slice(-11, -5)} ${hours < 12 ? 'AM' : 'PM'}`;
  return `${MONTHS[at.getUTCMonth()]} ${at.getUTCDate()}, ${at.getUTCFullYear()}, ${time}`;
}

/** The other way round; older records leave out the second comma, or have the hours of a day and AM or PM, too, and some are ISO 8601. */
export function recordedTimeMs(text: string): number {
  const [, day, hour, rest] =
    /^([A-Z][a-z]{2} \d{1,2}, \d{4}),? (\d{1,2})(:\d{2}:\d{2}(?: [AP]M)?)$/.exec(text) ?? [];
  if (day === undefined || rest === undefined) return Date.parse(text);
  const time = Number(hour) > 12 ? rest.replace(/ [AP]M$/, '') : rest;
  return Date.parse(`${day} ${hour}${time} UTC`);
}
