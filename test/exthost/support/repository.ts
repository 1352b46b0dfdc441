import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as vscode from 'vscode';
import type {
  GitApi,
  GitExtension,
  GitRepository,
} from '../../../src/extension/activity/collectors/gitApi.ts';
import { eventually } from './extension.ts';
import { patience } from './storedEvents.ts';

/** Reads what `git status` says, now. */
interface OpenedRepository extends GitRepository {
  status(): Promise<void>;
}

interface OpenableGit extends GitApi {
  openRepository(root: vscode.Uri): Promise<OpenedRepository | null>;
}

/** Runs git without the settings of this machine and its user; answers what it prints. */
export function git(folder: string, ...args: readonly string[]): string {
  return execFileSync('git', args, {
    ...{ cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
  });
}

/** A repository that VS Code has open. Git is off in the tests' profile, and on from here until `switchGitOff`. */
export class Repository {
  readonly #folder: string;
  readonly #opened: OpenedRepository;

  private constructor(folder: string, opened: OpenedRepository) {
    this.#folder = folder;
    this.#opened = opened;
  }

  static async open(folder: string): Promise<Repository> {
    await enableGit(true);
    const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
    assert.ok(extension, 'VS Code brings its git extension');
    const exported = await extension.activate();
    await eventually('git is enabled', () => (exported.enabled ? true : null), patience);
    const opened = await (exported.getAPI(1) as OpenableGit).openRepository(vscode.Uri.file(folder));
    assert.ok(opened);
    return new Repository(folder, opened);
  }

  /**
   * Waits until VS Code has seen HEAD. It overlooks a change of files that comes while it reads the status, so it is
   * asked to read it again.
   */
  async headSeen(): Promise<void> {
    const head = git(this.#folder, 'rev-parse', 'HEAD').trim();
    const branch = git(this.#folder, 'branch', '--show-current').trim();
    const sees = async () => {
      await this.#opened.status();
      const { commit, name } = this.#opened.state.HEAD ?? {};
      return commit === head && name === branch ? true : null;
    };
    await eventually('VS Code sees HEAD', sees, patience);
  }

  /** Waits until VS Code has seen HEAD, and what was made of that has been told. */
  async seen(): Promise<void> {
    await this.headSeen();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
  }
}

export async function switchGitOff(): Promise<void> {
  await enableGit(undefined);
}

async function enableGit(value: true | undefined): Promise<void> {
  await vscode.workspace.getConfiguration('git').update('enabled', value, vscode.ConfigurationTarget.Global);
}
