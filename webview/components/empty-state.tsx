// What stands where the transcript will be: one sentence, first tasks taken from the workspace, and the state of the key.
import { commands, type panelCommands } from '../../src/shared/contributions.ts';
import type { Environment } from '../../src/shared/view-model.ts';
import { t } from '../l10n.ts';
import { usePanel } from '../panel-context.ts';
import { Button } from './controls.tsx';
import { Icon } from './icon.tsx';

type PanelCommand = (typeof panelCommands)[number];

export function EmptyState({ environment }: { environment: Environment }) {
  const { composing } = usePanel();
  const place = environment.workspaceName || t('this workspace');
  return (
    <div class="empty-state">
      <p dir="auto">{t('Ask a question about {0}, or describe a change to make.', place)}</p>
      {environment.suggestions.length > 0 && (
        <ul class="suggestions" aria-label={t('Suggestions')}>
          {environment.suggestions.slice(0, 3).map(({ label, prompt }) => (
            <li key={label}>
              <button
                type="button"
                class="suggestion"
                title={prompt}
                onClick={() => composing.compose(prompt, [], false)}
              >
                <Icon name="chevron-right" />
                <span dir="auto">{label}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {!(environment.scripted && environment.key === 'unneeded') && <KeyStatus status={environment.key} />}
    </div>
  );
}

function KeyStatus({ status }: { status: Environment['key'] }) {
  const panel = usePanel();
  if (status === 'unneeded' || status === 'present') {
    return (
      <p class="key-status" dir="auto">
        <Icon name="key" />
        {status === 'present' ? t('API key is set') : t('Local model: no key is needed')}
      </p>
    );
  }
  const run = (command: PanelCommand) => () => panel.send({ type: 'runCommand', command });
  const missing = status === 'missing';
  return (
    <div class="key-status needed">
      <p dir="auto">
        <Icon name="key" />
        {missing ? t('An API key or a local model is needed to get answers.') : t('The API key was refused.')}
      </p>
      <div class="key-ways">
        {missing && <Button onClick={run(commands.takeTour)}>{t('Take a Tour')}</Button>}
        {missing && <Button onClick={run(commands.useLocalModel)}>{t('Use a Local Model')}</Button>}
        {!missing && <Button onClick={run(commands.testConnection)}>{t('Test Connection')}</Button>}
        <Button primary onClick={run(commands.setKey)}>
          {missing ? t('Set API Key') : t('Change API Key')}
        </Button>
      </div>
    </div>
  );
}
