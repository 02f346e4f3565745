/** Bits of a pull request's `sysFlag`. Apache: PullSysFlag. */
export const PullSysFlag = {
  COMMIT_OFFSET: 0x1,
  SUSPEND: 0x1 << 1,
  SUBSCRIPTION: 0x1 << 2,
  CLASS_FILTER: 0x1 << 3,
  LITE_PULL_MESSAGE: 0x1 << 4,
} as const
