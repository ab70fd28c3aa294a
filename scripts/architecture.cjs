// @ts-check
'use strict';
/**
 * What each room of `src/` may import, as rules for dependency-cruiser. The table in ARCHITECTURE.md says it to people.
 * A room sees the rooms listed for it, through their front doors; a name behind `types:` is for types only.
 */

/** @type {Record<string, { sees: string[], types?: string[] }>} */
const rooms = {
  std: { sees: [] },
  tasks: { sees: ['std'] },
  conflicts: { sees: ['std', 'tasks'] },
  workflow: { sees: ['std'] },
  orchestrator: {
    sees: ['std', 'tasks', 'conflicts', 'workflow'],
    types: ['agents', 'gates', 'landing', 'settings', 'control'],
  },
  system: { sees: ['std'] },
  git: { sees: ['std', 'system'] },
  journal: { sees: ['std', 'system'] },
  agents: { sees: ['std', 'tasks', 'system', 'git'] },
  gates: { sees: ['std', 'tasks', 'system', 'git'] },
  landing: { sees: ['std', 'tasks', 'system', 'git'] },
  settings: { sees: ['std', 'tasks', 'system'] },
  control: { sees: ['std', 'system'], types: ['orchestrator'] },
  report: { sees: ['std', 'tasks', 'orchestrator'] },
  dashboard: { sees: ['std', 'tasks', 'conflicts', 'orchestrator', 'report'] },
};
rooms['cli'] = { sees: Object.keys(rooms) };

const pure = ['std', 'tasks', 'conflicts', 'workflow', 'orchestrator'];
/** Each of these packages is spoken to in one place. */
const owners = {
  execa: ['system'],
  chokidar: ['system'],
  'simple-git': ['git'],
  ink: ['dashboard'],
  react: ['dashboard'],
};
const disk = '^(node:)?(fs|fs/promises|child_process)$';
const sockets = '^(node:)?(net|tls|dgram|http|https|http2)$';

const inside = (/** @type {string[]} */ names) => `^src/(${names.join('|')})/`;
const core = (/** @type {string} */ path) => ({ path, dependencyTypes: ['core'] });
const notByType = { dependencyTypesNot: ['type-only'] };
const rule = (/** @type {string} */ name, /** @type {object} */ from, /** @type {object} */ to) => ({
  name,
  severity: 'error',
  from,
  to,
});

const tierRules = Object.entries(rooms).flatMap(([name, { sees, types = [] }]) => [
  rule(
    `${name}-sees-only-its-tier`,
    { path: inside([name]) },
    { path: '^src/', pathNot: inside([name, ...sees, ...types]) },
  ),
  ...(types.length > 0
    ? [rule(`${name}-sees-these-by-type-only`, { path: inside([name]) }, { path: inside(types), ...notByType })]
    : []),
]);

const forbidden = [
  ...tierRules,
  rule('every-file-has-a-room', { path: '^src/', pathNot: inside(Object.keys(rooms)) }, {}),
  rule(
    'front-door-only',
    { path: '^src/([^/]+)/' },
    { path: '^src/[^/]+/', pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$'] },
  ),
  rule('no-cycles', { path: '^src/' }, { circular: true, viaOnly: notByType }),
  rule('no-cycles-between-rooms', { path: '^src/([^/]+)/' }, { circular: true, via: { pathNot: '^src/$1/' } }),
  ...Object.entries(owners).map(([name, owner]) =>
    rule(`${name}-has-one-owner`, { path: '^src/', pathNot: inside(owner) }, { path: `node_modules/${name}/` }),
  ),
  rule('pure-rooms-touch-nothing', { path: inside(pure) }, { dependencyTypes: ['core'] }),
  rule('only-system-touches-the-disk', { path: '^src/', pathNot: inside(['system']) }, core(disk)),
  rule('sockets-in-system-and-control', { path: '^src/', pathNot: inside(['system', 'control']) }, core(sockets)),
  rule('report-loads-no-ink', { path: '^src/report/' }, { path: 'node_modules/(ink|react)/', reachable: true }),
  rule(
    'the-dashboard-is-loaded-late',
    { path: inside(['cli']) },
    { path: inside(['dashboard']), dynamic: false, ...notByType },
  ),
  rule('nothing-unresolvable', { path: '^src/' }, { couldNotResolve: true }),
  rule('no-development-packages', { path: '^src/' }, { dependencyTypes: ['npm-dev'], ...notByType }),
];

const options = {
  doNotFollow: { path: 'node_modules' },
  // Sees `import type` as well.
  tsPreCompilationDeps: true,
  // Packages that are ECMAScript modules only (ink) count as unresolvable without these.
  enhancedResolveOptions: {
    exportsFields: ['exports'],
    conditionNames: ['import', 'node', 'default', 'types'],
    extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
  },
};

module.exports = { rooms, forbidden, options };
