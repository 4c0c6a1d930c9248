/** What nobody has read, put together from recorded events: in the form of AWS's answers, so that it is adopted as they are. */
import type { Scope } from '../../../aws/scope.ts';
import type { Answer, Described } from '../../../invoke/imported/described.ts';
import type { PastChange, Present, Timelines } from '../../history/timelines.ts';

export interface RebuiltAnswer extends Answer, Scope {
  readonly operation: string;
}

/** What was recorded, and what was read of it all the same. */
export interface Rebuilding {
  readonly timelines: Timelines;
  readonly described: Described;
}

type About = Pick<RebuiltAnswer, 'operation' | 'account' | 'region' | 'input' | 'output'>;

/** As of the last event about it; `isWhole`: nothing of it can be older than the records. */
export function rebuiltAnswer(
  about: About,
  { first, last, isWhole }: Pick<Present, 'first' | 'last' | 'isWhole'>,
): RebuiltAnswer {
  return {
    ...about,
    ...seenIn(last),
    rebuilt: isWhole
      ? {}
      : { missing: `what was there before ${first.action} at ${first.at} is not recorded` },
  };
}

const seenIn = ({ at, by, action, eventID }: PastChange): Pick<Answer, 'at' | 'by' | 'from'> => ({
  at,
  by,
  from: `${action} (event ${eventID})`,
});

/** The parts whose names begin so, by the rest of the name. */
export const partsNamed = (
  { parts }: Pick<Present, 'parts'>,
  beginning: string,
): [name: string, change: NonNullable<ReturnType<Present['parts']['get']>>][] =>
  [...parts]
    .filter(([what]) => what.startsWith(beginning))
    .map(([what, change]) => [what.slice(beginning.length), change]);

export const tagsOf = (present: Present): { Key: string; Value: string }[] =>
  partsNamed(present, 'tag ').map(([Key, { value }]) => ({ Key, Value: value ?? '' }));
