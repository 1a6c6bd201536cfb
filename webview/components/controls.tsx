// The form controls. Nothing else in the panel knows that they are @vscode/webview-ui-toolkit's, so they can be replaced here.
import { h, type ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';

/** Brings the elements; until they are there, styles/controls.css gives their tags the same size and colours. */
export function loadControls(): void {
  import('./controls-elements.ts').catch((cause: unknown) => {
    console.error('Capstan could not load its buttons. Close the panel and open it again.', cause);
  });
}

interface ButtonProps {
  children: ComponentChildren;
  onClick: () => void;
  /** At most one in a group. */
  primary?: boolean;
  title?: string;
}

export function Button({ children, onClick, primary = false, title }: ButtonProps) {
  return h('vscode-button', { appearance: primary ? 'primary' : 'secondary', title, onClick }, children);
}

/** Something goes on and nobody knows how long it takes. The words beside it say what. */
export function ProgressRing() {
  return <Icon name="loading" class="spin" />;
}

interface IconButtonProps {
  icon: IconName;
  /** The name for a screen reader and the tooltip. */
  label: string;
  onClick: () => void;
  disabled?: boolean;
  pressed?: boolean;
  class?: string;
  /** Reached by Tab only while the row or turn that it belongs to has the focus. */
  inner?: boolean;
}

/** A native button: a transcript holds hundreds, and the toolkit's has a shadow tree each. */
export function IconButton({ icon, label, onClick, disabled, pressed, class: className = '', inner }: IconButtonProps) {
  return (
    <button
      type="button"
      class={`icon-button ${className}`}
      title={label}
      aria-label={label}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onClick}
      {...(inner ? { tabIndex: -1, 'data-inner': '' } : {})}
    >
      <Icon name={icon} />
    </button>
  );
}
