/** More tests than this at the same time are seldom faster on one machine: they share its disk and its memory. */
const mostSlots = 4;

/**
 * How many tests may go at the same time. A number is taken as it is; `auto` is one per core that no agent is busy on, at least one.
 * Runs beyond the cores are pure delay: two on two cores end no sooner than one after the other.
 */
export function slotCount(setting: 'auto' | number, cores: number, agents: number): number {
  if (setting !== 'auto') return setting;
  return Math.max(1, Math.min(mostSlots, cores - agents));
}

/**
 * How many tests may go at the same time from now on, when a candidate that was red among `together` tests is green without them:
 * one fewer than then. Such a suite is disturbed by its own like (a port, a file, a time limit that is too short for a busy machine).
 * Undefined when that changes nothing: it was red alone as well, or no more than that go now.
 */
export function loweredSlots(slots: number, together: number): number | undefined {
  const to = together - 1;
  return to >= 1 && to < slots ? to : undefined;
}
