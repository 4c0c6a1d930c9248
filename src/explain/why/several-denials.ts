/** A pasted text in which several denials stand: each is explained as if it had been pasted by itself. */
import type { Explanation } from '../denial/explanation.ts';
import { denialsIn, isMessage } from '../messages/message-text.ts';

/** So many are explained of one text. */
const MAX_EXPLAINED = 5;

/** `explainOne`: what stands by itself. */
export async function explainEach(
  subject: string,
  account: string,
  explainOne: (text: string) => Promise<Explanation>,
): Promise<Explanation> {
  const denials = isMessage(subject) ? denialsIn(subject, account) : [];
  if (denials.length < 2) return explainOne(subject);
  const [first, ...further] = await inTurn(denials.slice(0, MAX_EXPLAINED), explainOne);
  const more = denials.length - further.length - 1;
  return { ...(first as Explanation), subject, further, ...(more > 0 && { more }) };
}

/** Each rehearses calls: not at once. */
async function inTurn<Answer>(
  texts: readonly string[],
  answer: (text: string) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const text of texts) answers.push(await answer(text));
  return answers;
}
