/** The questions about permissions: each is answered with its facts, and with the text that prints them. */
import { explain } from '../explain/explain.ts';
import { NoAnswer } from '../explain/key-question.ts';
import { renderWhatIf } from '../explain/render-what-if.ts';
import { renderWhoCan } from '../explain/render-who-can.ts';
import { whatIf } from '../explain/what-if.ts';
import { whoCan } from '../explain/who-can.ts';
import type { Runtime } from '../invoke/runtime.ts';
import { ControlError, type Question, stringOf } from './control-api.ts';

export type Rendered<Answer> = Answer & { readonly text: string };

function rendered<Answer extends object>(
  answer: Answer,
  render: (answer: Answer) => string,
): Rendered<Answer> {
  return { ...answer, text: render(answer) };
}

function refusal(error: unknown): never {
  throw error instanceof NoAnswer ? new ControlError(error.message) : error;
}

type Body = Parameters<Question>[0];

export function explanations(
  runtime: Runtime,
  placeOf: (body: Body) => { account: string; region: string },
): Record<string, Question> {
  return {
    async explain(body) {
      const subject = stringOf(body, 'subject');
      if (!subject) throw new ControlError('explain what?');
      return explain(runtime, subject, placeOf(body));
    },

    async 'what-if'(body) {
      const key = stringOf(body, 'key');
      const policy = stringOf(body, 'policy');
      if (!key || policy === undefined) throw new ControlError('what if which key had which policy?');
      return rendered(await whatIf(runtime, { key, policy, ...placeOf(body) }).catch(refusal), renderWhatIf);
    },

    async 'who-can'(body) {
      const key = stringOf(body, 'key');
      if (!key) throw new ControlError('who may use which key?');
      const action = stringOf(body, 'action');
      return rendered(await whoCan(runtime, { key, action, ...placeOf(body) }).catch(refusal), renderWhoCan);
    },
  };
}
