/** Claims, footprints, overlap: which tasks would touch the same files. */
export { type ClaimRefusal, matchesClaim, type ResolvedClaim, resolveClaim } from './claim.ts';
export type { ClaimingTask } from './claim-uses.ts';
export { type Footprint, footprintOverlaps, outsideClaims, unknownClaims } from './footprint.ts';
export { findOverlaps, maxShownPaths, type Overlap } from './overlap.ts';
export type { PathPattern } from './pattern.ts';
export { type SerialPair, serialOrder } from './serial-order.ts';
export { type TrackedPaths, trackedPaths } from './tracked.ts';
