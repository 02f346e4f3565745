/** The version number we announce: the ordinal of V5_5_0 in Apache's MQVersion. Peers use it to pick features. */
export const PROTOCOL_VERSION = 513

/** Ordinal of V4_0_0_SNAPSHOT; from there on every minor version has ten patches, each a snapshot and a release. */
const VERSION_4 = 212

/** `V5_5_0` for a version number as peers announce it; `V3` for all before 4.0.0. Apache: MQVersion.getVersionDesc. */
export function versionName(version: number): string {
  const sinceVersion4 = version - VERSION_4
  if (sinceVersion4 < 0) return 'V3'
  const major = 4 + Math.floor(sinceVersion4 / 200)
  const minor = Math.floor((sinceVersion4 % 200) / 20)
  const patch = Math.floor((sinceVersion4 % 20) / 2)
  return `V${major}_${minor}_${patch}${sinceVersion4 % 2 === 0 ? '_SNAPSHOT' : ''}`
}
