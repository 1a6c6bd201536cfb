/** The offline demo model: a scripted server that speaks the Messages API on loopback and works through real tools. */
import type { Pace } from '../../test/support/model/answer.ts';
import { type ModelServer, startModelServer } from '../../test/support/model/model-server.ts';
import { playDemo } from './demo-script.ts';

export const demoModelId = 'scripted-demo';

export interface DemoModel extends AsyncDisposable {
  /** Belongs in `ANTHROPIC_BASE_URL`; any key is accepted. */
  readonly url: string;
  readonly model: typeof demoModelId;
  /** For tests: what was asked, and what was refused. */
  readonly server: Pick<ModelServer, 'requests' | 'problems'>;
}

export interface DemoModelOptions {
  /** Default: any free port. */
  port?: number;
  /** Default: about 80 tokens a second, as a quick real model. */
  pace?: Pace;
}

const realisticPace: Pace = { ttftMs: 450, deltaMs: 25, charsPerDelta: 8 };

/** The caller disposes it. Rejects when the port is taken. */
export async function startDemoModel({ port = 0, pace = realisticPace }: DemoModelOptions = {}): Promise<DemoModel> {
  const server = await startModelServer((request) => ({ model: demoModelId, ...playDemo(request) }), {
    port,
    pace,
    models: [{ id: demoModelId, display_name: 'Scripted demo model' }],
  });
  return {
    url: server.url,
    model: demoModelId,
    server,
    [Symbol.asyncDispose]: () => server.close(),
  };
}
