export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

const stopSignals: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Calls `on` for each signal that asks this program to stop, instead of ending it, until disposed of. */
export function onSignals(on: (signal: StopSignal) => void): { dispose(): void } {
  const listener = (signal: NodeJS.Signals) => on(signal as StopSignal);
  for (const signal of stopSignals) process.on(signal, listener);
  return {
    dispose: () => {
      for (const signal of stopSignals) process.off(signal, listener);
    },
  };
}
