/**
 * What AWS's console shows of a denial: who, what, on what and why, a line each, or run together where it was copied; and tools that
 * say the same in another order. It is the sentence of the API taken apart, and is put together again.
 */

/** A backup tool's, which has asked the simulator. */
const OF_TOOL =
  /is not authori[sz]ed to use resource (arn:\S{1,2048}) \(Actions?: ([a-z0-9-]{1,63}:\w{1,128})[^)]{0,1024}\)/gi;

const PANEL =
  /User:\s{0,9}(arn:(?:(?!User:)\S){1,512}?)\s{0,9}(?:Service:\s{0,9}([a-z0-9-]{1,63})\s{0,9})?Action:\s{0,9}([\w:-]{1,128}?)\s{0,9}(?:On resource\(s\):\s{0,9}([^\s,]{1,1024}?)[,\s]{0,9})?Context:\s{0,9}([^\n.]{1,200})/g;

const DENIES = /(an? [A-Za-z -]{1,40}?(?:policy|boundary)) explicitly denies/;
const LACKS = /no ([A-Za-z -]{1,40}?(?:policy|boundary)) allows/;

export function withSentences(text: string): string {
  const sentences = text.replace(OF_TOOL, 'is not authorized to perform: $2 on resource: $1');
  return sentences.includes('Context:')
    ? sentences.replace(PANEL, (_, ...parts: string[]) => sentenceOf(parts))
    : sentences;
}

function sentenceOf([user, service, called = '', resource, context = '']: readonly string[]): string {
  const action = called.includes(':') || !service ? called : `${service}:${called}`;
  const on = resource ? ` on resource: ${resource}` : '';
  const [, denying] = DENIES.exec(context) ?? [];
  const [, lacking] = LACKS.exec(context) ?? [];
  const why = denying
    ? ` with an explicit deny in ${denying}`
    : lacking
      ? ` because no ${lacking} allows the ${action} action`
      : '';
  return `User: ${user} is not authorized to perform: ${action}${on}${why}`;
}
