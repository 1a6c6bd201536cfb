// A scripted model for a conversation and the agents that it starts: each agent is known by the word TASK in what it was asked.
import type { Answer } from '../../support/model/answer.ts';
import { text, toolUse } from '../../support/model/answer.ts';
import type { ModelRequest } from '../../support/model/model-server.ts';
import type { RecordedRequest } from '../../support/model/recorded-request.ts';
import type { WireBody } from '../../support/model/wire-body.ts';

/** Counts of one answer. */
export const USAGE = { input_tokens: 100, output_tokens: 10 };

export const say = (words: string): Answer => ({ blocks: [text(words)], usage: USAGE });
export const call = (...blocks: NonNullable<Answer['blocks']>): Answer => ({
  blocks,
  stopReason: 'tool_use',
  usage: USAGE,
});

/** A call that starts the agent with this task. */
export function agent(task: string, input: object = {}) {
  return toolUse('Agent', { description: `Do ${task}`, prompt: `TASK ${task}`, ...input }, { id: `call_${task}` });
}

/** The task of the agent whose request it is, and how many answers it has had; undefined for the conversation's own requests. */
export function taskOf(body: unknown): { task: string; step: number } | undefined {
  const { messages } = body as WireBody;
  for (const [index, { role, content }] of messages.entries()) {
    if (role !== 'user' || typeof content === 'string') continue;
    for (const block of content) {
      const found = block.type === 'text' && /subagent[^]*TASK (\w+)/.exec(String(block['text']));
      if (found)
        return {
          task: found[1]!,
          step: messages.slice(index).filter((message) => message.role === 'assistant').length,
        };
    }
  }
  return undefined;
}

/** `main` in order for the conversation; `agents` by task, in order for each. */
export function scriptOf(main: readonly Answer[], agents: Readonly<Record<string, readonly Answer[]>>) {
  let asked = 0;
  return ({ body }: ModelRequest): Answer => {
    const found = taskOf(body);
    const answer = found ? agents[found.task]?.[found.step] : main[asked++];
    return answer ?? say(`no answer ${asked} for ${JSON.stringify(found)}`);
  };
}

export function requestsOf(requests: readonly RecordedRequest[], task: string | undefined): WireBody[] {
  return requests.map(({ body }) => body as WireBody).filter((body) => taskOf(body)?.task === task);
}
