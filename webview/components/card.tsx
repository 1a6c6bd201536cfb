// A card: a title line, a body, and at most three actions of which the last is the primary one.
import type { ComponentChildren } from 'preact';
import { Button } from './controls.tsx';
import { Icon, type IconName } from './icon.tsx';
import { t } from '../l10n.ts';

interface CardProps {
  icon: IconName;
  level: 'info' | 'warning' | 'error';
  title: string;
  /** In the transcript, where the arrow keys stop at it. */
  inner?: boolean;
  body: ComponentChildren;
  /** `quiet`: one that nobody should be drawn to. */
  actions: readonly { label: string; run: () => void; quiet?: boolean }[];
}

const levelWords = () => ({ info: t('Information'), warning: t('Warning'), error: t('Error') });

export function Card({ icon, level, title, inner = false, body, actions }: CardProps) {
  const shown = actions.slice(-3);
  return (
    <div
      class={`card ${level}`}
      role="group"
      aria-label={`${levelWords()[level]}: ${title}`}
      {...(inner ? { tabIndex: -1, 'data-stop': '', 'data-group': '' } : {})}
    >
      <div class="card-title">
        <Icon name={icon} class={`level-${level}`} />
        <strong dir="auto">{title}</strong>
      </div>
      {body && (
        <div class="card-body" dir="auto">
          {body}
        </div>
      )}
      {shown.length > 0 && (
        <div class="card-actions">
          {shown.map(({ label, run, quiet }, index) => (
            <Button key={label} primary={index === shown.length - 1 && !quiet} onClick={run}>
              {label}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}
