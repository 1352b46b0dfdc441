/** Every id that this extension contributes or stores under; a unit test compares them with package.json. */

export const commands = {
  openDashboard: 'runglass.openDashboard',
  refresh: 'runglass.refresh',
  selectBackend: 'runglass.selectBackend',
  addBackend: 'runglass.addBackend',
  renameBackend: 'runglass.renameBackend',
  removeBackend: 'runglass.removeBackend',
  setUpDatabase: 'runglass.setUpDatabase',
  takeDatabaseDown: 'runglass.takeDatabaseDown',
  signIn: 'runglass.signIn',
  signOut: 'runglass.signOut',
  showLog: 'runglass.showLog',
  showSyncDetails: 'runglass.showSyncDetails',
  runDoctor: 'runglass.runDoctor',
  copyDoctorReport: 'runglass.copyDoctorReport',
  agreeToActivity: 'runglass.agreeToActivity',
  pauseActivity: 'runglass.pauseActivity',
  resumeActivity: 'runglass.resumeActivity',
  showPendingActivity: 'runglass.showPendingActivity',
  sendActivity: 'runglass.sendActivity',
  retryRefusedActivity: 'runglass.retryRefusedActivity',
  discardRefusedActivity: 'runglass.discardRefusedActivity',
  excludeWorkspace: 'runglass.excludeWorkspace',
  chooseProject: 'runglass.chooseProject',
  openRun: 'runglass.openRun',
  openModel: 'runglass.openModel',
  showProject: 'runglass.showProject',
  compareRuns: 'runglass.compareRuns',
  findRuns: 'runglass.findRuns',
  exportRuns: 'runglass.exportRuns',
  exportUsage: 'runglass.exportUsage',
  showAllProjects: 'runglass.showAllProjects',
  cancelRun: 'runglass.cancelRun',
  copyId: 'runglass.copyId',
  useProjectHere: 'runglass.useProjectHere',
  createProject: 'runglass.createProject',
  unmuteRuns: 'runglass.unmuteRuns',
  openSettings: 'runglass.openSettings',
  useEmbedded: 'runglass.useEmbedded',
  openUpgrade: 'runglass.openUpgrade',
  dismissDroppedActivity: 'runglass.dismissDroppedActivity',
  measureRefetch: 'runglass.measureRefetch',
  logRun: 'runglass.logRun',
  getStarted: 'runglass.getStarted',
} as const;
export type CommandId = (typeof commands)[keyof typeof commands];

export const settings = {
  statusBarDisplay: 'runglass.statusBar.display',
  statusBarMetric: 'runglass.statusBar.metric',
  runsStalledAfter: 'runglass.runs.stalledAfter',
  notificationsEnabled: 'runglass.notifications.enabled',
  notificationsRuns: 'runglass.notifications.runs',
  notificationsLimits: 'runglass.notifications.limits',
  activityEnabled: 'runglass.activity.enabled',
  activityPaused: 'runglass.activity.paused',
  activityKinds: 'runglass.activity.kinds',
  activityPaths: 'runglass.activity.paths',
  excludedWorkspaces: 'runglass.activity.excludedWorkspaces',
  project: 'runglass.project',
  embeddedDataFolder: 'runglass.embedded.dataFolder',
  terminalEnvironment: 'runglass.terminal.environment',
} as const;
export type SettingId = (typeof settings)[keyof typeof settings];

export const contextKeys = {
  /** A backend has been chosen, whether it answers or not. */
  backendChosen: 'runglass.backendChosen',
  signedIn: 'runglass.signedIn',
  /** How sync stands, a `SyncState`. */
  connection: 'runglass.connection',
  /** The backend is not on this machine: whether it gets events is for the user to say. */
  remoteBackend: 'runglass.remoteBackend',
  activityPaused: 'runglass.activityPaused',
  /** Some events were refused by the backend. */
  activityRefused: 'runglass.activityRefused',
  /** Some events were given up unsent, and nobody has dismissed that yet. */
  activityDropped: 'runglass.activityDropped',
  /** The dashboard is on screen; `activeWebviewPanelId` tells whether it has the focus. */
  dashboardVisible: 'runglass.dashboardVisible',
  /**
   * The walkthrough has been opened in this window by our command. To VS Code a context that holds when it first reads
   * the walkthrough is no event, so each step also waits for its context together with this one.
   */
  walkthroughOpened: 'runglass.walkthroughOpened',
  /** The account has some run, whatever became of it. */
  hasRuns: 'runglass.hasRuns',
  /** Some run is queued, running or stalled. */
  hasActiveRuns: 'runglass.hasActiveRuns',
  /** Some run has failed, or was stopped, since the view of runs was last looked at. */
  hasFailedRuns: 'runglass.hasFailedRuns',
  /** A limit of the plan is reached, or refuses usage. */
  limitReached: 'runglass.limitReached',
} as const;
export type ContextKey = (typeof contextKeys)[keyof typeof contextKeys];

/** The views of the container in the activity bar, in their order. */
export const viewIds = {
  usage: 'runglass.usage',
  runs: 'runglass.runs',
  models: 'runglass.models',
  projects: 'runglass.projects',
} as const;

export const panelTypes = { dashboard: 'runglass.dashboard' } as const;

/** Language-model tools, and the same of the MCP server. */
export const toolNames = { usage: 'runglass_usage', runs: 'runglass_runs' } as const;
export type ToolName = (typeof toolNames)[keyof typeof toolNames];

export const walkthroughId = 'getStarted';

export const mcpProviderId = 'runglass.mcp';

/** Of the AuthenticationProvider, in the Accounts menu. */
export const authenticationId = 'runglass';

/** Where a browser comes back to after a sign-in, below the address of this extension. */
export const callbackPath = '/auth/callback';

export const statusBarId = 'runglass.status';

/** Keys of `globalState` and `workspaceState`. */
export const mementoKeys = {
  /** The chosen backend, of a workspace in `workspaceState`; in `globalState` the last choice of all. */
  profile: 'runglass.profile',
  /** All backends but the embedded one. */
  backends: 'runglass.backends',
  /** The user signed out of the embedded backend. */
  localSignedOut: 'runglass.localSignedOut',
  consents: 'runglass.activityConsents',
  /** When runs were last looked at in the side view, server clock, ms since 1970. */
  runsSeen: 'runglass.runsSeen',
  /** Ids of runs that the user wants to hear nothing of. */
  mutedRuns: 'runglass.mutedRuns',
  /** The language of the last script that was copied. */
  snippetLanguage: 'runglass.snippetLanguage',
  /** The variables of terminals were offered; they are not offered twice. */
  terminalsOffered: 'runglass.terminalsOffered',
} as const;

/** Begins the name of each session in SecretStorage. */
export const sessionPrefix = 'runglass.session:';

/** Names in SecretStorage. */
export const secretNames = {
  /** What file paths are hashed with. */
  pathKey: 'runglass.pathKey',
  session: (backend: string) => `${sessionPrefix}${backend}`,
  /** Sign-ins that a browser has not come back from yet. */
  pendingSignIns: 'runglass.pendingSignIns',
} as const;
