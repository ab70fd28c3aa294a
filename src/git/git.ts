/** The user's repository, as facts that do not change during a run. All paths are absolute, with every link resolved. */
export interface Repository {
  /** The folder of the main worktree. */
  readonly root: string;
  /** The `.git` that all worktrees share. */
  readonly commonDir: string;
  /** Our own folder inside it. */
  readonly stateDir: string;
  readonly gitVersion: readonly [number, number, number];
  readonly objectFormat: 'sha1' | 'sha256';
}

export interface Identity {
  readonly name: string;
  readonly email: string;
}

export type Setting = readonly [key: string, value: string];

/**
 * A program that the configuration defines for files to which attributes give its name: gitattributes(5). One that is
 * `standard` or `approved` runs wherever files are written, read or merged; the others never do.
 */
export interface Driver {
  readonly kind: 'filter' | 'merge';
  readonly name: string;
  /** All settings of it, as they stood when the repository was opened. */
  readonly settings: readonly Setting[];
  /** `changed`: approved by name, but it is not what was approved. */
  readonly standing: 'standard' | 'approved' | 'unknown' | 'changed';
  /** What was approved, where it has changed. */
  readonly before?: readonly Setting[];
}

/** What it takes to ask the user's repository something that git answers from refs and trees alone. Making one costs nothing and changes nothing. */
export interface GitLook {
  readonly repository: Repository;
  /** The few variables git needs from the user's environment; nothing that begins with `GIT_`. */
  readonly env: Readonly<Record<string, string>>;
}

/** What every deed of this room takes first: the user's repository, our control repository beside it, and how to run git. */
export interface Git extends GitLook {
  /** The path of control.git: bare, ours, sharing objects with the user's repository. */
  readonly control: string;
  /** Who commits what we make. */
  readonly identity: Identity;
  /** The whole text that control.git's config has to be. */
  readonly controlConfig: string;
  /** The whole text that its `info/attributes` has to be; empty: there is to be none. */
  readonly controlAttributes: string;
  /** Settings of the user that decide how files look on disk (`core.autocrlf`, `core.excludesFile`, ...). */
  readonly carried: readonly Setting[];
  /** The filters and merge drivers that the configuration defined when the repository was opened, before any agent could add one. */
  readonly drivers: readonly Driver[];
  /** Drivers that the user gives to files by other means than the tracked `.gitattributes`, as `filter=<name>` and `merge=<name>`. */
  readonly namedByUser: ReadonlySet<string>;
  /** The user's own list of attributes for all repositories; it need not exist. */
  readonly attributesFile: string;
}
