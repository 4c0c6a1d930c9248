import type { AwsError } from '../aws/aws-error.ts';
import type { HttpRequest, HttpResponse } from './http.ts';

/**
 * An error that is found before anybody knows which service was meant, in the form that the request's headers
 * suggest: JSON for the JSON protocols and for web pages, XML for the query protocols.
 */
export function refusal(error: AwsError, headers: HttpRequest['headers']): HttpResponse {
  const { code, message, status, fault } = error;
  const type = headers['content-type'] ?? '';
  if (type.includes('json') || headers['x-amz-target'] !== undefined || headers.origin !== undefined) {
    const contentType = type.startsWith('application/x-amz-json-') ? type : 'application/json';
    return {
      status,
      headers: { 'content-type': contentType, 'x-amzn-errortype': code },
      body: JSON.stringify({ __type: code, message }),
    };
  }
  const errorType = fault === 'client' ? 'Sender' : 'Receiver';
  return {
    status,
    headers: { 'content-type': 'text/xml' },
    body:
      `<ErrorResponse><Error><Type>${errorType}</Type><Code>${code}</Code>` +
      `<Message>${escapeXml(message)}</Message></Error></ErrorResponse>`,
  };
}

function escapeXml(text: string): string {
  const plain = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  // Characters that XML 1.0 cannot carry, not even escaped.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones
  return plain.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '?');
}
