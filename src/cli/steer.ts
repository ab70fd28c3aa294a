import { connect } from '../control/index.ts';
import { type ControlRequest, controlAnswer } from './control-words.ts';
import { Refusal } from './refusal.ts';

/** Asks the running orchestrator to do something. Answers with its words, or undefined when none is running. Refuses when it says no. */
export async function steer(stateDir: string, request: ControlRequest): Promise<string | undefined> {
  const connected = await connect(stateDir);
  if (!connected.ok) {
    if (connected.error.kind === 'nobody') return undefined;
    throw new Refusal(`The running orchestrator cannot be reached: ${connected.error.message}`);
  }
  const connection = connected.value;
  try {
    const answered = await connection.ask(request);
    if (!answered.ok) throw new Refusal('The run ended before it could answer.', 'See wt-orch status.', 1);
    const answer = controlAnswer.safeParse(answered.value);
    if (!answer.success)
      throw new Refusal('The running orchestrator is of another version.', 'Stop it and start again.');
    if (!answer.data.ok) throw new Refusal(answer.data.text);
    return answer.data.text;
  } finally {
    connection.close();
  }
}
