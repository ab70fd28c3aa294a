import { createHmac } from 'node:crypto';

const accessKeyId = '__ACCESS_KEY_ID__';
const secretAccessKey = '__SECRET_ACCESS_KEY__';

/** The request that puts a day's statement into the archive, signed so that the archive takes it. */
export function archiveRequest({ day, statement }) {
  const signature = createHmac('sha256', secretAccessKey).update(`${day}\n${statement}`).digest('hex');
  return { method: 'PUT', path: `/statements/${day}`, headers: { 'x-access-key': accessKeyId, 'x-signature': signature } };
}
