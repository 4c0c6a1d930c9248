/** Whatever one has at hand: an id, a name, an error message as it was printed, with as many denials as stand in it. */
import Button from '@cloudscape-design/components/button';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { go, hrefOf } from '../routes.ts';
import { useWorld } from '../world.ts';

const ROWS = 3;

export function AskAbout() {
  const { place } = useWorld();
  const [text, setText] = useState('');
  const subject = text.trim();
  return (
    <ExpandableSection
      variant="container"
      headerText="Ask about something else"
      headerDescription="An instance, a group, a user, a request, or an error message as it was printed."
    >
      <SpaceBetween size="s">
        <Textarea
          value={text}
          rows={ROWS}
          spellcheck={false}
          ariaLabel="What is to be explained"
          onChange={({ detail }) => setText(detail.value)}
        />
        <Button
          disabled={subject === ''}
          onClick={() => go(hrefOf('problems', place.accountId, place.region, subject))}
        >
          Explain
        </Button>
      </SpaceBetween>
    </ExpandableSection>
  );
}
