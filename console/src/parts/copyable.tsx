/** Text to be taken along: a command, a document, an ARN. */
import Box from '@cloudscape-design/components/box';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';

export function CopyableCode({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <div className="code-block">
      <pre>{text}</pre>
      <CopyToClipboard
        variant="icon"
        textToCopy={text}
        copyButtonAriaLabel={`Copy the ${what}`}
        copySuccessText="Copied"
        copyErrorText="The browser does not allow copying"
      />
    </div>
  );
}

/** A long name, broken where it has to be. */
export function Arn({ text }: { readonly text: string }) {
  return (
    <Box variant="code" className="long-name">
      {text}
    </Box>
  );
}
