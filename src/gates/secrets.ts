import { blob, commitsBetween, type Git } from '../git/index.ts';
import { type AddedFile, addedBy } from './added.ts';
import { keyFile } from './key-files.ts';
import { type Hit, loadSecretRules, type SecretRules } from './secret-rules.ts';
import { lineCounter, readableText } from './text.ts';
import { type BuiltinGate, type Finding, type GateCase, type Judgement, verdictOf } from './verdict.ts';

/** Larger files are not read. All rules together take some 10 ms for each megabyte. */
const maxFileBytes = 8 * 1024 * 1024;
/** Every finding is kept in the journal, so that a branch cannot be allowed to make any number of them. */
const maxFindings = 100;
const notScanned = 'not-scanned';
/** Each reading is a process of git. */
const readAtOnce = 8;

interface Scan {
  readonly git: Git;
  readonly rules: SecretRules;
  readonly signal: AbortSignal;
  readonly findings: Finding[];
  /** One value in one file is one finding, however many commits carry it. Lives no longer than the scan, because it holds the values. */
  readonly seen: Set<string>;
}

/**
 * The `security` gate: looks for secrets in what each commit of the branch adds, because a secret that the next commit removes is in the
 * history all the same. Fails on an error finding. Files too large to be read, the time limit and a cancel leave the verdict `unknown`.
 */
export async function scanForSecrets(gate: BuiltinGate, gateCase: GateCase): Promise<Judgement> {
  const { git, base, tip } = gateCase;
  const limit = AbortSignal.timeout(gate.timeoutMs);
  const signal = AbortSignal.any([gateCase.signal, limit]);
  const scan: Scan = { git, rules: await loadSecretRules(), signal, findings: [], seen: new Set() };
  for (const commit of await commitsBetween(git, base, tip)) {
    if (signal.aborted) break;
    await scanCommit(scan, commit);
  }
  const findings = capped(scan.findings);
  if (gateCase.signal.aborted) return verdictOf(findings, 'It was cancelled.');
  if (limit.aborted) return verdictOf(findings, `It was still looking after ${gate.timeoutMs} ms.`);
  const unread = scan.findings.filter((finding) => finding.rule === notScanned).length;
  return verdictOf(findings, unread === 0 ? undefined : `${unread} of the added files could not be read.`);
}

async function scanCommit(scan: Scan, commit: string): Promise<void> {
  const files = await addedBy(scan.git, commit);
  for (let start = 0; start < files.length && !scan.signal.aborted; start += readAtOnce) {
    const batch = files.slice(start, start + readAtOnce);
    const contents = await Promise.all(batch.map((file) => blob(scan.git, commit, file.path, maxFileBytes)));
    for (const [index, file] of batch.entries()) await scanFile(scan, commit, file, contents[index]);
  }
}

async function scanFile(scan: Scan, commit: string, file: AddedFile, bytes: Uint8Array | undefined): Promise<void> {
  const { path } = file;
  if (bytes === undefined) {
    const message = `Commit ${short(commit)} adds ${path}, which is not scanned: it is no file, larger than ${maxFileBytes} bytes, or has a name that is not UTF-8.`;
    note(scan, `unread ${path}`, { rule: notScanned, severity: 'warning', path, message });
    return;
  }
  const text = readableText(bytes);
  const named = file.before.length === 0 ? keyFile(path, text) : undefined;
  if (named !== undefined) {
    const message = `Commit ${short(commit)} adds ${named.what}.`;
    note(scan, `${named.rule} ${path}`, { rule: named.rule, severity: named.severity, path, message });
  }
  const hits = await scan.rules(text, path);
  if (hits.length === 0) return;
  const known = await valuesBefore(scan, file);
  const lineAt = lineCounter(text);
  for (const hit of hits) {
    const value = valueIn(hit, text);
    if (known.has(value)) continue;
    const message = `Commit ${short(commit)} adds what looks like ${hit.what}.`;
    note(scan, `${value} ${path}`, { rule: hit.rule, severity: hit.severity, path, line: lineAt(hit.start), message });
  }
}

/**
 * What the rules found in the file before the commit, and what the commit therefore does not add, wherever in the file it moves it. Values
 * are compared and not lines, because which lines git calls added depends on attributes and on single bytes that a branch may write.
 */
async function valuesBefore(scan: Scan, file: AddedFile): Promise<ReadonlySet<string>> {
  const values = new Set<string>();
  for (const parent of file.before) {
    const bytes = await blob(scan.git, parent, file.path, maxFileBytes);
    if (bytes === undefined) continue;
    const text = readableText(bytes);
    for (const hit of await scan.rules(text, file.path)) values.add(valueIn(hit, text));
  }
  return values;
}

const valueIn = (hit: Hit, text: string): string => `${hit.rule} ${text.slice(hit.start, hit.end)}`;

function note(scan: Scan, key: string, finding: Finding): void {
  if (scan.seen.has(key)) return;
  scan.seen.add(key);
  scan.findings.push(finding);
}

/** Errors first, so that the cut never turns a failure into a pass. */
function capped(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= maxFindings) return findings;
  const errors = findings.filter((finding) => finding.severity === 'error');
  const warnings = findings.filter((finding) => finding.severity === 'warning');
  const more = findings.length - maxFindings;
  const rest: Finding = { rule: 'more', severity: 'warning', message: `There are ${more} more findings.` };
  return [...[...errors, ...warnings].slice(0, maxFindings), rest];
}

const short = (commit: string): string => commit.slice(0, 8);
