/** `npm run situations`: plays all, and says of how many the explanation is right; `-- NAME` shows one with its explanation. */
import { parseArgs } from 'node:util';
import { SITUATIONS } from './corpus/index.ts';
import type { Played } from './play.ts';
import { Stage } from './play-all.ts';
import { countsOf, docsPage, row, writeDocs } from './report.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean' } },
});
const chosen = positionals.length
  ? SITUATIONS.filter(({ name }) => positionals.some((part) => name.includes(part)))
  : SITUATIONS;
const stage = new Stage();
const played: Played[] = [];
for (const situation of chosen) {
  const each = await stage.play(situation);
  played.push(each);
  console.log(row(each));
  for (const fault of each.faults) console.log(`    ${fault}`);
  if (positionals.length) console.log(`\n${situation.story}\n\n${each.explanation?.text ?? ''}\n`);
}
await stage.close();
console.log(`\n${countsOf(played)}`);
if (values.write) writeDocs(docsPage(played));
const isKnown = ({ situation }: Played) => situation.knownWrong !== undefined;
process.exitCode = played.some((each) => each.result === 'wrong' && !isKnown(each)) ? 1 : 0;
