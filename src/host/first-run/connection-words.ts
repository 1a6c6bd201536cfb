// What a connection test found, in words: where it failed, what was said there, and what to do next.
import * as vscode from 'vscode';
import type { Hop, ProbeReport } from '../../adapters/connection-probe.ts';

type Failed = Extract<ProbeReport, { reached: false }>;

export interface ConnectionPlace {
  /** Of the model's address: `api.example.org`, `localhost:11434`. */
  readonly host: string;
  readonly model: string;
  /** On this machine. */
  readonly local: boolean;
}

/** The way out that is offered as a button. */
export type Remedy = 'setKey' | 'settings' | 'none';

export function remedyFor(hop: Hop): Remedy {
  if (hop === 'key' || hop === 'forbidden') return 'setKey';
  return hop === 'busy' || hop === 'server' || hop === 'billing' || hop === 'broken' ? 'none' : 'settings';
}

export function reachedWords({ milliseconds }: { readonly milliseconds: number }, place: ConnectionPlace): string {
  const seconds = (milliseconds / 1000).toFixed(1);
  return vscode.l10n.t('The connection works: {0} at {1} answered in {2} s.', place.model, place.host, seconds);
}

/** Two or three sentences. */
export function failedWords({ hop, said }: Failed, place: ConnectionPlace): string {
  const [what, next] = WORDS[hop](place);
  return `${what}${said === '' ? '' : ` (${said})`}. ${next}`;
}

type Words = (place: ConnectionPlace) => readonly [what: string, next: string];

/** By hop. The first has no end: what was said is put behind it. */
const WORDS: Readonly<Record<Hop, Words>> = {
  name: ({ host }) => [
    vscode.l10n.t('There is no machine of the name {0}', host),
    vscode.l10n.t('Check the address in the settings for a slip, and whether this machine is online or needs a proxy.'),
  ],
  refused: ({ host, local }) => [
    vscode.l10n.t('Nobody listens at {0}', host),
    local
      ? vscode.l10n.t('Start the local server, or correct its port in the settings.')
      : vscode.l10n.t('Check the address and the port in the settings.'),
  ],
  unreachable: ({ host }) => [
    vscode.l10n.t('There is no way to {0} from here', host),
    vscode.l10n.t('Check the network, the VPN, and the address in the settings.'),
  ],
  tls: ({ host }) => [
    vscode.l10n.t('The certificate of {0} is not trusted', host),
    vscode.l10n.t(
      'If your network looks into encrypted traffic, add its certificate to those of this machine. If you run the server yourself, give it one that this machine trusts.',
    ),
  ],
  not_tls: ({ host }) => [
    vscode.l10n.t('{0} does not speak https', host),
    vscode.l10n.t('If it is a local server, begin the address in the settings with http://.'),
  ],
  proxy: () => [
    vscode.l10n.t('The proxy did not let the request through'),
    vscode.l10n.t('Check the setting http.proxy, or the variable HTTPS_PROXY, and its name and password.'),
  ],
  silent: ({ host, local }) => [
    vscode.l10n.t('{0} does not answer', host),
    local
      ? vscode.l10n.t('The model may still be loading: try again in a moment.')
      : vscode.l10n.t(
          'A firewall may be in between. Check the network and the address in the settings, then try again.',
        ),
  ],
  broken: ({ host }) => [
    vscode.l10n.t('The connection to {0} broke off', host),
    vscode.l10n.t('Try again. If it stays so, something on the way closes it: a firewall, a proxy, a VPN.'),
  ],
  not_api: ({ host }) => [
    vscode.l10n.t('What answers at {0} does not speak the Messages API', host),
    vscode.l10n.t(
      'Check the address in the settings: it goes without /v1, and some networks answer with a sign-in page.',
    ),
  ],
  key: ({ host }) => [
    vscode.l10n.t('{0} did not accept the key', host),
    vscode.l10n.t('Set another one. It may have been revoked, or belong to another address.'),
  ],
  forbidden: ({ host }) => [
    vscode.l10n.t('{0} accepts the key, and does not allow this', host),
    vscode.l10n.t('Choose a model that the key may use, or set another key.'),
  ],
  billing: ({ host }) => [
    vscode.l10n.t('{0} asks for payment first', host),
    vscode.l10n.t('Add credit to the account that the key belongs to, then try again.'),
  ],
  model: ({ host, model }) => [
    vscode.l10n.t('{0} has no model of the name {1}', host, model),
    vscode.l10n.t('Correct the model in the settings.'),
  ],
  request: ({ host }) => [
    vscode.l10n.t('{0} did not accept the request', host),
    vscode.l10n.t('Check the model and the address in the settings.'),
  ],
  busy: ({ host }) => [
    vscode.l10n.t('{0} was reached and accepts the key, and has no room at the moment', host),
    vscode.l10n.t('Wait a little, then try again.'),
  ],
  server: ({ host }) => [
    vscode.l10n.t('{0} was reached, and failed', host),
    vscode.l10n.t('This is on the other side, and mostly passes: try again in a moment.'),
  ],
};
