/** Hands out the names of checkouts that are used again and again: the lowest that is free, so that warm ones are used first. */
export interface SlotPool {
  readonly use: <T>(deed: (name: string) => Promise<T>) => Promise<T>;
}

export function slotPool(prefix: string): SlotPool {
  const taken = new Set<number>();
  return {
    use: async (deed) => {
      let number = 1;
      while (taken.has(number)) number += 1;
      taken.add(number);
      try {
        return await deed(`${prefix}${number}`);
      } finally {
        taken.delete(number);
      }
    },
  };
}
