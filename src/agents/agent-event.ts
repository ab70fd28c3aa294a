import type { claimOf } from './status-report.ts';

/** What the life of one agent reports; each is recorded before that life goes on. */
export type AgentEvent =
  | {
      readonly type: 'agentIntended';
      readonly task: string;
      readonly tag: string;
      readonly log: string;
      readonly command: string;
    }
  | {
      readonly type: 'agentStarted';
      readonly task: string;
      readonly pid: number;
      readonly startTime: string;
      readonly bootId: string;
    }
  | { readonly type: 'statusReported'; readonly task: string; readonly claim: ReturnType<typeof claimOf> }
  | { readonly type: 'reportRejected'; readonly task: string; readonly problem: string }
  | { readonly type: 'agentStopIntended'; readonly task: string; readonly why: 'timeLimit' | 'stopped' }
  | {
      readonly type: 'agentExited';
      readonly task: string;
      readonly ended: 'itself' | 'timeLimit' | 'stopped';
      readonly code?: number;
      readonly signal?: string;
      readonly survivors: readonly number[];
    }
  | {
      readonly type: 'stepEnded';
      readonly task: string;
      readonly outcome: 'agent_failed' | 'cancelled' | 'held';
      readonly reason: {
        readonly kind:
          | 'startFailed'
          | 'alreadyThere'
          | 'gitTampered'
          | 'harvestFailed'
          | 'worktreeFailed'
          | 'setupFailed'
          | 'stopped';
        readonly detail?: string;
        readonly log?: string;
      };
    }
  | { readonly type: 'nothingFound'; readonly task: string }
  | {
      readonly type: 'workFound';
      readonly task: string;
      readonly work: {
        readonly base: string;
        readonly tip: string;
        readonly paths: readonly string[];
        readonly harvested: boolean;
        readonly rules: readonly string[];
      };
    }
  | { readonly type: 'worktreeReady'; readonly task: string; readonly base: string }
  | { readonly type: 'noted'; readonly level: 'info' | 'warning'; readonly task?: string; readonly text: string };

export type TellAgent = (event: AgentEvent) => Promise<unknown>;
