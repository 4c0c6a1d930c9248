/** What answers the commands' questions mostly explains, and is loaded when the first is asked: most servers are asked none. */
import type { Questions } from './control-api.ts';
import type { Questioned } from './questions.ts';

export async function loadQuestions(server: Questioned): Promise<Questions> {
  const { questions } = await import('./questions.ts');
  return questions(server);
}
