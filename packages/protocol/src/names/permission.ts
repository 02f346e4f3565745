/** Bits of a topic's `perm`. Apache: PermName. */
export const Permission = {
  /** New topics may inherit from this one. */
  INHERIT: 0x1,
  WRITE: 0x1 << 1,
  READ: 0x1 << 2,
  PRIORITY: 0x1 << 3,
} as const

export function isReadable(perm: number): boolean {
  return (perm & Permission.READ) !== 0
}

export function isWritable(perm: number): boolean {
  return (perm & Permission.WRITE) !== 0
}

export function isInheritable(perm: number): boolean {
  return (perm & Permission.INHERIT) !== 0
}

/** True for a permission that administrators may set: any mix of read, write and inherit. Apache: PermName.isValid. */
export function isValidPermission(perm: number): boolean {
  return Number.isInteger(perm) && perm >= 0 && perm < Permission.PRIORITY
}
