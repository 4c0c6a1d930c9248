/** What whoever comes without a session sees: how to get one. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { CopyableCode } from './parts/copyable.tsx';

export function SignedOutPage({ refusal }: { readonly refusal: string | undefined }) {
  return (
    <main className="signed-out">
      <Container header={<Header variant="h1">Latchkey console</Header>}>
        <SpaceBetween size="m">
          {refusal && <Alert type="warning">{refusal}</Alert>}
          <Box variant="p">
            The console is opened from a shell of yours. This prints an address that works once, and opens it
            in your browser:
          </Box>
          <CopyableCode text="npx latchkey console" what="command" />
          <Box variant="p" color="text-body-secondary">
            A session ends with the server, or after twelve hours.
          </Box>
        </SpaceBetween>
      </Container>
    </main>
  );
}
