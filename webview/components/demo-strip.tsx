// Says, for as long as it is so, that the answers come from a script.
import { usePanel } from '../panel-context.ts';
import { Icon } from './icon.tsx';
import { t } from '../l10n.ts';

export function DemoStrip() {
  const { view } = usePanel();
  const shown = view.value;
  if (!shown?.environment.scripted && !shown?.session.model.startsWith('scripted')) return null;
  return (
    <p class="demo-strip" dir="auto">
      <Icon name="info" />
      {t('Scripted demo model: answers follow a script, not a model.')}
    </p>
  );
}
