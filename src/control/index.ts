/** The socket between a running orchestrator and its clients: one JSON object a line, in a folder that only this user can enter. */
export { type Connection, connect } from './connect.ts';
export { forgetSocket } from './forget-socket.ts';
export type { PlaceRefusal } from './place.ts';
export { type Client, type RequestError, type ServeOptions, type Serving, serve } from './serve.ts';
