// Addresses as the web tools take them: http and https, one spelling a host, no credentials.

export type WebAddress = { readonly url: URL } | { readonly problem: string };

const MAX_CHARS = 4_000;

/** `problem` is a sentence for the model. The fragment is removed, and the dot that may end a host name. */
export function webAddress(text: string): WebAddress {
  if (text.length > MAX_CHARS) {
    return { problem: `The address is ${text.length} characters long. Give one of at most ${MAX_CHARS}.` };
  }
  if (!URL.canParse(text)) {
    return { problem: `"${text}" is not an address. Give a whole one, such as "https://example.com/page".` };
  }
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return { problem: `WebFetch takes http and https addresses, not ${url.protocol}. For a file use Read.` };
  }
  if (url.username !== '' || url.password !== '') {
    return { problem: 'The address holds a user name or a password. Give it without: WebFetch sends no credentials.' };
  }
  const host = url.hostname.replace(/\.+$/, '');
  if (host === '') return { problem: `"${text}" names no host. Give an address such as "https://example.com/page".` };
  url.hostname = host;
  url.hash = '';
  return { url };
}
