/** A candidate of the queue, with what its place depends on. */
export interface Waiting {
  readonly task: string;
  /** The tasks that must land before it. Those that are not in the queue are taken to be settled. */
  readonly after: readonly string[];
  /** 0 is the most urgent. */
  readonly priority: number;
  /** The chance that it is bad, 0 to 1, estimated once when it joined: an order that changes throws verdicts away. */
  readonly failure: number;
  /** When it joined: any number that grows, no two alike. */
  readonly joined: number;
  /** How many that joined after it have left the queue before it, landed or not. */
  readonly passed: number;
}

/**
 * Answers with the candidates in the order in which they are to land:
 * 1. none before one that it waits for, which is as urgent and as old as the most urgent and the oldest that wait for it;
 * 2. none is passed more than `mostPassed` times by younger ones, in this order and before it taken together;
 * 3. the more urgent first, then the one that is less likely to be bad, then the older.
 * Pure, and the same in whatever order they are given. Of those that wait for each other in a ring the best goes first all the same.
 */
export function queueOrder<T extends Waiting>(queue: readonly T[], mostPassed: number): readonly T[] {
  const pending = new Set(queue.map((waiting) => standingOf(waiting, queue, mostPassed)));
  const order: T[] = [];
  while (pending.size > 0) {
    const next = nextOf([...pending]);
    if (next === undefined) break;
    pending.delete(next);
    for (const other of pending) if (other.joined < next.joined) other.left -= 1;
    order.push(next.waiting);
  }
  return order;
}

/** A candidate with what it takes on from those that wait for it. */
interface Standing<T> {
  readonly waiting: T;
  readonly priority: number;
  readonly joined: number;
  /** How many more may pass it. */
  left: number;
}

function standingOf<T extends Waiting>(waiting: T, queue: readonly T[], mostPassed: number): Standing<T> {
  const carried = new Set([waiting]);
  for (const member of carried) for (const other of queue) if (other.after.includes(member.task)) carried.add(other);
  return {
    waiting,
    priority: Math.min(...[...carried].map(({ priority }) => priority)),
    joined: Math.min(...[...carried].map(({ joined }) => joined)),
    left: mostPassed - waiting.passed,
  };
}

/** The best of those that nothing holds back. The oldest of all, or one that it waits for, always is among them. */
function nextOf<T extends Waiting>(pending: readonly Standing<T>[]): Standing<T> | undefined {
  const oldestSpent = Math.min(...pending.filter(({ left }) => left <= 0).map(({ joined }) => joined));
  const allowed = pending.filter(({ joined }) => joined <= oldestSpent);
  const tasks = new Set(pending.map(({ waiting }) => waiting.task));
  const ready = allowed.filter(({ waiting }) => !waiting.after.some((task) => tasks.has(task)));
  return (ready.length > 0 ? ready : allowed).toSorted(compare)[0];
}

function compare(a: Standing<Waiting>, b: Standing<Waiting>): number {
  return (
    a.priority - b.priority ||
    a.waiting.failure - b.waiting.failure ||
    a.joined - b.joined ||
    a.waiting.joined - b.waiting.joined
  );
}
