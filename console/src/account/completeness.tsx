/** On every screen of an imported account: when it was read, and how complete that is. */
import Alert from '@cloudscape-design/components/alert';
import Link from '@cloudscape-design/components/link';
import { useAnswer } from '../door/use-answer.ts';
import { plural, timeText } from '../parts/words.ts';
import { hrefOf } from '../routes.ts';
import type { Check } from './account.tsx';

export function Completeness() {
  const { answer } = useAnswer<Check>('check', {});
  if (!answer) return null;
  const { coverage, calibration, sufficient } = answer;
  const refused = coverage.places
    .flatMap((place) => Object.values(place.refused))
    .reduce((sum, each) => sum + each, 0);
  const missing = coverage.places.reduce((sum, place) => sum + place.missing.length, 0);
  const { agreement } = calibration;
  return (
    <Alert type={sufficient ? 'info' : 'warning'}>
      An imported account as it was read at {timeText(coverage.readAt.last)}. {plural(refused, 'call')} of its
      reader refused, {plural(missing, 'kind')} of things not asked for;{' '}
      {agreement === undefined
        ? 'no recorded call could be compared'
        : `${(agreement * 100).toFixed(1)} % of recorded calls come out as AWS decided them`}
      . <Link href={hrefOf('account')}>What the answers are based on</Link>
    </Alert>
  );
}
