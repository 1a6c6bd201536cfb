// Copies through the host, which owns the clipboard, and says for a moment that it did.
import { useEffect, useState } from 'preact/hooks';
import { usePanel } from '../panel-context.ts';
import { IconButton } from './controls.tsx';
import { t } from '../l10n.ts';

export function CopyButton({ label, text }: { label: string; text: () => string }) {
  const panel = usePanel();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => {
    panel.send({ type: 'copy', text: text() });
    setCopied(true);
  };
  return <IconButton inner icon={copied ? 'check' : 'copy'} label={copied ? t('Copied') : label} onClick={copy} />;
}
