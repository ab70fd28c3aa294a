import { connect } from '../control/index.ts';

/** Calls `onChange` at each event of the run that is going on, and returns when it ends; at once when none is. */
export async function follow(stateDir: string, onChange: () => Promise<void>): Promise<void> {
  const connected = await connect(stateDir);
  if (!connected.ok) return;
  const connection = connected.value;
  try {
    await connection.ask({ do: 'follow' });
    for await (const _ of connection.lines) await onChange();
  } finally {
    connection.close();
  }
}
