// Shown in a restricted folder: what does not work there, and the way out.
import { usePanel } from '../panel-context.ts';
import { Card } from './card.tsx';
import { t } from '../l10n.ts';

export function TrustCard() {
  const panel = usePanel();
  if (panel.view.value?.environment.trusted !== false) return null;
  const manage = () => panel.send({ type: 'runCommand', command: 'workbench.trust.manage' });
  return (
    <Card
      icon="shield"
      level="info"
      title={t('This folder is in Restricted Mode')}
      body={t('Capstan reads nothing and runs nothing here until you trust the folder. What you type is kept.')}
      actions={[{ label: t('Manage Trust'), run: manage }]}
    />
  );
}
