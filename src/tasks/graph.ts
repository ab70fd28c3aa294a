import { idKey } from './ids.ts';
import { priorityRank } from './status.ts';
import type { Task } from './task.ts';

/** Tasks that wait for each other, so that none can ever start. */
export interface Ring {
  /** A shortest way round from the member that stands first in the file, which is named again at the end: `A`, `B`, `A`. */
  readonly path: readonly string[];
  /** All that wait for each other, in file order; more than the path where several rings hang together. */
  readonly members: readonly string[];
}

/** Tasks as numbers, in file order, with the numbers that each waits for. Of tasks with the same id the first stands for all. */
interface Graph {
  readonly tasks: readonly Task[];
  readonly waitsFor: readonly (readonly number[])[];
}

function graphOf(all: readonly Task[]): Graph {
  const numbers = new Map<string, number>();
  const tasks: Task[] = [];
  for (const task of all) {
    if (numbers.has(idKey(task.id))) continue;
    numbers.set(idKey(task.id), tasks.length);
    tasks.push(task);
  }
  const waitsFor = tasks.map((task) => {
    if (!isWaiting(task)) return [];
    const found = task.depends.map(({ id }) => numbers.get(idKey(id))).filter((number) => number !== undefined);
    return [...new Set(found)];
  });
  return { tasks, waitsFor };
}

/** A task that is done or cancelled waits for nothing, whatever it says it depends on. */
export function isWaiting(task: Task): boolean {
  return task.status !== 'done' && task.status !== 'cancelled';
}

/**
 * The ids in an order in which each comes after what it depends on; among those that are free, by priority and then as they stand in the
 * file. Tasks in rings are left out. Dependencies on tasks that were not given count for nothing.
 */
export function dependencyOrder(tasks: readonly Task[]): readonly string[] {
  const graph = graphOf(tasks);
  const inRing = new Set(ringGroups(graph).flat());
  const missing = graph.waitsFor.map((targets) => targets.filter((target) => !inRing.has(target)).length);
  const freedBy = reversed(graph.waitsFor);
  const ranked = graph.tasks.map((_, number) => number).sort((a, b) => rank(graph, a) - rank(graph, b) || a - b);
  const places = new Array<number>(ranked.length).fill(0);
  for (const [place, number] of ranked.entries()) places[number] = place;
  const free = new PlaceHeap();
  for (const number of ranked) if (missing[number] === 0 && !inRing.has(number)) free.push(places[number] ?? 0);
  const order: string[] = [];
  for (let place = free.pop(); place !== undefined; place = free.pop()) {
    const number = ranked[place] ?? 0;
    order.push(graph.tasks[number]?.id ?? '');
    for (const next of freedBy[number] ?? []) {
      const left = (missing[next] ?? 0) - 1;
      missing[next] = left;
      if (left === 0 && !inRing.has(next)) free.push(places[next] ?? 0);
    }
  }
  return order;
}

function rank(graph: Graph, number: number): number {
  return priorityRank(graph.tasks[number]?.priority ?? 'medium');
}

function reversed(edges: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const back: number[][] = edges.map(() => []);
  for (const [from, targets] of edges.entries()) for (const target of targets) back[target]?.push(from);
  return back;
}

/** A binary heap of places, smallest first. */
class PlaceHeap {
  private readonly places: number[] = [];

  push(place: number): void {
    const { places } = this;
    let at = places.length;
    places.push(place);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((places[parent] ?? 0) <= place) break;
      places[at] = places[parent] ?? 0;
      at = parent;
    }
    places[at] = place;
  }

  pop(): number | undefined {
    const { places } = this;
    const top = places[0];
    const last = places.pop();
    if (last === undefined || places.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= places.length) break;
      if ((places[child + 1] ?? Number.POSITIVE_INFINITY) < (places[child] ?? 0)) child += 1;
      if ((places[child] ?? 0) >= last) break;
      places[at] = places[child] ?? 0;
      at = child;
    }
    places[at] = last;
    return top;
  }
}

/** The groups of tasks that wait for each other, in file order. */
export function ringsOf(tasks: readonly Task[]): readonly Ring[] {
  const graph = graphOf(tasks);
  const nameOf = (number: number) => graph.tasks[number]?.id ?? '';
  return ringGroups(graph).map((group) => ({ path: wayRound(graph, group).map(nameOf), members: group.map(nameOf) }));
}

/**
 * Tarjan's strongly connected components (SIAM J. Comput. 1, 1972) without recursion, for chains may be longer than the call stack.
 * Only components with a ring are returned, each sorted, sorted by their first member.
 */
function ringGroups({ waitsFor }: Graph): readonly (readonly number[])[] {
  const seenAs: number[] = new Array<number>(waitsFor.length).fill(-1);
  const lowest: number[] = new Array<number>(waitsFor.length).fill(0);
  const isOpen: boolean[] = new Array<boolean>(waitsFor.length).fill(false);
  const open: number[] = [];
  const groups: number[][] = [];
  let seen = 0;
  const path: { number: number; next: number }[] = [];
  const enter = (number: number) => {
    seenAs[number] = seen;
    lowest[number] = seen;
    seen += 1;
    open.push(number);
    isOpen[number] = true;
    path.push({ number, next: 0 });
  };
  const lower = (number: number, to: number) => {
    lowest[number] = Math.min(lowest[number] ?? 0, to);
  };
  const leave = (number: number) => {
    path.pop();
    const above = path.at(-1);
    if (above !== undefined) lower(above.number, lowest[number] ?? 0);
    if (lowest[number] !== seenAs[number]) return;
    const group = open.splice(open.lastIndexOf(number));
    for (const member of group) isOpen[member] = false;
    if (group.length > 1 || waitsFor[number]?.includes(number) === true) groups.push(group.sort((a, b) => a - b));
  };
  for (let root = 0; root < waitsFor.length; root += 1) {
    if (seenAs[root] === -1) enter(root);
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const target = waitsFor[step.number]?.[step.next];
      step.next += 1;
      if (target === undefined) leave(step.number);
      else if (seenAs[target] === -1) enter(target);
      else if (isOpen[target] === true) lower(step.number, seenAs[target] ?? 0);
    }
  }
  return groups.sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
}

/** A shortest way from the first of a group back to itself, breadth first. */
function wayRound({ waitsFor }: Graph, group: readonly number[]): readonly number[] {
  const start = group[0] ?? 0;
  const members = new Set(group);
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (const number of queue) {
    for (const target of waitsFor[number] ?? []) {
      if (target === start) return [...wayBack(cameFrom, number, start), start];
      if (!members.has(target) || cameFrom.has(target)) continue;
      cameFrom.set(target, number);
      queue.push(target);
    }
  }
  return [start];
}

function wayBack(cameFrom: ReadonlyMap<number, number>, end: number, start: number): readonly number[] {
  const path = [end];
  for (let at = end; at !== start; ) {
    at = cameFrom.get(at) ?? start;
    path.push(at);
  }
  return path.reverse();
}
