// Every command, setting, view and context key of the extension, declared once; a test holds the manifest against this page.
// It imports nothing: what the editor loads when the extension starts includes it.

export const VIEW_CONTAINER = 'capstan';
export const PANEL_VIEW = 'capstan.panel';
/** A conversation in an editor tab. */
export const CONVERSATION_TAB = 'capstan.conversation';
/** Scheme of the read-only documents that hold the original side of a diff and long outputs. */
export const ORIGINAL_SCHEME = 'capstan-original';
/** Scheme of the editable documents that hold a proposal. */
export const PROPOSAL_SCHEME = 'capstan-proposal';
/** Scheme of the editable documents that hold a plan. */
export const PLAN_SCHEME = 'capstan-plan';

/** Remembered for the workspace while edits are to be reviewed in it. */
export const PENDING_MEMORY = 'capstan.pending';

export const commands = {
  open: 'capstan.open',
  newSession: 'capstan.newSession',
  sessions: 'capstan.sessions',
  renameConversation: 'capstan.renameConversation',
  exportConversation: 'capstan.exportConversation',
  copyConversation: 'capstan.copyConversation',
  openInTab: 'capstan.openInTab',
  openInWindow: 'capstan.openInWindow',
  find: 'capstan.find',
  goToTurn: 'capstan.goToTurn',
  previousTurn: 'capstan.previousTurn',
  nextTurn: 'capstan.nextTurn',
  stop: 'capstan.stop',
  toggleFocusView: 'capstan.toggleFocusView',
  compact: 'capstan.compact',
  chooseMode: 'capstan.chooseMode',
  chooseModel: 'capstan.chooseModel',
  chooseEffort: 'capstan.chooseEffort',
  chooseBudget: 'capstan.chooseBudget',
  goOnOnce: 'capstan.goOnOnce',
  showContext: 'capstan.showContext',
  explainPermission: 'capstan.explainPermission',
  attach: 'capstan.attach',
  editAgain: 'capstan.editAgain',
  retry: 'capstan.retry',
  queued: 'capstan.queued',
  copyMessage: 'capstan.copyMessage',
  copyAnswer: 'capstan.copyAnswer',
  copyCode: 'capstan.copyCode',
  insertCode: 'capstan.insertCode',
  applyCode: 'capstan.applyCode',
  openDiff: 'capstan.openDiff',
  showOutput: 'capstan.showOutput',
  goToEnd: 'capstan.goToEnd',
  toggleSelection: 'capstan.toggleSelection',
  ask: 'capstan.ask',
  askAboutSelection: 'capstan.askAboutSelection',
  fixProblem: 'capstan.fixProblem',
  explain: 'capstan.explain',
  refactor: 'capstan.refactor',
  writeTests: 'capstan.writeTests',
  document: 'capstan.document',
  askAboutFiles: 'capstan.askAboutFiles',
  askAboutTerminalSelection: 'capstan.askAboutTerminalSelection',
  explainLastCommand: 'capstan.explainLastCommand',
  resolveConflict: 'capstan.resolveConflict',
  fixTest: 'capstan.fixTest',
  writeCommitMessage: 'capstan.writeCommitMessage',
  setKey: 'capstan.setKey',
  removeKey: 'capstan.removeKey',
  testConnection: 'capstan.testConnection',
  useLocalModel: 'capstan.useLocalModel',
  takeTour: 'capstan.takeTour',
  acceptEdit: 'capstan.acceptEdit',
  rejectEdit: 'capstan.rejectEdit',
  rejectEditWithWords: 'capstan.rejectEditWithWords',
  keepHunk: 'capstan.keepHunk',
  undoHunk: 'capstan.undoHunk',
  keepFile: 'capstan.keepFile',
  undoFile: 'capstan.undoFile',
  keepAll: 'capstan.keepAll',
  undoAll: 'capstan.undoAll',
  nextHunk: 'capstan.nextHunk',
  previousHunk: 'capstan.previousHunk',
  reviewChanges: 'capstan.reviewChanges',
  showQuestion: 'capstan.showQuestion',
  showLog: 'capstan.showLog',
  openSettings: 'capstan.openSettings',
  openWalkthrough: 'capstan.openWalkthrough',
} as const;
export type CommandId = (typeof commands)[keyof typeof commands];

/** The commands that a button in the panel may run. */
export const panelCommands = [
  commands.find,
  commands.goToTurn,
  commands.newSession,
  commands.sessions,
  commands.renameConversation,
  commands.exportConversation,
  commands.compact,
  commands.setKey,
  commands.testConnection,
  commands.useLocalModel,
  commands.takeTour,
  commands.openSettings,
  commands.openWalkthrough,
  commands.showLog,
  commands.chooseMode,
  commands.chooseModel,
  commands.chooseEffort,
  commands.chooseBudget,
  commands.goOnOnce,
  commands.showContext,
  commands.attach,
  'workbench.trust.manage',
] as const;
export type PanelCommand = (typeof panelCommands)[number];

/** What a command does by pressing the panel's own button: of the row that has the focus, or else the last one that is drawn. */
export const pressed = [
  'editAgain',
  'copyMessage',
  'copyAnswer',
  'copyCode',
  'insertCode',
  'applyCode',
  'openDiff',
  'showOutput',
  'goToEnd',
  'toggleSelection',
] as const satisfies readonly (keyof typeof commands)[];
export type Pressed = (typeof pressed)[number];

/** Settings with their defaults. All of them are user scope (`application`): a repository can set none. */
export const settings = {
  baseUrl: { key: 'capstan.api.baseUrl', default: '' },
  model: { key: 'capstan.model', default: 'claude-sonnet-5-5' },
  fallbackModel: { key: 'capstan.fallbackModel', default: '' },
  effort: { key: 'capstan.effort', default: '' },
  thinking: { key: 'capstan.thinking', default: '' },
  turnBudget: { key: 'capstan.budget.turn', default: 0 },
  sessionBudget: { key: 'capstan.budget.session', default: 0 },
  dayBudget: { key: 'capstan.budget.day', default: 0 },
  maxTokens: { key: 'capstan.maxTokens', default: 32_000 },
  maxTurns: { key: 'capstan.maxTurns', default: 100 },
  idleSeconds: { key: 'capstan.api.idleSeconds', default: 90 },
  maxRetries: { key: 'capstan.api.maxRetries', default: 4 },
  review: { key: 'capstan.review', default: 'ask' },
  sandbox: { key: 'capstan.sandbox', default: 'off' },
  notifications: { key: 'capstan.notifications', default: true },
  maskSecrets: { key: 'capstan.maskSecrets', default: true },
} as const;
export type SettingName = keyof typeof settings;

/** The setting that holds a person's own prices: an object, so none of the above. */
export const PRICES = 'capstan.prices';
/** The hosts that sandboxed commands may reach: a list, so none of the above either. */
export const SANDBOX_HOSTS = 'capstan.sandboxHosts';

export const contextKeys = {
  running: 'capstan.running',
  /** The active editor is the review of a pending edit. */
  reviewing: 'capstan.reviewing',
  /** Some file has edits that are to be reviewed. */
  pending: 'capstan.pending',
  /** The active editor's file has. */
  pendingHere: 'capstan.pendingHere',
  /** The active editor is the multi-diff of all such files. */
  reviewingAll: 'capstan.reviewingAll',
} as const;
