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
  /** Settings of the user that decide how files look on disk (`core.autocrlf`, `core.excludesFile`, ...). */
  readonly carried: readonly Setting[];
  /** The user's `filter.*` settings as they stood when the repository was opened, before any agent could add one. */
  readonly filters: readonly Setting[];
}
