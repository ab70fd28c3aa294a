/** The config: its schema, the places of its mistakes, its defaults, and the agent profiles. */
export { detectTest } from './detect-test.ts';
export { initialConfig } from './initial-config.ts';
export { configPath, loadSettings } from './load.ts';
export { parseSettings } from './parse.ts';
export { type NoProfile, type ProfileReason, profileFor } from './profile-for.ts';
export { configJsonSchema } from './schema.ts';
export type { AgentProfile, Command, ConfigProblem, GateSettings, Settings } from './settings.ts';
