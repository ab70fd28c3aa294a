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
