// What stands where the transcript will be: one sentence, first tasks taken from the workspace, and the state of the key.
import { commands } from '../../src/shared/contributions.ts';
import type { Environment } from '../../src/shared/view-model.ts';
import { usePanel } from '../panel-context.ts';
import { Button } from './controls.tsx';
import { Icon } from './icon.tsx';

export function EmptyState({ environment }: { environment: Environment }) {
  const { composing } = usePanel();
  const place = environment.workspaceName || 'this workspace';
  return (
    <div class="empty-state">
      <p>Ask a question about {place}, or describe a change to make.</p>
      {environment.suggestions.length > 0 && (
        <ul class="suggestions" aria-label="Suggestions">
          {environment.suggestions.slice(0, 3).map(({ label, prompt }) => (
            <li key={label}>
              <button
                type="button"
                class="suggestion"
                title={prompt}
                onClick={() => composing.compose(prompt, [], false)}
              >
                <Icon name="chevron-right" />
                <span>{label}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <KeyStatus status={environment.key} />
    </div>
  );
}

function KeyStatus({ status }: { status: Environment['key'] }) {
  const panel = usePanel();
  if (status === 'unneeded') return null;
  if (status === 'present') {
    return (
      <p class="key-status">
        <Icon name="key" />
        API key is set
      </p>
    );
  }
  const setKey = () => panel.send({ type: 'runCommand', command: commands.setKey });
  const missing = status === 'missing';
  return (
    <div class="key-status needed">
      <p>
        <Icon name="key" />
        {missing ? 'An API key is needed to get answers.' : 'The API key was refused.'}
      </p>
      <Button primary onClick={setKey}>
        {missing ? 'Set API Key' : 'Change API Key'}
      </Button>
    </div>
  );
}
