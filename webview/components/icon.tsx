// The codicons that the panel draws, as inline shapes: only these end up in the bundle.
import add from 'codicon:add';
import arrowDown from 'codicon:arrow-down';
import check from 'codicon:check';
import chevronRight from 'codicon:chevron-right';
import circleSlash from 'codicon:circle-slash';
import close from 'codicon:close';
import copy from 'codicon:copy';
import debugStop from 'codicon:debug-stop';
import edit from 'codicon:edit';
import ellipsis from 'codicon:ellipsis';
import error from 'codicon:error';
import eye from 'codicon:eye';
import eyeClosed from 'codicon:eye-closed';
import file from 'codicon:file';
import folder from 'codicon:folder';
import gitCommit from 'codicon:git-commit';
import info from 'codicon:info';
import insert from 'codicon:insert';
import key from 'codicon:key';
import listSelection from 'codicon:list-selection';
import loading from 'codicon:loading';
import newFile from 'codicon:new-file';
import question from 'codicon:question';
import search from 'codicon:search';
import send from 'codicon:send';
import shield from 'codicon:shield';
import stopCircle from 'codicon:stop-circle';
import terminal from 'codicon:terminal';
import thinking from 'codicon:thinking';
import tools from 'codicon:tools';
import warning from 'codicon:warning';

const icons = {
  add,
  'arrow-down': arrowDown,
  check,
  'chevron-right': chevronRight,
  'circle-slash': circleSlash,
  close,
  copy,
  'debug-stop': debugStop,
  edit,
  ellipsis,
  error,
  eye,
  'eye-closed': eyeClosed,
  file,
  folder,
  'git-commit': gitCommit,
  info,
  insert,
  key,
  'list-selection': listSelection,
  loading,
  'new-file': newFile,
  question,
  search,
  send,
  shield,
  'stop-circle': stopCircle,
  terminal,
  thinking,
  tools,
  warning,
} satisfies Record<string, readonly string[]>;
export type IconName = keyof typeof icons;

/** Drawn on a grid of 24; all others are on 16. */
const largeGrid: ReadonlySet<IconName> = new Set(['terminal']);

/** Drawn the other way round where text runs from right to left. */
const pointing: ReadonlySet<IconName> = new Set(['chevron-right', 'insert', 'list-selection', 'send']);

/** A 16 px icon in the colour of the text around it. It says nothing to a screen reader: the words beside it do. */
export function Icon({ name, class: className = '' }: { name: IconName; class?: string }) {
  return (
    <svg
      class={`icon ${pointing.has(name) ? 'points' : ''} ${className}`}
      viewBox={largeGrid.has(name) ? '0 0 24 24' : '0 0 16 16'}
      aria-hidden="true"
    >
      {icons[name].map((d) => (
        <path key={d} d={d} />
      ))}
    </svg>
  );
}
